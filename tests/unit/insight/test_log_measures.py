"""A log becomes tables by hand-counted events, and measures say what it lacks."""

from datetime import date, timedelta

import polars as pl
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.insight import measure_log
from quasimarket.insight.log_tables import tables_of_log


START = date(2024, 1, 1)


def event(kind, participant, day, **more):
    return {
        "id": f"{kind}-{participant}-{day}-{more.get('code', '')}",
        "kind": kind,
        "participant": participant,
        "happened": START + timedelta(days=day),
        **more,
    }


def act(kind, position, day, **more):
    return {
        "kind": kind,
        "organisation": f"ORG-{position}",
        "position": position,
        "contract": "C1",
        "happened": START + timedelta(days=day),
        "source": "prime",
        **more,
    }


ONE_PERSON = [
    event("referred", "A", 0, contract="C1", group="1"),
    event("attached", "A", 1),
    event("allocated", "A", 2, position="P1"),
    event("contacted", "A", 5, code="support:telephone"),
    event("contacted", "A", 20, code="support"),
    event("contacted", "A", 40, code="support"),
    event("contacted", "A", 45, code="tracking"),
    event("job-started", "A", 35, spell="S1"),
    event("job-ended", "A", 48, spell="S1"),
    event("sanction-referred", "A", 60),
    event("sanction-decided", "A", 70, code="upheld"),
    event("completed", "A", 99),
    event("referred", "B", 31, contract="C1", group="1"),
    event("attached", "B", 31),
    event("sanction-decided", "B", 60, code="not-upheld"),
    event("referred", "C", 130, contract="C1", group="2"),
]
ACTS = [
    act("accepted", "P1", -60, code="tier-1"),
    act("accepted", "P2", -60, code="tier-2"),
    act("information-requested", "P1", 10, number=3),
    act("information-returned", "P1", 12, code="late", number=2),
    act("performance-reviewed", "P1", 40, code="public"),
    act("directive-issued", "P1", 41, code="work_first"),
]


@pytest.fixture(scope="module")
def tables():
    return tables_of_log(pl.DataFrame(ONE_PERSON), pl.DataFrame(ACTS))


def row(tables, **which):
    return tables["providers"].filter(**which).row(0, named=True)


def test_person_is_counted_while_on_the_programme_and_out_of_work(tables):
    (one,) = tables["participants"].filter(participant="A").to_dicts()

    assert one["position"] == "P1"
    assert one["weeks_in_work"] == 2
    # 98 days from attachment to completion, less 14 in work
    assert one["weeks_served"] == pytest.approx((98 - 14) / 7)
    # the third contact for support fell in work, the fourth was no support
    assert one["contacts"] == 2
    assert (one["sanction_referrals"], one["sanctions"]) == (1, 1)
    assert one["fate"] == "work"


def test_decision_that_stops_nothing_is_no_sanction(tables):
    (one,) = tables["participants"].filter(participant="B").to_dicts()

    assert one["sanctions"] == 0
    assert one["position"] == "C1-in-house"
    assert one["fate"] is None  # still there when the log ends


def test_positions_are_those_offered_called_off_or_in_house(tables):
    held = {(one["position"], one["tier"]) for one in tables["positions"].to_dicts()}

    assert held == {("P1", 1), ("P2", 2), ("C1-in-house", 0)}


def test_months_are_counted_by_position(tables):
    january, february = (
        row(tables, position="P1", month=f"2024-0{number}") for number in (1, 2)
    )

    assert (january["referrals"], january["caseload"]) == (1, 0)
    assert (january["requests"], january["requests_late"]) == (3, 2)
    # on 1 February, day 31, A was there and out of work; the job began on day 35
    assert (february["caseload"], february["in_work"]) == (1, 0)
    assert (february["reviews_public"], february["directives"]) == (1, 1)
    assert (february["contacts_in_work"], february["contacts_tracking"]) == (1, 1)
    march = row(tables, position="P1", month="2024-03")
    assert (march["caseload"], march["sanction_referrals"]) == (1, 1)
    # completed on day 99, 9 April
    assert row(tables, position="P1", month="2024-04")["caseload"] == 1
    assert row(tables, position="P1", month="2024-05")["caseload"] == 0


def test_columns_that_no_event_carries_are_not_there(tables):
    assert "advisers" not in tables["providers"].columns
    assert "staff_hired" not in tables["providers"].columns
    assert "payments" not in tables


def test_measures_say_what_the_log_lacks():
    found = {
        one.id: one for one in measure_log(pl.DataFrame(ONE_PERSON), times=0).measures
    }

    assert found["pressure.requests_a_week"].value is None
    assert "requests" in found["pressure.requests_a_week"].note
    assert "none of age_band" in found["creaming.gradient.pooled"].note
    assert "seen to month" in found["practice.mean.caseload.start"].note
    assert all(one.note for one in found.values() if one.value is None)


def people_and_events(count=240, positions=12):
    """Twelve positions of which each gives more contacts and tracks more than the last.

    The more employable get twice the contacts.
    """
    events, people = [], []
    for number in range(count):
        name, near = f"N{number}", number // positions % 2
        place = number % positions
        events += [
            event("referred", name, number % 25, contract=f"C{place % 7}", group="1"),
            event("attached", name, number % 25),
            event("allocated", name, number % 25, position=f"P{place}"),
            event("job-started", name, 40, spell="S"),
            event("job-ended", name, 44 + 120 * near, spell="S"),
        ]
        for turn in range(3 + 3 * near):
            events.append(event("contacted", name, 170 + 20 * turn, code="support"))
        for turn in range(1 + place):
            events.append(event("contacted", name, 41, code="tracking"))
            events.append(
                event("contacted", name, 50 + turn, code="tracking")
            ) if near else None
        people.append({"participant": name, "qualification": ["none", "degree"][near]})
    events.append(event("completed", "N0", 700))
    return pl.DataFrame(events).drop("id"), pl.DataFrame(people)


def test_live_programme_is_measured_by_position_and_on_its_own_scales():
    events, people = people_and_events()

    found = measure_log(events.to_arrow(), people=people.to_arrow(), times=20)

    by_id = {one.id: one for one in found.measures}
    assert by_id["creaming.concentration_index"].value > 0.1
    assert by_id["creaming.gradient.pooled"].value > 0.2
    monitoring = found.scales["monitoring"]
    assert monitoring.is_of_log
    assert monitoring.low < monitoring.high
    assert "monitoring" in by_id["convergence.gower.start"].scale
    assert by_id["creaming.gradient.pooled"].scale == ""
    rows = found.positions.filter(pl.col("position") == "P1").to_dicts()
    assert rows[0]["people"] == 20
    assert rows[0]["requests"] is None


def test_log_may_hold_days_as_text_and_names_as_numbers():
    events = pl.DataFrame(ONE_PERSON).with_columns(
        happened=pl.col("happened").cast(pl.String) + "T09:00:00",
        participant=pl.col("participant").replace_strict({"A": 1, "B": 2, "C": 3}),
    )

    (one,) = tables_of_log(events)["participants"].filter(participant="1").to_dicts()

    assert one["referred"] == START


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda log: log.filter(kind="attached"), "nobody referred"),
        (lambda log: log.drop("happened"), "no column happened"),
        (lambda log: log.with_columns(happened=pl.lit("soon")), "without a day"),
    ],
)
def test_log_that_cannot_be_counted_is_told(change, told):
    with pytest.raises(InputFault, match=told):
        tables_of_log(change(pl.DataFrame(ONE_PERSON)))


def test_run_is_on_the_scales_of_the_behaviour_defaults():
    from quasimarket.insight import measure_all
    from tests.lib.made_market import Made, make_tables

    tables = make_tables(Made(primes=7, chain=3, specialists=1, months=8, people=100))
    (one,) = measure_all(tables, prefix="convergence.gower.start", times=0)
    (own,) = measure_all(
        tables, prefix="convergence.gower.start", times=0, has_own_scales=True
    )

    assert one.scale == "behaviour defaults"
    assert own.scale.startswith("this log's first six months: work_first")
    assert own.value != one.value
