"""Say a rulebook in plain English."""

from collections import Counter
from collections.abc import Callable

from quasimarket.rulebook.explain_market import explain_market
from quasimarket.rulebook.explain_payments import (
    explain_discounts,
    explain_examples,
    explain_excess_payments,
    explain_milestones,
    explain_service_fees,
)
from quasimarket.rulebook.explain_regime import (
    explain_allocation,
    explain_conditionality,
    explain_conduct,
    explain_levers,
    explain_performance,
    explain_supply_chain,
    explain_transparency,
    explain_validation,
)
from quasimarket.rulebook.explanation import Section, Sentence, render_sections
from quasimarket.rulebook.plain_words import say_count, say_day, say_days, say_list
from quasimarket.rulebook.rulebook import SECTORS, Evidence, Rulebook


Explainer = Callable[[Rulebook], list[Sentence]]


def explain_programme(rulebook: Rulebook) -> list[Sentence]:
    """Say what the programme is, how large, and how its time is counted."""
    primes = Counter(prime.sector for prime in rulebook.primes)
    sectors = [f"{primes[sector]} {sector}" for sector in SECTORS if primes[sector]]
    referrals = sum(row.referrals for row in rulebook.intake)
    forecast = sum(row.forecast for row in rulebook.intake)
    second = rulebook.second_year_first_day
    ran_on = (
        "Work that is unbroken across its last day goes on counting until it breaks."
        if rulebook.run_on
        else "Nothing counts after its last day."
    )
    bridge = (
        f"A gap of at most {say_count(rulebook.bridge_days, 'day')} between two jobs "
        "counts as work."
        if rulebook.bridge_days
        else "A gap of one day between two jobs is a break."
    )
    texts = {
        "summary": rulebook.summary,
        "size": f"{say_count(len(rulebook.areas), 'area')}, "
        f"{say_count(len(rulebook.contracts), 'contract')}, "
        f"{say_count(len(rulebook.primes), 'prime')} ({say_list(sectors)}).",
        "intake": f"{referrals:,} people are referred; {forecast:,} were forecast.",
        "years": f"It begins on {say_day(rulebook.first_day)}; contract year 2 begins "
        f"on {say_day(second)}, and each later year on the same day.",
        "allotted_days": "A participant's time is "
        f"{say_days(rulebook.allotted_days)}, the referral date being the first. "
        + ran_on,
        "bridge_days": bridge,
    }
    return [Sentence(key=key, text=text) for key, text in texts.items()]


def explain_groups(rulebook: Rulebook) -> list[Sentence]:
    """Say who takes part."""
    sentences = []
    for group in rulebook.groups:
        referrals = sum(
            row.referrals for row in rulebook.intake if row.group == group.id
        )
        when = f", referred {group.referral_point}" if group.referral_point else ""
        basis = f", {group.basis}" if group.basis else ""
        sentences.append(
            Sentence(
                key=f"groups.{group.id}",
                text=f"Group {group.id}, {group.name}{when}{basis}: {referrals:,} "
                f"people from {say_day(group.first_referral)} to "
                f"{say_day(group.last_referral)}.",
            )
        )
    return sentences


def explain_evidence(rulebook: Rulebook) -> list[Sentence]:
    """Say how well the values are known."""
    counts = Counter(value.evidence for value in rulebook.stated)
    parts = [f"{counts[mark]} {mark}" for mark in Evidence if counts[mark]]
    return [
        Sentence(
            key="evidence",
            text=f"{say_count(len(rulebook.stated), 'value')}: {say_list(parts)}. "
            "The table of values says where each comes from.",
        )
    ]


SECTIONS: tuple[tuple[str, Explainer], ...] = (
    ("The programme", explain_programme),
    ("Who takes part", explain_groups),
    ("What is paid, when and how much", explain_milestones),
    ("Discounts", explain_discounts),
    ("Paid above a threshold", explain_excess_payments),
    ("Paid whatever the results", explain_service_fees),
    ("The most that one participant can earn", explain_examples),
    ("How contracts are measured", explain_performance),
    ("How referrals are allocated, and what is promised", explain_allocation),
    ("Down the chain", explain_supply_chain),
    ("How the market is bought and protected", explain_market),
    ("Conduct", explain_conduct),
    ("If a participant does not take part", explain_conditionality),
    ("How claims are checked", explain_validation),
    ("What is shown to whom", explain_transparency),
    ("The designer's levers", explain_levers),
    ("How well this is known", explain_evidence),
)
"""The explanation, section by section, in order."""


def explain_rulebook(rulebook: Rulebook) -> list[Section]:
    """Say a rulebook as sections of keyed sentences."""
    return [
        Section(title=title, sentences=tuple(explainer(rulebook)))
        for title, explainer in SECTIONS
    ]


def render_explanation(rulebook: Rulebook) -> str:
    """Say a rulebook as text."""
    title = f"{rulebook.name} ({rulebook.id})"
    head = f"{title}\n{'=' * len(title)}\n\n"
    return head + render_sections(explain_rulebook(rulebook))
