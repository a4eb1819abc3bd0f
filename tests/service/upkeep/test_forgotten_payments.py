"""What is left of a person who was forgotten settles their months again."""

from datetime import timedelta

from django.conf import settings

from quasimarket.cli.settle_live import settle_again
from quasimarket.service.participation.models import Participation, Person
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from quasimarket.service.upkeep.register import AFTER_THE_COURSE
from quasimarket.service.upkeep.retention import retain
from tests.lib.fair_world import TODAY, build_world
from tests.lib.paid_world import pay_some


def test_payments_agree_before_and_after_their_people_are_forgotten(
    db, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    pay_some(build_world())
    before = settle_again(None, None, is_json=True), capsys.readouterr().out
    with acting_as(SYSTEM):
        for one in Participation.objects.all():
            one.state, one.completed = "completed", one.allotted_end
            one.save()
        Programme.objects.update(today=TODAY + timedelta(days=AFTER_THE_COURSE + 730))

    assert retain() == 3

    with acting_as(SYSTEM):
        assert set(Person.objects.values_list("name", flat=True)) == {"Removed"}
        assert Participation.objects.count() == 3
    assert (settle_again(None, None, is_json=True), capsys.readouterr().out) == before
    assert before[0] == 0
