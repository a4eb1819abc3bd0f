"""T24: what was kept long enough is gone, wherever one looks; nothing else is."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from quasimarket.service.participation.documents import keep, path_of
from quasimarket.service.participation.models import Person
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.models import User
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme
from quasimarket.service.upkeep.register import AFTER_THE_COURSE, register
from quasimarket.service.upkeep.retention import retain
from quasimarket.service.upkeep.subject_access import gather
from tests.lib.fair_world import TODAY, build_world
from tests.lib.participation_acts import PDF
from tests.service.security.guarded_world import build_guarded


MARK = "Zyxwv"
"""In everything that is written about the person."""
NUMBER = "ZX987654C"
TEXTS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
JOIN pg_class k ON k.relname = c.table_name AND k.relkind = 'r'
    AND k.relnamespace = 'public'::regnamespace
WHERE c.table_schema = 'public' AND (c.data_type IN ('text', 'character varying',
    'json', 'jsonb', 'bytea', 'ARRAY', 'inet', 'USER-DEFINED', 'character'))
ORDER BY 1, 2
"""


@pytest.fixture
def world(db, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return build_world()


def marked(world):
    """Write the mark into every column that may hold something of a person."""
    guarded = build_guarded(world)
    case = guarded.things["case"].row
    paper = guarded.things["document"].row
    with acting_as(SYSTEM), connection.cursor() as cursor:
        Person.objects.filter(pk=case.person_id).update(
            name=f"Ann {MARK}",
            national_insurance=NUMBER,
            address=f"1 {MARK} Road",
            telephone="0113 496 0999",
            email=f"{MARK}@people.example",
            needs=f"{MARK} needs",
        )
        User.objects.filter(person=case.person_id).update(
            name=f"Ann {MARK}", email=f"{MARK}@sign-in.example"
        )
        cursor.execute(
            "INSERT INTO participation_contact (participation_id, contract_id, "
            'position_id, "on", purpose, kind, note, "by") VALUES '
            "(%s, %s, 'anchor-place', %s, 'support', 'telephone', %s, 1)",
            [case.pk, case.contract_id, TODAY, f"{MARK} said"],
        )
        cursor.execute(
            "INSERT INTO participation_spell (reference, participation_id, first_day, "
            "employer, found_by) VALUES ('s', %s, %s, %s, 'provider')",
            [case.pk, TODAY, f"{MARK} Bakers"],
        )
        cursor.execute(
            "INSERT INTO participation_referralversion (participation_id, number, at, "
            "said, is_applied) VALUES (%s, 1, now(), %s, true)",
            [case.pk, f'{{"name": "{MARK}"}}'],
        )
        for table, column in (
            ("participation_participation", "choice"),
            ("participation_calloff", "need"),
            ("participation_document", "got_how"),
        ):
            key = "id" if table == "participation_participation" else "participation_id"
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [MARK, case.pk]
            )
        case.refresh_from_db()
        case.state, case.completed = "completed", case.allotted_end
        case.save()
    return guarded, case, paper


def found_of(text):
    """Name the columns of the whole database that hold a text; as the system sees."""
    found = []
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column in cursor.fetchall():
            cursor.execute(
                "SELECT has_column_privilege(%s, %s, 'SELECT')", [table, column]
            )
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(
                f'SELECT count(*) FROM {table} WHERE "{column}"::text ILIKE %s',
                [f"%{text}%"],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def let_time_pass(days):
    with acting_as(SYSTEM):
        Programme.objects.update(today=TODAY + timedelta(days=days))


def test_nothing_of_a_person_is_left_after_its_time(world):
    _, case, paper = marked(world)
    before = found_of(MARK)
    let_time_pass(AFTER_THE_COURSE + 730)

    assert retain() == 1

    assert len(before) >= 12
    assert found_of(MARK) == []
    assert found_of(NUMBER) == []
    assert not path_of(paper.digest).exists()
    with acting_as(SYSTEM):
        case.refresh_from_db()
        assert case.state == "completed"
        assert not User.objects.get(person=case.person_id).is_active


def test_nothing_is_lost_before_its_time(world):
    _, _, paper = marked(world)
    before = found_of(MARK)
    let_time_pass(365)

    assert retain() == 0

    assert found_of(MARK) == before
    assert path_of(paper.digest).exists()


def test_others_are_left_as_they_are(world):
    marked(world)
    keep(PDF)
    with acting_as(SYSTEM):
        others = Person.objects.exclude(name__contains=MARK)
        before = sorted(others.values_list("pk", "name", "national_insurance"))
    let_time_pass(AFTER_THE_COURSE + 730)

    retain()

    with acting_as(SYSTEM):
        rest = Person.objects.filter(pk__in=[pk for pk, *_ in before])
        assert sorted(rest.values_list("pk", "name", "national_insurance")) == before


def test_retention_is_logged_without_saying_of_whom(world):
    marked(world)
    let_time_pass(AFTER_THE_COURSE + 730)

    retain()

    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT details FROM log_logevent WHERE kind = 'retention'")
        assert cursor.fetchone() == ('{"participations": 1}',)


@pytest.mark.parametrize("who", ["commissioner/assurance", "prime/prime-manager"])
def test_only_the_programme_forgets(world, who):
    with pytest.raises(DatabaseError, match="only the programme itself"):
        forget_as(world.at(who), date(2000, 1, 1))


def test_no_course_of_this_year_is_forgotten(world):
    with pytest.raises(DatabaseError, match="ended this year"):
        forget_as(SYSTEM, TODAY)


def forget_as(actor, before):
    with transaction.atomic(), acting_as(actor), connection.cursor() as cursor:
        cursor.execute(
            "SELECT upkeep_forget(%s, %s, 0, '{}')", [before, f"{TODAY}T12:00Z"]
        )


def test_every_column_that_may_hold_something_is_in_the_register(world):
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        columns = {f"{table}.{column}" for table, column in cursor.fetchall()}
    named = [f"{one.table}.{name}" for one in register() for name in one.columns]

    refers = {one for one in columns if one.endswith("_id")}  # to an organisation's
    assert columns - refers - set(named) == set()
    assert len(named) == len(set(named))


def test_everything_of_a_person_has_its_time(world):
    for one in register():
        if one.holds == "person":
            assert one.then, one
            assert one.days is not None, one
            assert one.why, one


def test_answer_to_a_person_holds_all_that_is_held(world):
    _, case, _ = marked(world)
    with acting_as(SYSTEM):
        person = Person.objects.get(pk=case.person_id)

    held = gather(person)

    tables = {name.split(".")[0] for name in found_of(MARK)}
    tables -= {"participation_searchname"}
    assert tables <= {one["table"] for one in held["held"]}
    assert {one["what"] for one in held["events"]} >= {"referred", "attached"}
    text = str(held)
    assert "password" not in text
    assert NUMBER in text


def test_assurance_reads_and_downloads_the_answer(world):
    _, case, _ = marked(world)
    browser = world.browser("commissioner/assurance")

    page = browser.get(f"/cases/{case.reference}/held/")
    file = browser.get(f"/cases/{case.reference}/held/?format=json")

    text = page.content.decode()
    assert f"1 {MARK} Road" in text
    assert "National Insurance number" in text
    assert "Started on the programme" in text
    assert MARK in file.content.decode()
    assert "attachment" in file.headers["Content-Disposition"]
