"""Measures find what was put into a made-up market, and nothing where nothing was.

Seeds are fixed: a failure is a change of code. Tolerances are several times the spread
of the measure over seeds at this size.
"""

import numpy as np
import polars as pl
import pytest

from quasimarket.events.organisation_event import PRACTICES
from quasimarket.insight import measure_all
from quasimarket.insight.channels import SETS
from tests.lib.made_market import Made, make_tables


def take(made, *ids):
    found = {}
    tables = make_tables(made)
    for one in ids:
        found |= {m.id: m for m in measure_all(tables, prefix=one) if m.id == one}
    return found if len(ids) > 1 else found[ids[0]]


PULLS = ("coercive", "normative", "mimetic")


@pytest.mark.parametrize("kind", PULLS)
def test_only_pull_there_is_is_found(kind):
    made = Made(**{kind: 0.12})

    shares = take(made, *(f"pressure.pull_share.{one}.whole" for one in PULLS))

    assert shares[f"pressure.pull_share.{kind}.whole"].value > 0.75


def test_two_pulls_are_told_apart():
    made = Made(coercive=0.1, normative=0.1)

    shares = take(made, *(f"pressure.pull_share.{one}.whole" for one in PULLS))

    assert shares["pressure.pull_share.mimetic.whole"].value < 0.15
    assert shares["pressure.pull_share.coercive.whole"].value > 0.25
    assert shares["pressure.pull_share.normative.whole"].value > 0.25


def test_beta_is_what_the_rate_makes_it():
    made = Made(coercive=0.1, directives=40.0, one_template=True)

    beta = take(made, "convergence.beta.work_first")

    assert beta.value == pytest.approx(-(1 - 0.9**8.5), abs=0.06)
    assert beta.low < beta.value < beta.high


def test_noise_alone_is_not_convergence():
    measures = take(
        Made(),
        "convergence.beta.pooled",
        "convergence.homogeneity.corrected.month13",
        "convergence.distance_to_template.change",
    )

    beta = measures["convergence.beta.pooled"]
    assert beta.value == pytest.approx(0, abs=0.03)
    gained = measures["convergence.homogeneity.corrected.month13"]
    assert gained.value == pytest.approx(0, abs=0.03)
    moved = measures["convergence.distance_to_template.change"]
    assert moved.value == pytest.approx(0, abs=0.01)


def test_pull_to_own_template_parts_primes():
    measures = take(
        Made(coercive=0.15),
        "convergence.distance_to_template.within",
        "convergence.distance_to_template.between",
        "convergence.distance_to_template.change",
    )

    within = measures["convergence.distance_to_template.within"]
    between = measures["convergence.distance_to_template.between"]
    assert within.high < between.low
    assert measures["convergence.distance_to_template.change"].high < 0


def test_one_field_wide_template_makes_all_alike():
    gained = take(
        Made(coercive=0.1, directives=40.0, one_template=True),
        "convergence.homogeneity.month13",
    )

    assert gained.value == pytest.approx(1 - 0.9**8.5, abs=0.08)


def test_practice_seen_is_practice_done():
    tables = make_tables(Made(coercive=0.1))
    truth = tables["truth_practice"].filter(pl.col("month").is_between(10, 12))

    for measure in measure_all(tables, prefix="practice.mean"):
        _, _, name, when = measure.id.split(".")
        if when != "month13":
            continue
        tiers = tables["positions"].filter(pl.col("tier") < 2)["position"]
        done = truth.filter(pl.col("position").is_in(tiers.implode()))[name].mean()
        assert measure.value == pytest.approx(done, abs=0.02), name


def test_sector_distance_stays_inside_its_null_without_a_sector_difference():
    distance = take(Made(), "convergence.sector_distance.start")

    assert distance.null_low <= distance.value <= distance.null_high


def test_sector_distance_leaves_its_null_with_a_sector_difference():
    distance = take(Made(third_start=0.6), "convergence.sector_distance.start")

    assert distance.value > distance.null_high


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_creaming_gradient_is_found(slope):
    made = Made(creaming=slope)

    gradient = take(made, "creaming.gradient.pooled")

    assert gradient.value == pytest.approx(slope, abs=0.015)


def test_creaming_of_one_sector_leaves_the_null():
    alike = take(Made(creaming=0.2), "creaming.gradient.sector_gap")
    apart = take(Made(creaming=0.1, third_creaming=0.2), "creaming.gradient.sector_gap")

    assert alike.null_low <= alike.value <= alike.null_high
    assert apart.value == pytest.approx(0.2, abs=0.03)
    assert apart.value > apart.null_high


@pytest.mark.parametrize(("hides", "gap"), [(0.0, 0.0), (0.3, 0.1)])
def test_decoupling_is_found(hides, gap):
    found = take(Made(hides=hides), "decoupling.gap")

    # two of the six parts are misreported; noise leaves a little in the others
    assert found.value == pytest.approx(gap, abs=0.02)


def test_resistance_and_its_success_are_counted():
    made = Made(resists={"private": 0.1, "third": 0.5, "public": 0.1}, wins=0.3)

    found = take(
        made,
        "responses.resistance_rate.third",
        "responses.resistance_rate.private",
        "responses.resistance_rate.sector_gap",
        "responses.concession_rate",
    )

    assert found["responses.resistance_rate.third"].value == pytest.approx(
        0.5, abs=0.07
    )
    assert found["responses.resistance_rate.private"].value == pytest.approx(
        0.1, abs=0.05
    )
    gap = found["responses.resistance_rate.sector_gap"]
    assert gap.low > gap.null_high
    assert found["responses.concession_rate"].value == pytest.approx(0.3, abs=0.06)


def test_sector_explains_flow_only_where_it_does():
    blind = take(Made(), "decomposition.r2.sector.referrals")
    seeing = take(Made(third_flow=0.3), "decomposition.r2.sector.referrals")
    tier = take(Made(), "decomposition.tier_share.referrals")

    assert blind.value <= blind.null_high * 1.5
    assert seeing.value > seeing.null_high
    assert tier.value > 0.9


def test_equivalence_tells_alike_from_different():
    alike = take(Made(), "equivalence.sector.contact_rate")
    apart = take(Made(third_flow=0.5), "equivalence.sector.flow")

    assert alike.note.endswith("alike")
    assert apart.note.endswith("different")


LOG_ODDS = (
    -0.5
    - 0.02 * pl.col("months_out_of_work")
    + 0.8 * (pl.col("qualification") == "degree").cast(float)
    - 0.9 * (pl.col("need") == "health").cast(float)
    + 0.2 * pl.col("group").cast(float)
)
"""What a person's chance is made of."""


def test_group_quality_is_that_of_the_chances_put_in():
    """The chance put in is set beside the one estimated from what came of it."""
    made = Made(people=60_000)
    people = make_tables(made)["participants"]
    chance = 1 / (1 + np.exp(-people.select(LOG_ODDS).to_series().to_numpy()))
    group = people["group"].to_numpy()
    edges = np.quantile(chance, np.arange(1, 10) / 10)
    shares = [
        np.bincount(np.searchsorted(edges, chance[group == one]), minlength=10)
        / (group == one).sum()
        for one in ("1", "2", "3")
    ]
    shared = [np.minimum(*shares[at : at + 2]).sum() for at in range(2)]

    found = take(
        made,
        "creaming.group_auc.official",
        "creaming.group_auc.statistical",
        "creaming.group_auc.gap",
        "creaming.group_overlap",
    )

    # groups differ by 0.2 in log odds, people inside one by far more
    assert found["creaming.group_auc.official"].value == pytest.approx(0.53, abs=0.015)
    assert found["creaming.group_auc.statistical"].value > 0.62
    assert found["creaming.group_auc.gap"].low > 0.08
    overlap = found["creaming.group_overlap"].value
    assert overlap == pytest.approx(np.mean(shared), abs=0.08)


@pytest.mark.parametrize("odds", [0.0, 0.4])
def test_service_of_a_sector_is_told_from_its_people(odds):
    found = take(
        Made(third_outcomes=odds),
        "creaming.split.third.composition",
        "creaming.split.third.service",
        "creaming.split.third.interaction",
        "creaming.split.third.gap",
    )

    service = found["creaming.split.third.service"]
    # a chance of about two in five, whose slope on log odds is 0.2
    assert service.value == pytest.approx(0.2 * odds, abs=0.02)
    assert (service.value > service.null_high) == (odds > 0)
    assert found["creaming.split.third.composition"].value == pytest.approx(0, abs=0.01)
    parts = ("composition", "service", "interaction")
    assert found["creaming.split.third.gap"].value == pytest.approx(
        sum(found[f"creaming.split.third.{part}"].value for part in parts)
    )


@pytest.mark.parametrize(("outcomes", "contacts"), [(0.0, 0.0), (0.04, 0.15)])
def test_spatial_parking_is_found(outcomes, contacts):
    made = Made(deprived_outcomes=outcomes, deprived_contacts=contacts)

    found = take(made, "parking.spatial.outcomes", "parking.spatial.contacts")

    less = found["parking.spatial.outcomes"]
    assert less.value == pytest.approx(-outcomes, abs=0.008)
    assert (less.value < less.null_low) == (outcomes > 0)
    seen_less = found["parking.spatial.contacts"]
    assert seen_less.value == pytest.approx(-contacts, abs=0.01)


def test_survival_and_hazard_are_those_put_in():
    made = Made(
        primes=30,
        months=40,
        people=500,
        ends={"private": 0.03, "third": 0.01, "public": 0.03},
    )

    found = take(
        made,
        "viability.survival.private",
        "viability.survival.third",
        "viability.survival.sector_gap",
        "viability.hazard.third",
        "viability.hazard.tier_2",
    )

    for sector, rate in (("private", 0.03), ("third", 0.01)):
        survived = found[f"viability.survival.{sector}"]
        assert survived.value == pytest.approx((1 - rate) ** 36, abs=0.08)
    gap = found["viability.survival.sector_gap"]
    assert gap.value > gap.null_high
    # over half a year, 1 - 0.99^6 against 1 - 0.97^6, as odds
    odds = [(1 - (1 - rate) ** 6) / (1 - rate) ** 6 for rate in (0.01, 0.03)]
    third = found["viability.hazard.third"]
    assert third.value == pytest.approx(odds[0] / odds[1], abs=0.12)
    assert third.value < third.null_low
    tier = found["viability.hazard.tier_2"]
    assert tier.low < 1 < tier.high


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_share_of_practice_between_primes_is_found(share):
    made = Made(primes=40, prime_share=share, people=500, months=14, noisy=False)

    found = take(made, *(f"mixed.prime_share.{part}" for part in PRACTICES))

    assert len(found) == len(PRACTICES)
    mean = np.mean([one.value for one in found.values()])
    assert mean == pytest.approx(share, abs=0.07)


def test_sector_difference_of_practice_is_found_beside_primes():
    made = Made(primes=40, third_start=0.4, people=500, months=14, noisy=False)

    third = take(made, "mixed.third.specialism")

    # 0.4, less what a scale from 0.02 to 0.98 cuts off
    assert third.value == pytest.approx(0.38, abs=0.08)
    assert third.value > third.null_high


def test_theil_between_sectors_stays_inside_its_null_without_a_difference():
    alike = take(Made(), "diversity.theil.specialism.between_sectors")
    apart = take(Made(third_start=0.6), "diversity.theil.specialism.between_sectors")

    assert alike.value <= alike.null_high
    assert apart.value > apart.null_high


def test_shapley_value_goes_to_the_channel_that_pulls():
    rates = {"coercive": 0.1, "normative": 0.0, "mimetic": 0.03}
    runs = {
        channels: make_tables(
            Made(
                people=200,
                months=14,
                one_template=True,
                directives=40.0,
                **{name: rates[name] for name in channels},
            )
        )
        for channels in SETS
    }

    found = {
        one.id: one
        for one in measure_all(
            runs[frozenset(rates)], prefix="pressure.shapley", by_channels=runs
        )
    }

    values = {name: found[f"pressure.shapley.{name}"].value for name in rates}
    assert values["coercive"] > values["mimetic"] > 0.05
    assert values["normative"] == pytest.approx(0, abs=0.01)
    assert sum(values.values()) == pytest.approx(found["pressure.shapley.all"].value)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Over 40 markets a 95% interval of a known share misses at most six times."""
    missed = 0
    for seed in range(40):
        made = Made(seed=seed, people=20, months=2, wins=0.4)
        found = take(made, "responses.concession_rate")
        missed += not found.low <= 0.4 <= found.high

    assert missed <= 6


def test_hidden_truth_is_not_looked_at():
    tables = make_tables(Made(people=2_000))
    without = {name: one for name, one in tables.items() if name != "truth_practice"}

    values = [m.value for m in measure_all(tables, times=0)]

    assert values == [m.value for m in measure_all(without, times=0)]
    assert np.mean([value is not None for value in values]) > 0.6
