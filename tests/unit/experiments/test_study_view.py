"""The study's view keeps to its quotas, and sees what there is to be seen."""

from datetime import date

import polars as pl
import pytest

from quasimarket.core.errors import InputFault
from quasimarket.experiments.study_view import pairs_in, study_view
from quasimarket.experiments.study_view_counts import response_in
from tests.lib.market_run import market_run


@pytest.fixture(scope="module")
def tables():
    return market_run()


@pytest.fixture(scope="module")
def seen(tables):
    return study_view(tables, studies=40)


def cell(view, stage, row, sector):
    (found,) = [
        one
        for one in view.cells
        if (one.stage, one.row, one.sector) == (stage, row, sector)
    ]
    return found


def test_study_has_the_quotas_of_the_study(seen):
    assert seen.by_sector == {"private": 3, "third": 10, "public": 1}
    assert seen.by_tier == {"1": 8, "2": 6}
    assert (seen.primes, seen.primes_there) == (4, 5)
    assert seen.areas == ("7", "11")


def test_cells_are_what_positions_met(seen):
    # a request weighs 0.04 of a directive: 20 a month are 0.8
    assert cell(seen, "early implementation", "coercive", "third").study == 0.8
    assert cell(seen, "commissioning", "coercive", "public").population == 1.0
    assert cell(seen, "early implementation", "resisted", "third").population == 1.0
    assert cell(seen, "commissioning", "resisted", "private").population == 0.0


def test_pressure_that_no_event_carries_is_not_nought(seen):
    for sector in ("private", "third", "public"):
        found = cell(seen, "early implementation", "mimetic", sector)
        assert found.study is None
        assert found.population is None
        assert found.note == "no event carries it"
    assert cell(seen, "early implementation", "normative", "third").note == ""


def test_what_peers_do_is_counted_where_events_carry_it(tables):
    events = tables["organisation_events"]
    tried = events.head(1).with_columns(
        position=pl.lit("1-1third0"),
        kind=pl.lit("practice-tried"),
        code=pl.lit("work_first"),
        source=pl.lit("peer"),
        happened=pl.lit(date(2012, 4, 2)),
    )

    view = study_view(
        {**tables, "organisation_events": pl.concat([events, tried])}, studies=20
    )

    # one trial among 60 third sector positions over five months
    found = cell(view, "early implementation", "mimetic", "third")
    assert found.population == pytest.approx(1 / (60 * 5))
    assert cell(view, "commissioning", "mimetic", "third").note != ""


def test_months_without_copying_are_nought_where_the_log_tells_of_it_later(tables):
    events = tables["organisation_events"]
    copied = events.head(1).with_columns(
        position=pl.lit("1-1third0"),
        kind=pl.lit("practice-copied"),
        code=pl.lit("work_first"),
        source=pl.lit("peer"),
        happened=pl.lit(date(2013, 8, 15)),
    )

    view = study_view(
        {**tables, "organisation_events": pl.concat([events, copied])}, studies=20
    )

    found = cell(view, "early implementation", "mimetic", "third")
    assert found.population == 0
    assert found.note == ""
    assert cell(view, "commissioning", "mimetic", "third").population is None


@pytest.mark.parametrize("name", ["positions", "providers"])
def test_empty_table_is_told(tables, name):
    with pytest.raises(InputFault, match="no rows"):
        study_view({**tables, name: tables[name].clear()}, studies=20)


def test_sector_that_is_none_is_told(tables):
    other = tables["positions"].with_columns(sector=pl.lit("mutual"))

    with pytest.raises(InputFault, match="mutual"):
        study_view({**tables, "positions": other}, studies=20)


def test_alike_positions_leave_a_study_nothing_to_mislead_about(seen):
    assert not any(one.misleads for one in seen.cells)
    assert seen.wrong_order == 0.0


def test_who_had_nobody_is_not_met():
    everyone = market_run()["positions"]
    public = everyone.filter(sector="public")["position"].to_list()

    seen = study_view(market_run(idle=frozenset(public)), studies=20)

    assert seen.by_sector["public"] == 0
    assert cell(seen, "commissioning", "coercive", "public").study is None


def test_unlike_chains_scatter_studies_and_can_mislead(tables):
    some = tables["positions"].filter(contract="1")["position"].to_list()
    providers = tables["providers"]
    harder = providers.with_columns(
        requests=providers["requests"]
        * (1 + 9 * providers["position"].is_in(some).cast(float))
    )

    seen = study_view({**tables, "providers": harder}, studies=60)
    found = cell(seen, "early implementation", "coercive", "third")

    assert found.low < found.population < found.high


def test_same_seed_is_the_same_study(tables):
    one, again = (study_view(tables, studies=20, seed=3) for _ in range(2))

    assert one == again


def test_named_areas_must_be_there(tables):
    with pytest.raises(InputFault, match="area 99"):
        study_view(tables, areas=("7", "99"), studies=20)


def test_run_without_such_a_pair_asks_for_one():
    with pytest.raises(InputFault, match="--areas"):
        study_view(market_run({"1": "8", "2": "13"}), studies=20)


def test_pairs_are_urban_with_semi_rural_and_north_with_south():
    assert pairs_in(["3", "5", "7", "11"]) == [("7", "11"), ("3", "5")]


@pytest.mark.parametrize(
    ("code", "response"),
    [
        ("acquiesce:comply", "acquiesce"),
        ("sanctioning:defy", "defy"),
        ("sanctioning:change-tier", "avoid"),
        ("", None),
        (None, None),
    ],
)
def test_response_is_found_in_a_code(code, response):
    assert response_in(code) == response
