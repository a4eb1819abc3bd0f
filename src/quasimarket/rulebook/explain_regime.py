"""Say the rules around the payments."""

from quasimarket.rulebook.explain_market import say_lever
from quasimarket.rulebook.explanation import Sentence
from quasimarket.rulebook.plain_words import (
    say_count,
    say_day,
    say_days,
    say_list,
    say_number,
    say_share,
)
from quasimarket.rulebook.regime import (
    AllocationMethod,
    Lever,
    MinimumServiceOffer,
    Penalty,
)
from quasimarket.rulebook.rulebook import (
    PerformanceLevel,
    Rulebook,
    SubcontractTerms,
)
from quasimarket.rulebook.settings import BY_COMMAND


METHODS = {
    AllocationMethod.RANDOM_BY_SHARE: "Each referral is drawn at random among the "
    "area's contracts, with their market shares as chances.",
    AllocationMethod.PARTICIPANT_CHOICE: "The participant chooses among the area's "
    "contracts.",
    AllocationMethod.BY_PERFORMANCE: "Referrals go to the area's contracts by their "
    "measured performance.",
}


def explain_performance(rulebook: Rulebook) -> list[Sentence]:
    """Say the measure, the levels and the share shift."""
    performance = rulebook.performance
    sentences = [
        Sentence(
            key="performance.measure",
            text=f"A contract's rate is each {performance.milestone} reached in a "
            "contract year over the people referred in that year. Cohorts are also "
            f"followed for {say_list([str(n) for n in performance.cohort_months])} "
            f"months. A row with fewer than {performance.minimum_ranked} people is not "
            f"ranked; intervals use z = {say_number(performance.interval_z)}.",
        )
    ]
    for group in rulebook.groups:
        levels = [level for level in performance.levels if level.group == group.id]
        if levels:
            sentences.append(
                Sentence(
                    key=f"performance.levels.{group.id}",
                    text=_say_levels(levels),
                    group=group.id,
                )
            )
    shift = performance.share_shift
    if shift is not None:
        ends = rulebook.contract_year_days(shift.first_contract_year)[1]
        sentences.append(
            Sentence(
                key="performance.share_shift",
                text=f"{say_share(shift.size)} of an area's referrals in a group move "
                "from the worst contract to the best if their rates differ by "
                f"{say_number(shift.trigger * 100)} points or more, first by the "
                f"results of contract year {shift.first_contract_year} (which ends on "
                f"{say_day(ends)}), with effect "
                f"{say_count(shift.months_to_effect, 'month')} after the year's end.",
            )
        )
    return sentences


def _say_levels(levels: list[PerformanceLevel]) -> str:
    parts = [
        f"{say_share(level.level)} in contract year {level.contract_year} "
        f"({say_share(level.non_intervention)} without the programme)"
        for level in sorted(levels, key=lambda level: level.contract_year)
    ]
    return f"at least {say_list(parts)}, and so on after it."


def explain_allocation(rulebook: Rulebook) -> list[Sentence]:
    """Say how referrals are allocated and what everybody is promised."""
    moving = (
        "A participant who moves house stays with the contract."
        if rulebook.allocation.stays_on_moving
        else "A participant who moves to another area changes contract."
    )
    sentences = [
        Sentence(
            key="allocation", text=f"{METHODS[rulebook.allocation.method]} {moving}"
        )
    ]
    if rulebook.minimum_service_offer is not None:
        sentences.append(_say_offer(rulebook.minimum_service_offer))
    return sentences


def _say_offer(offer: MinimumServiceOffer) -> Sentence:
    binding = "binding" if offer.is_binding else "not binding in practice"
    parts = []
    if offer.first_contact_working_days is not None:
        parts.append(
            "a first contact within "
            + say_count(offer.first_contact_working_days, "working day")
        )
    if offer.contact_interval_days is not None:
        parts.append(f"contact every {say_days(offer.contact_interval_days)}")
    if offer.action_plan_days is not None:
        parts.append(f"an action plan within {say_days(offer.action_plan_days)}")
    promise = f": {say_list(parts)}" if parts else ""
    return Sentence(
        key="minimum_service_offer",
        text=f"The minimum service is set by the {offer.set_by} "
        f"and {binding}{promise}.",
    )


def explain_supply_chain(rulebook: Rulebook) -> list[Sentence]:
    """Say the tiers and the terms of subcontracts."""
    sentences = []
    chain = rulebook.supply_chain
    if chain is not None:
        sentences += [
            Sentence(
                key=f"supply_chain.tiers.{tier.id}",
                text=f"Tier {tier.id}, {tier.name.lower()}: {tier.delivers}; "
                + ("paid by results." if tier.is_paid_by_results else "paid for work."),
            )
            for tier in chain.tiers
        ]
        approval = "needs" if chain.change_needs_approval else "does not need"
        volumes = "guaranteed" if chain.volumes_guaranteed else "not guaranteed"
        text = f"Changing the chain {approval} approval; volumes are {volumes}."
        if chain.highest_management_fee is not None:
            highest = say_share(chain.highest_management_fee)
            text += f" A management fee is at most {highest}."
        sentences.append(Sentence(key="supply_chain.rules", text=text))
    return sentences + [_say_terms(terms) for terms in rulebook.subcontract_terms]


def _say_terms(terms: SubcontractTerms) -> Sentence:
    whose = say_list(
        [
            f"contract {terms.contract}" if terms.contract else "every contract",
            f"position {terms.position}" if terms.position else "every subcontract",
        ]
    )
    shares = [
        f"{say_share(share)} of {kind}" for kind, share in terms.passed_down.items()
    ]
    fee = say_share(terms.management_fee)
    return Sentence(
        key=f"subcontract_terms.{whose}.{terms.first_day}",
        text=f"From {say_day(terms.first_day)}, for {whose}: the prime keeps {fee}, "
        f"passes down {say_list(shares) or 'nothing'}, and pays "
        f"{say_count(terms.lag_months, 'month')} after it is paid.",
    )


def explain_conduct(rulebook: Rulebook) -> list[Sentence]:
    """Say how primes must behave and who may complain."""
    conduct = rulebook.conduct
    if conduct is None:
        return []
    hidden = "is" if conduct.is_anonymous else "is not"
    material = "is" if conduct.breach_is_material else "is not"
    return [
        Sentence(
            key="conduct",
            text=f"{conduct.standard}: {say_list(conduct.principles)}. A complaint can "
            f"come from a {say_list(conduct.who_may_complain, 'or')}, goes to "
            f"{say_list(conduct.stages, 'then')}, and {hidden} anonymous. A breach "
            f"{material} a material breach of contract.",
        )
    ]


def explain_conditionality(rulebook: Rulebook) -> list[Sentence]:
    """Say who decides on penalties, on what conditions, and how long they are."""
    rules = rulebook.conditionality
    if rules is None:
        return []
    report = "must" if rules.must_report else "need not"
    notice = "needs" if rules.notice_required else "does not need"
    safeguard = "must" if rules.safeguard_required else "need not"
    head = Sentence(
        key="conditionality",
        text=f"Decided by {rules.who_decides}. A provider {report} report each "
        f"failure. A penalty {notice} a written notice first. Vulnerable people "
        f"{safeguard} be sought out first.",
    )
    return [head, *map(_say_penalty, rules.penalties)]


def _say_penalty(penalty: Penalty) -> Sentence:
    until = f" until {say_day(penalty.last_day)}" if penalty.last_day else ""
    return Sentence(
        key=f"conditionality.penalties.{penalty.id}",
        text=f"{penalty.benefit}, {penalty.failure} failure: "
        f"{say_count(penalty.length, 'week')} from {say_day(penalty.first_day)}"
        f"{until}.",
    )


def explain_validation(rulebook: Rulebook) -> list[Sentence]:
    """Say how claims are checked."""
    rules = rulebook.validation
    if rules is None:
        return []
    scaled = (
        "A failed sample is scaled up to all the claims it stands for."
        if rules.is_extrapolated
        else "Only what fails is recovered."
    )
    return [
        Sentence(
            key="validation",
            text=f"{say_share(rules.off_benefit_check)} of claims are checked for "
            f"being off benefit and {say_share(rules.employment_sample)} against tax "
            f"records. {scaled} Missing evidence rests with "
            f"{rules.evidence_rests_with}.",
        )
    ]


def explain_transparency(rulebook: Rulebook) -> list[Sentence]:
    """Say what is shown, to whom, how often."""
    rules = rulebook.transparency
    if rules is None:
        return []
    sentences = [
        Sentence(
            key=f"transparency.disclosures.{shown.id}",
            text=f"{shown.shows}, to {say_list(shown.audience)}, every "
            f"{say_count(shown.interval, 'month')}, "
            + ("with" if shown.names_subcontracts else "without")
            + " each subcontract's own.",
        )
        for shown in rules.disclosures
    ]
    quiet = rules.first_publication_months
    if quiet:
        sentences.append(
            Sentence(
                key="transparency.first_publication_months",
                text="Nothing may be published in the first "
                f"{say_count(quiet, 'month')}.",
            )
        )
    return sentences


def explain_levers(rulebook: Rulebook) -> list[Sentence]:
    """Say how each lever of a designer is set."""
    return [
        Sentence(
            key=f"levers.{lever.id}",
            text=f"{lever.name}: {_setting(rulebook, lever)}"
            + (f" ({lever.key})." if lever.key else "."),
        )
        for lever in rulebook.levers
    ]


def _setting(rulebook: Rulebook, lever: Lever) -> str:
    """Say a lever's setting: as described, unless its value has been changed."""
    name = lever.key.removeprefix("market.")
    if name != lever.key and (said := say_lever(rulebook.market, name)):
        return said.removesuffix(".")
    for stated in rulebook.stated:
        if stated.key == lever.key and stated.source == BY_COMMAND:
            return f"set to {stated.value} {stated.unit}".strip()
    return lever.setting
