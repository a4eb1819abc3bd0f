"""Each lever moves one named column of a run by its mechanism, all shared luck held.

One area, thinned, is played with and without a lever, whose setting is the example of
its own page. The same people come with the same needs in both, so a column that moves
was moved by the lever. That a lever works is tested, not that it does good.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl
import pytest

from quasimarket.experiments.compare import NO_LINES, measured
from quasimarket.rulebook import load_rulebook
from quasimarket.simulation.simulate import (
    after_tender,
    finish,
    make_tables,
    set_up,
    simulate,
)
from quasimarket.simulation.tender_tables import bids_table
from tests.lib.small_programme import small_design, work_programme


Tables = Mapping[str, pl.DataFrame]
MONTHS = 48
SHIFTED = "2013-10"
"""The month from which the shift of market share moves referrals."""
REVIEWED = "2014-06"
"""The month of the licences' first review."""
PUBLISHED = "2012-06"
"""The month from which results are known."""
EXAMPLES = {
    lever.id: {
        key.strip(): value.strip()
        for key, _, value in (one.partition("=") for one in lever.example.split(";"))
    }
    for lever in work_programme().levers
}
MOVED = "moved"


@cache
def played(lever: str = "", more: tuple[tuple[str, str], ...] = ()) -> Tables:
    """The tables of a run with a lever as in its example, and perhaps more set."""
    settings = EXAMPLES.get(lever, {}) | dict(more)
    rulebook = load_rulebook("work-programme", settings)
    stage = finish(
        set_up(small_design(rulebook=rulebook, areas=1, scale=0.02)), months=MONTHS
    )
    return make_tables(stage, NO_LINES)


def places(tables: Tables, *tiers: int) -> pl.DataFrame:
    """Months in the books of the positions of some tiers."""
    known = tables["positions"].select("position", "tier", "contract")
    return (
        tables["providers"]
        .join(known, on="position")
        .filter(pl.col("tier").is_in(tiers))
    )


def total(column: str, *tiers: int) -> Callable[[Tables], float]:
    """Read a column of providers, added up over some tiers."""
    return lambda tables: float(places(tables, *tiers)[column].sum())


def money_from(first: str, *tiers: int) -> Callable[[Tables], float]:
    """Read receipts from a month on."""
    return lambda tables: float(
        places(tables, *tiers).filter(pl.col("month") >= first)["receipts"].sum()
    )


def gap(tables: Tables) -> float:
    """The lowest band's service over the highest band's, by caseload."""
    served = tables["providers"].filter(pl.col("caseload") > 0)
    low, high = (
        float((served[band] * served["caseload"]).sum())
        for band in ("service_low", "service_high")
    )
    return low / high


def spread_of_receipts(tables: Tables) -> float:
    """How unlike months of pay for results are at tier 1, over their mean."""
    months = places(tables, 1).filter(pl.col("month") >= "2012-06")
    each = months.group_by("position").agg(
        (pl.col("receipts").std() / pl.col("receipts").mean()).alias("spread")
    )
    return float(each.filter(pl.col("spread").is_finite())["spread"].median() or 0)


def work_of(group: str, other: str) -> Callable[[Tables], float]:
    """Read a payment group's weeks in work over another's."""

    def weeks(tables: Tables, one: str) -> float:
        mine = tables["participants"].filter(pl.col("group").cast(pl.String) == one)
        return float(mine["weeks_in_work"].sum())

    return lambda tables: weeks(tables, group) / weeks(tables, other)


def events(kind: str) -> Callable[[Tables], float]:
    """Count the organisations' events of a kind."""
    return lambda tables: float(
        tables["organisation_events"].filter(pl.col("kind") == kind)["number"].sum()
    )


def bands(tables: Tables) -> float:
    """How unlike the score bands are by which providers can choose."""
    return float(tables["participants"]["score_band"].std() or 0)  # type: ignore[arg-type]  # polars knows no narrower type


def sent(tables: Tables) -> pl.DataFrame:
    """Everyone's contract, by the month of referral."""
    return tables["participants"].select(
        "participant",
        pl.col("contract").cast(pl.String),
        month=pl.col("referred").dt.strftime("%Y-%m"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a lever moves, and which way."""

    column: str
    read: Callable[[Tables], float]
    up: bool


MOVES = {
    "L01": Moves(column="providers.grants", read=total("grants", 0, 1), up=True),
    "L02": Moves(
        column="providers.receipts", read=money_from("2014-05", 0, 1), up=True
    ),
    "L03": Moves(column="providers.receipts", read=total("receipts", 0), up=True),
    "L04": Moves(column="participants.score_band", read=bands, up=False),
    "L05": Moves(column="participants.weeks_in_work", read=work_of("6", "2"), up=True),
    "L06": Moves(column="providers.receipts", read=total("receipts", 0, 1), up=True),
    "L08": Moves(
        column="providers.specialist_referrals",
        read=total("specialist_referrals", 2),
        up=True,
    ),
    "L09": Moves(column="providers.grants", read=total("grants", 2), up=True),
    "L10": Moves(column="providers.service_low", read=gap, up=True),
    "L11": Moves(
        column="providers.peers_visible", read=total("peers_visible", 1), up=True
    ),
    "L12": Moves(
        column="providers.specialist_referrals",
        read=total("specialist_referrals", 2),
        up=True,
    ),
    "L13": Moves(column="providers.grants", read=total("grants", 1), up=True),
    "L14": Moves(column="providers.service_low", read=gap, up=True),
    "L15": Moves(
        column="organisation_events.complained", read=events("complained"), up=True
    ),
    "L20": Moves(column="providers.requests", read=total("requests", 1, 2), up=False),
    "L21": Moves(
        column="providers.specialist_referrals",
        read=total("specialist_referrals", 2),
        up=True,
    ),
    "L22": Moves(column="providers.advisers", read=total("advisers", 1), up=True),
    "L23": Moves(column="providers.receipts", read=spread_of_receipts, up=False),
    "L24": Moves(
        column="providers.sanction_referrals",
        read=total("sanction_referrals", 1),
        up=False,
    ),
    "L25": Moves(
        column="providers.directives", read=total("directives", 1, 2), up=False
    ),
    "L26": Moves(column="providers.grants", read=total("grants", 0, 1), up=True),
    "L27": Moves(column="providers.service_low", read=gap, up=True),
    "L28": Moves(column="providers.receipts", read=total("receipts", 0, 1), up=False),
    "L29": Moves(column="providers.receipts", read=total("receipts", 0, 1), up=False),
    "L30": Moves(column="providers.advisers", read=total("advisers", 0, 1), up=True),
}
FOLLOWS = {
    "L16": PUBLISHED,
    "L17": SHIFTED,
    "L18": PUBLISHED,
    "L19": REVIEWED,
}
"""Levers that move referrals from one contract to another, and from which month."""


@pytest.mark.parametrize("lever", MOVES)
def test_a_lever_moves_its_column(lever):
    moves = MOVES[lever]

    before, after = moves.read(played()), moves.read(played(lever))

    assert (after > before) if moves.up else (after < before), (
        f"{moves.column}: {before} -> {after}"
    )


@pytest.mark.parametrize("lever", [*MOVES, *FOLLOWS])
def test_luck_is_shared(lever):
    own = ("participant", "need", "locality", "age_band", "qualification", "referred")

    one, other = (run["participants"].select(own) for run in (played(), played(lever)))

    assert one.equals(other)


@pytest.mark.parametrize("lever", FOLLOWS)
def test_a_lever_moves_referrals_from_its_month_on(lever):
    both = sent(played()).join(sent(played(lever)), on=("participant", "month"))
    moved = both.filter(pl.col("contract") != pl.col("contract_right"))

    assert len(both) == len(sent(played()))
    assert len(moved) > 0, "participants.contract"
    assert moved["month"].min() >= FOLLOWS[lever]


def reached(tables: Tables, wanted: set[str]) -> set[str]:
    """Those of some positions that anybody was sent to, to stay or on call-off."""
    flow = pl.col("referrals") + pl.col("specialist_referrals")
    sent_to = tables["providers"].filter(flow > 0)["position"].cast(pl.String)
    return wanted & set(sent_to.to_list())


def listed_only() -> set[str]:
    """Positions that a chain named and no prime ever contracted."""
    named = played()["positions"].filter(~pl.col("contracted"))
    return set(named["position"].cast(pl.String).to_list())


def test_promises_that_bind_use_whoever_was_named():
    only_named = listed_only()

    assert only_named
    assert not reached(played(), only_named)
    assert played("L12")["positions"]["contracted"].all()
    used = reached(played("L12"), only_named)
    assert len(used) > len(only_named) / 2, "providers.referrals"


def test_licences_let_new_organisations_in_that_can_afford_it():
    entrants = listed_only() & set(
        played("L19")["positions"]
        .filter("contracted")["position"]
        .cast(pl.String)
        .to_list()
    )

    assert entrants, "positions.contracted"
    assert entrants < listed_only()
    assert reached(played("L19"), entrants), "providers.referrals"


def test_licences_let_newcomers_in_at_a_review():
    accepted = played("L19")["organisation_events"].filter(
        pl.col("kind") == "accepted",
        pl.col("organisation").cast(pl.String).str.starts_with("N"),
    )
    listed = played("L19")["organisations"]["organisation"].to_list()

    assert accepted["happened"].dt.strftime("%Y-%m").unique().to_list() == [REVIEWED]
    newcomers = set(accepted["organisation"].cast(pl.String).to_list())
    assert newcomers == {one for one in listed if one.startswith("N")}
    taken = accepted["position"].cast(pl.String).to_list()
    after = played("L19")["providers"].filter(
        pl.col("month") > REVIEWED, pl.col("position").cast(pl.String).is_in(taken)
    )
    assert after["referrals"].sum() > 0, "providers.referrals"


def test_promises_that_bind_keep_named_subcontractors_for_a_year():
    ended, kept = (
        run["organisation_events"].filter(pl.col("kind") == "subcontract-ended")
        for run in (played(), played("L12"))
    )

    first = [table["happened"].min() for table in (ended, kept)]
    assert len(ended) > 0
    assert first[1] is None or first[1] > first[0], "organisation_events.happened"


def test_lots_are_let_past_the_primes_to_whoever_bids_best():
    lots = played("L21")
    awarded = lots["organisation_events"].filter(pl.col("code") == "specialist-lot")
    holders = set(awarded["position"].cast(pl.String).to_list())
    tier_2 = places(lots, 2).filter(pl.col("specialist_referrals") > 0)

    assert holders & listed_only(), "organisation_events.awarded"
    assert reached(lots, holders & listed_only()), "providers.specialist_referrals"
    assert set(tier_2["position"].cast(pl.String).to_list()) <= holders
    assert lots["department"]["bought_directly"].sum() > 0
    assert (
        lots["department"]["contract_management"].sum()
        > played()["department"]["contract_management"].sum()
    )


def test_pay_that_comes_anyhow_makes_hours_follow_results_less():
    cut, halved = (
        gap(played(more=(("market.service_fee_share", share),)))
        for share in ("30", "50")
    )

    assert gap(played()) + 0.02 < cut, "providers.service_low"
    assert cut + 0.02 < halved


def first_month_unlike(column: str, one: Tables, other: Tables) -> str:
    """The first month in which an end-to-end position's column is not the same."""
    keys = ["position", "month"]
    both = places(one, 0, 1).join(places(other, 0, 1), on=keys, suffix="_other")
    unlike = both.filter((pl.col(column) - pl.col(f"{column}_other")).abs() > 1e-9)
    return str(unlike["month"].min())


def test_an_accelerator_moves_effort_before_it_is_paid():
    runs = played(), played("L03")

    effort, pay = (
        first_month_unlike(column, *runs) for column in ("service_low", "receipts")
    )

    assert effort < pay, "providers.service_low"


def test_a_fund_that_is_not_spent_is_held_back_and_shown():
    plain, fenced = played(), played("L08")

    assert plain["providers"]["held_back"].abs().sum() == 0
    held = places(fenced, 0).group_by("month").agg(pl.col("held_back").sum())
    assert held["held_back"].sum() > 0, "providers.held_back"
    assert places(fenced, 1, 2)["held_back"].abs().sum() == 0
    department = fenced["department"].select("month", "held_back")
    assert held.sort("month").rows() == department.sort("month").rows()


def test_choice_moves_referrals_as_well():
    chosen = played(more=(("allocation.method", "participant-choice"),))

    both = sent(played()).join(sent(chosen), on=("participant", "month"))

    moved = both.filter(pl.col("contract") != pl.col("contract_right"))
    assert len(moved) > 0
    assert moved["month"].min() >= PUBLISHED


def test_a_lower_weight_of_price_buys_dearer_bids():
    def discount(weight: str) -> float:
        rulebook = load_rulebook(
            "work-programme",
            {"market.tender": "simulated", "market.price_weight": weight},
        )
        design = after_tender(small_design(rulebook=rulebook))
        assert design.tender is not None
        won = bids_table(design.tender).filter(pl.col("contract").is_not_null())
        return float(won["discount"].mean() or 0)

    assert discount(EXAMPLES["L07"]["market.price_weight"]) < discount("80")


def test_every_lever_has_a_test():
    assert sorted([*MOVES, *FOLLOWS, "L07"]) == sorted(EXAMPLES)


def test_protections_hold_until_the_day_they_are_withdrawn():
    withdrawn = "2013-04"
    ends = (("market.protections_end", f"{withdrawn}-01"),)
    kept, ended = (
        run["providers"].select("position", "month", "advisers", "caseload")
        for run in (played("L30"), played("L30", ends))
    )

    def both(table: pl.DataFrame, is_before: bool) -> pl.DataFrame:
        return table.filter((pl.col("month") < withdrawn) == is_before)

    assert both(ended, is_before=True).equals(both(kept, is_before=True))
    after_kept, after_ended = (
        float(both(table, is_before=False)["advisers"].sum()) for table in (kept, ended)
    )
    assert after_ended < after_kept


def test_what_levers_pay_is_settled_as_it_was_compared():
    settings = EXAMPLES["L01"] | EXAMPLES["L03"] | EXAMPLES["L28"]
    rulebook = load_rulebook("work-programme", settings)
    design = small_design(rulebook=rulebook, areas=2, scale=0.02)

    run = simulate(design)  # which refuses money played and settled unlike

    settled = run.tables["payments"]
    kinds = set(settled["kind"].cast(pl.String))
    assert {kind.rstrip("0123456789") for kind in kinds} >= {
        "market-accelerator-",
        "market-service-fee-",
    }
    compared = measured(design)["paid"]
    # a threshold is a whole number of the few people played, or of all they stand for
    assert compared == pytest.approx(settled["amount"].sum() / 100, rel=0.005)
