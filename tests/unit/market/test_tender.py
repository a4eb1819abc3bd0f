"""The tender: who may bid, what is bid, who wins, and what the rulebook then says."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from quasimarket.core.dates import Month
from quasimarket.core.errors import InputFault
from quasimarket.core.identifiers import ClauseId, ContractId, MilestoneId
from quasimarket.core.money import Pence
from quasimarket.market.forecast_value import forecast_value, sober_outlook
from quasimarket.market.tender import Tender, hold_tender
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.market_design import TenderMode
from quasimarket.rulebook.rulebook import Rulebook, ServiceFee
from tests.lib.small_programme import behaviour, teaching_pilot, work_programme


SEEDS = (1, 2, 20_110_601)
ANYONE = {"tender__capacity": 50.0}
"""Everybody can carry every area, so that the same bids are made at any price."""
OUTCOME = MilestoneId("job-outcome")


def designed(rulebook: Rulebook | None = None, **market: Any) -> Rulebook:
    """The Work Programme, its tender held anew, its market changed."""
    rulebook = rulebook or work_programme()
    changed = replace(rulebook.market, tender=TenderMode.SIMULATED, **market)
    return replace(rulebook, market=changed)


def tender_of(
    seed: int = 1, assumed: dict[str, float] | None = None, **market: Any
) -> Tender:
    return hold_tender(designed(**market), behaviour(**(assumed or {})), seed=seed)


def bids_by_name(tender: Tender) -> dict[tuple[str, str], tuple[float, ...]]:
    bids = tender.bids
    columns = (
        bids.discount,
        bids.promised_rate,
        bids.named_subcontractors,
        bids.price_score,
        bids.quality_score,
        bids.score,
    )
    return {
        (tender.rulebook.areas[area].id, tender.framework.id(bidder)): tuple(
            float(column[bid]) for column in columns
        )
        for bid, (area, bidder) in enumerate(zip(bids.area, bids.bidder, strict=True))
    }


def primes_by_area(tender: Tender) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in tender.rulebook.contracts:
        found.setdefault(one.area, set()).add(one.prime)
    return found


def faults_of(seed: int = 1, assumed: Any = None, **market: Any) -> list[str]:
    with pytest.raises(InputFault) as raised:
        tender_of(seed, assumed, **market)
    return [str(fault) for fault in raised.value.faults]


@pytest.mark.parametrize("seed", SEEDS)
def test_contracts_are_those_of_the_rulebook_under_other_primes(seed):
    tender = tender_of(seed)
    before = work_programme().contracts

    after = tender.rulebook.contracts

    assert [(one.id, one.number, one.area) for one in after] == [
        (one.id, one.number, one.area) for one in before
    ]
    assert all(len(primes) >= 2 for primes in primes_by_area(tender).values())
    assert sum(one is not None for one in tender.contract) == len(before)


def test_no_real_organisation_takes_part():
    rulebook = tender_of().rulebook

    assert {one.prime for one in rulebook.contracts} == {
        one.id for one in rulebook.primes
    }
    assert all(one.id == f"B{int(one.id[1:]):02d}" for one in rulebook.primes)
    assert all(one.name == f"Bidder {int(one.id[1:])}" for one in rulebook.primes)
    assert not any(
        one.key.startswith(("primes.", "contracts.")) for one in rulebook.stated
    )


@pytest.mark.parametrize("awards", [1, 2, 4])
def test_awards_an_area_are_as_the_market_asks(awards):
    rulebook = tender_of(awards_an_area=awards).rulebook

    held = [one.area for one in rulebook.contracts]
    assert {held.count(area.id) for area in rulebook.areas} == {awards}
    assert len({one.id for one in rulebook.contracts}) == 18 * awards
    assert len({one.number for one in rulebook.contracts}) == 18 * awards


@pytest.mark.parametrize("awards", [1, 3, 4])
def test_winners_share_an_area_equally(awards):
    rulebook = tender_of(awards_an_area=awards).rulebook
    area_of = {one.id: one.area for one in rulebook.contracts}

    for area in rulebook.areas:
        shares = [
            row.share
            for row in rulebook.market_shares
            if area_of[row.contract] == area.id
        ]
        assert sum(shares) == 1
        assert max(shares) - min(shares) < Decimal("0.00001")


def test_contract_pays_at_the_discount_that_was_bid():
    tender = tender_of()
    rulebook, day = tender.rulebook, work_programme().first_day

    for bid in np.flatnonzero(tender.won):
        contract = tender.contract[bid]
        full = 1_200_00
        price = rulebook.unit_price(OUTCOME, contract, rulebook.groups[0].id, day)
        assert price == pytest.approx(full * (1 - tender.bids.discount[bid]), abs=1)


def test_rows_of_contracts_that_are_no_more_are_left_out():
    fees = tuple(
        ServiceFee(
            id=MilestoneId(f"fee-{contract}"),
            name="Fee",
            clause=ClauseId("S59"),
            contract=contract and ContractId(contract),
            first_month=Month(2011, 6),
            last_month=Month(2012, 5),
            monthly=Pence(100_00),
        )
        for contract in ("1", "2", None)
    )
    rulebook = replace(designed(awards_an_area=1), service_fees=fees)

    kept = hold_tender(rulebook, behaviour(), seed=1).rulebook

    assert [fee.contract for fee in kept.service_fees] == ["1", None]


def test_tender_held_twice_is_the_same():
    first = tender_of()

    assert bids_by_name(tender_of()) == bids_by_name(first)
    assert hold_tender(first.rulebook, behaviour(), seed=1).rulebook == first.rulebook
    assert bids_by_name(tender_of(2)) != bids_by_name(first)


def test_order_of_areas_changes_nobodys_luck():
    rulebook = designed()
    turned = replace(rulebook, areas=rulebook.areas[::-1])

    here = hold_tender(rulebook, behaviour(), seed=1)
    there = hold_tender(turned, behaviour(), seed=1)

    assert bids_by_name(there).keys() == bids_by_name(here).keys()
    for name, values in bids_by_name(here).items():
        assert bids_by_name(there)[name] == pytest.approx(values), name
    assert primes_by_area(there) == primes_by_area(here)


def test_bids_rest_on_the_forecast_alone():
    rulebook = designed()
    fewer = tuple(replace(row, referrals=row.referrals // 3) for row in rulebook.intake)
    smaller = tuple(replace(row, forecast=row.forecast // 3) for row in rulebook.intake)

    def bids(intake: Any) -> dict[tuple[str, str], tuple[float, ...]]:
        return bids_by_name(
            hold_tender(replace(rulebook, intake=intake), behaviour(), seed=1)
        )

    assert bids(fewer) == bids(rulebook.intake)
    assert len(bids(smaller)) > len(bids(rulebook.intake))  # more can carry a contract


def test_price_floor_cuts_off_deeper_discounts_and_leaves_the_rest():
    free = tender_of().bids.discount
    floor = 0.04

    held = tender_of(deepest_discount=Decimal("0.04")).bids.discount

    assert (free > floor).any()
    assert held == pytest.approx(np.minimum(free, floor))


def test_without_discounts_quality_decides():
    tender = tender_of(deepest_discount=Decimal(0))
    bids = tender.bids

    assert not bids.discount.any()
    assert set(bids.price_score) == {100.0}
    assert bids.quality_score[tender.won].mean() > 70


def test_every_discount_deepens_with_the_weight_of_price():
    shallow, middle, deep = (
        tender_of(price_weight=Decimal(weight)).bids.discount
        for weight in ("0", "0.5", "1")
    )

    assert not shallow.any()
    assert (middle <= deep).all()
    assert middle.mean() < deep.mean()


def test_lower_prices_leave_less_to_give_up():
    fees = tuple(
        replace(rate, fee=Pence(rate.fee * 9 // 10)) for rate in work_programme().rates
    )
    rulebook = replace(designed(), rates=fees)

    poorer = hold_tender(rulebook, behaviour(**ANYONE), seed=1).bids.discount

    usual = tender_of(assumed=ANYONE).bids.discount
    assert (poorer <= usual).all()
    assert poorer.mean() < 0.75 * usual.mean()


def test_dearer_advisers_leave_less_to_give_up():
    dearer = tender_of(assumed={"staffing__wage_month": 3200.0}).bids.discount

    usual = tender_of().bids.discount
    assert (dearer <= usual).all()
    assert dearer.mean() < usual.mean()


def test_prices_that_follow_unemployment_move_discounts_where_it_is_high():
    usual = tender_of(assumed=ANYONE).bids
    moved = tender_of(assumed=ANYONE, area_adjustment=Decimal(1)).bids
    high = [area.unemployment_index > 1 for area in work_programme().areas]
    deeper = moved.discount - usual.discount

    there = np.array(high)[usual.area]
    assert deeper[there].min() >= 0 > deeper[~there].min()
    assert deeper[there].max() > 0 >= deeper[~there].max()


def test_payments_that_follow_from_levers_are_those_of_the_awards():
    rulebook = load_rulebook(
        "work-programme",
        {
            "market.tender": "simulated",
            "market.service_fee_share": "20",
            "market.awards_an_area": "1",
        },
    )

    awarded = hold_tender(rulebook, behaviour(), seed=1).rulebook

    contracts = {one.id for one in awarded.contracts}
    assert {fee.contract for fee in awarded.service_fees} == contracts
    assert len(contracts) == 18


def test_chains_named_grow_with_the_weight_of_quality():
    price, quality = (
        tender_of(price_weight=Decimal(weight)).bids.named_subcontractors
        for weight in ("0.8", "0.2")
    )

    assert quality.mean() > 1.2 * price.mean()


def test_longer_chain_raises_quality():
    with_credit = tender_of().bids
    without = tender_of(assumed={"tender__chain_credit": 0.0}).bids
    named = with_credit.named_subcontractors

    gain = with_credit.quality_score - without.quality_score

    assert gain[named > np.quantile(named, 0.9)].min() > 0
    assert gain[named < np.quantile(named, 0.1)].max() < 0


def test_sector_is_only_a_label_once_the_gap_is_closed():
    alike = {"sector__gap": 0.0}
    here = tender_of(assumed=alike)
    there = tender_of(assumed=alike | {"tender__private": 0.1, "tender__third": 0.8})

    assert (here.framework.sector != there.framework.sector).any()
    assert bids_by_name(there) == bids_by_name(here)
    assert primes_by_area(there) == primes_by_area(here)


def test_lower_bar_lets_smaller_organisations_in_and_changes_nobody():
    high, low = (
        tender_of(turnover_bar=Pence(bar)).framework
        for bar in (2_000_000_000, 500_000_000)
    )
    both = np.isin(low.number, high.number)

    assert high.turnover.min() >= 2_000_000_000 > low.turnover.min() >= 500_000_000
    rows = np.searchsorted(high.number, low.number[both])
    assert (low.optimism[both] == high.optimism[rows]).all()
    assert (low.turnover[both] == high.turnover[rows]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_wins_more_areas_than_the_limit(seed):
    rulebook = tender_of(seed, {"tender__most_areas": 3}).rulebook

    held = [one.prime for one in rulebook.contracts]

    assert max(held.count(prime) for prime in held) == 3


def test_limit_gives_way_before_an_area_stands_empty():
    tender = tender_of(
        framework_bidders=4,
        assumed={"tender__most_areas": 1, "tender__capacity": 20.0},
    )

    assert len(tender.rulebook.contracts) == 40
    assert all(len(primes) >= 2 for primes in primes_by_area(tender).values())


def test_no_eligible_bidder_is_a_fault():
    (fault,) = faults_of(turnover_bar=Pence(10**15))

    assert re.match(
        r"work-programme/programme\.yaml:\d+, market\.turnover_bar: "
        "found no eligible bidder: of 140 ",
        fault,
    )
    assert "the largest has £" in fault


def test_fault_of_a_bar_that_was_set_names_the_setting():
    rulebook = load_rulebook("work-programme", {"market.turnover_bar": "10000000000"})

    with pytest.raises(InputFault) as raised:
        hold_tender(rulebook, behaviour(), seed=1)

    (fault,) = raised.value.faults
    assert fault.where == "--set market.turnover_bar"


def test_area_that_nobody_can_carry_is_a_fault():
    faults = faults_of(assumed={"tender__capacity": 0.0})

    assert len(faults) == 18
    assert re.match(
        r"work-programme/programme\.yaml:\d+, market\.framework_bidders, area 1: "
        "found no bidder",
        faults[0],
    )
    assert "market.awards_an_area" in faults[0]


def test_more_awards_than_bidders_is_a_fault():
    faults = faults_of(framework_bidders=2, assumed=ANYONE)

    assert faults[0].startswith(
        "market.awards_an_area, area 3: found 3 awards and 2 bidders"
    )
    assert "market.framework_bidders" in faults[0]


def test_sober_rate_of_people_alike_who_keep_their_jobs():
    assumed = behaviour(
        employability__spread=0.0, loss__before=0.0, claim__rate=1.0, hazard__2=0.01
    )

    outlook = sober_outlook(work_programme(), assumed)

    # 104 weeks less one of waiting in which to find work that then lasts
    weeks = np.arange(1, 104)
    assert outlook.rates[1] == pytest.approx(1 - np.exp(-0.01 * 103))
    assert outlook.months[1] == pytest.approx(
        np.exp(-0.01 * weeks).sum() * 7 * 12 / 365.25
    )


def test_sober_rates_fall_where_jobs_are_lost_and_must_be_unbroken():
    steady = sober_outlook(teaching_pilot(), behaviour(loss__before=0.0)).rates
    shaky = sober_outlook(teaching_pilot(), behaviour(loss__before=0.2)).rates

    assert (shaky > 0).all()
    assert (shaky < steady).all()
    assert (steady < 1).all()


def test_value_of_a_forecast_by_hand():
    rulebook = teaching_pilot()
    assumed = behaviour(attachment__share=1.0)
    people = np.zeros(2)
    for row in rulebook.intake:
        people[["near", "far"].index(row.group)] += row.forecast

    value = forecast_value(rulebook, assumed)

    assert value.people[0] == pytest.approx(people)
    outcomes = value.by_rate_discountable[0]
    assert outcomes == pytest.approx(people * [1_000_00, 2_000_00])
    assert value.certain[0, 1] == people[1] * 300_00
    assert (value.by_rate > value.by_rate_discountable).all()


def test_any_programme_can_be_tendered():
    rulebook = designed(teaching_pilot())

    tender = hold_tender(rulebook, behaviour(), seed=1)

    assert len(tender.rulebook.contracts) == 2
    assert len(primes_by_area(tender)["town"]) == 2
