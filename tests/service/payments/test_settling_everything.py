"""`settle --verify`: every month of everybody by both engines, to the penny."""

import json

import pytest

from quasimarket.cli.settle_live import settle_again
from quasimarket.core.errors import InputFault
from tests.lib.paid_world import lines, pay_some


@pytest.fixture
def paid(world):
    return pay_some(world)


def verified(capsys, **options):
    status = settle_again(None, None, is_json=True, **options)
    return status, json.loads(capsys.readouterr().out)


def test_what_was_paid_is_settled_again_to_the_penny(paid, capsys):
    status, found = verified(capsys)

    assert status == 0
    assert found["differences"] == []
    assert (found["run"], found["runs"], found["people"]) == ("2012-10", 4, 3)
    assert found["pence"] == sum(line[-1] for line in lines())
    assert found["lines"] > len(lines())  # those passed down as well


def test_a_month_is_verified_as_it_stood(paid, capsys):
    assert settle_again("work-programme", "2012-08", is_json=False) == 0

    said = capsys.readouterr().out
    assert "2 payment runs up to 2012-08: 3 people" in said
    assert "Both engines give every line again, to the penny." in said


@pytest.mark.parametrize(
    ("programme", "month", "where"),
    [("pathways", None, "--programme"), (None, "2013-01", "--month")],
)
def test_what_was_never_paid_is_refused(paid, programme, month, where):
    with pytest.raises(InputFault) as refused:
        settle_again(programme, month, is_json=True)

    assert refused.value.faults[0].where == where


def test_a_service_that_has_paid_nothing_has_nothing_to_verify(world):
    with pytest.raises(InputFault, match="payment runs"):
        settle_again(None, None, is_json=True)
