"""Say what is paid for, when and how much."""

from collections.abc import Sequence
from datetime import date, timedelta

from quasimarket.core.identifiers import GroupId
from quasimarket.rulebook.explanation import Sentence
from quasimarket.rulebook.plain_words import (
    say_count,
    say_day,
    say_days,
    say_list,
    say_money,
    say_month,
    say_number,
)
from quasimarket.rulebook.rulebook import (
    Basis,
    BreakRule,
    CountedBy,
    Discount,
    ExcessPayment,
    Milestone,
    PaymentGroup,
    Rate,
    Rulebook,
)


BREAK_RULES = {
    BreakRule.RESTART: "A break loses the days since the last payment; counting starts "
    "again with the next day in work.",
    BreakRule.CARRY: "A break keeps the days since the last payment; counting goes on "
    "with the next day in work.",
    BreakRule.END: "The first break ends these payments.",
}


def explain_milestones(rulebook: Rulebook) -> list[Sentence]:
    """Say each milestone's rule, and each group's days and fee."""
    sentences = []
    for milestone in rulebook.milestones:
        key = f"milestones.{milestone.id}"
        rule = f"{milestone.name} [{milestone.clause}]: {_rule(rulebook, milestone)}"
        sentences.append(Sentence(key=f"{key}.rule", text=rule))
        for group in rulebook.groups:
            text = _group_terms(rulebook, milestone, group)
            if text:
                sentences.append(
                    Sentence(key=f"{key}.{group.id}", text=text, group=group.id)
                )
    return sentences


def _rule(rulebook: Rulebook, milestone: Milestone) -> str:
    if milestone.basis is Basis.ATTACHMENT:
        rule = "earned on the day the participant is attached."
    elif milestone.basis is Basis.DAYS_IN_WORK:
        how = "without a break" if milestone.unbroken else "in one job or several"
        rule = f"earned once, on the last of the days needed in work, {how}."
    elif milestone.basis is Basis.DAYS_WITHOUT:
        rule = (
            "earned when the days needed from referral have passed and nobody has been "
            f"{milestone.without}."
        )
    else:
        before = next(
            (one.name for one in rulebook.milestones if one.id == milestone.after), ""
        )
        rule = (
            f"earned for each further run of unbroken days in work after the "
            f"{before.lower()}. {BREAK_RULES[milestone.break_rule]}"
        )
    wait = milestone.claim_after_working_days
    if wait:
        rule += f" It may be claimed from the {_ordinal(wait)} working day after."
    return rule


def _group_terms(rulebook: Rulebook, milestone: Milestone, group: PaymentGroup) -> str:
    rates = [
        rate
        for rate in rulebook.rates
        if rate.milestone == milestone.id and rate.group == group.id
    ]
    fees = _say_fees(sorted(rates, key=lambda rate: rate.first_day))
    if milestone.basis is Basis.ATTACHMENT:
        return f"{fees}." if fees else ""
    days = milestone.days_for(group.id)
    if days is None:
        return ""
    most = milestone.maximum_for(group.id)
    times = f", at most {most} times" if most > 1 else ""
    return f"{say_days(days)}, {fees}{times}."


def _say_fees(rates: Sequence[Rate]) -> str:
    parts = []
    for place, rate in enumerate(rates):
        fee = say_money(rate.fee) if rate.fee else "nothing"
        if place and place == len(rates) - 1 and rate.last_day is None:
            parts.append(f"then {fee}")
        elif rate.last_day is not None:
            parts.append(f"{fee} until {say_day(rate.last_day)}")
        else:
            parts.append(fee)
    steps = " (by the day of attachment)" if len(rates) > 1 else ""
    return ", ".join(parts) + steps


def explain_discounts(rulebook: Rulebook) -> list[Sentence]:
    """Say the discounts; contracts with one discount are said together."""
    by_terms: dict[tuple[str, str], list[str]] = {}
    for discount in rulebook.discounts:
        terms = (f"{say_number(discount.percent)}% off", _discounted(discount))
        by_terms.setdefault(terms, []).append(discount.contract or "")
    sentences = []
    for (size, what), contracts in by_terms.items():
        whose = (
            "for every contract"
            if contracts == [""]
            else f"for {'contracts' if len(contracts) > 1 else 'contract'} "
            + say_list(contracts)
        )
        sentences.append(
            Sentence(
                key=f"discounts.{what}.{say_list(contracts)}",
                text=f"{size} the fee for {what} {whose}.",
            )
        )
    return sentences


def _discounted(discount: Discount) -> str:
    group = f", group {discount.group}" if discount.group else ""
    year = f", contract year {discount.contract_year}" if discount.contract_year else ""
    return f"{discount.milestone}{group}{year}"


def explain_excess_payments(rulebook: Rulebook) -> list[Sentence]:
    """Say what is paid for results above a threshold."""
    sentences = []
    for excess in rulebook.excess_payments:
        whose = (
            "of the people referred in the year, whenever reached"
            if excess.counted_by is CountedBy.YEAR_REFERRED
            else "reached in the year, whoever was referred when"
        )
        sentences.append(
            Sentence(
                key=f"excess_payments.{excess.id}",
                text=f"{excess.name} [{excess.clause}]: {say_money(excess.amount)} for "
                f"each {excess.milestone} above {_times(excess)}"
                "what would happen without the programme, for each contract, for "
                f"group{'s' if len(excess.groups) > 1 else ''} "
                f"{say_list(excess.groups)}, from contract year "
                f"{excess.first_contract_year}. It counts those {whose}. Payable "
                f"{say_count(excess.payable_months_after, 'month')} after the year "
                "ends.",
            )
        )
    return sentences


def _times(excess: ExcessPayment) -> str:
    return "" if excess.multiplier == 1 else f"{say_number(excess.multiplier)} times "


def explain_service_fees(rulebook: Rulebook) -> list[Sentence]:
    """Say what is paid whatever happens."""
    return [
        Sentence(
            key=f"service_fees.{fee.id}",
            text=f"{fee.name} [{fee.clause}]: {say_money(fee.monthly)} a month to "
            + (f"contract {fee.contract}" if fee.contract else "each contract")
            + f", from {say_month(fee.first_month)} to {say_month(fee.last_month)}.",
        )
        for fee in rulebook.service_fees
    ]


def explain_examples(rulebook: Rulebook) -> list[Sentence]:
    """Follow one participant of each group, attached on the group's first day."""
    if not rulebook.contracts:
        return []
    return [
        Sentence(
            key=f"examples.{group.id}",
            text=_example(rulebook, group.id, group.first_referral),
            group=group.id,
        )
        for group in rulebook.groups
    ]


def _example(rulebook: Rulebook, group: GroupId, day: date) -> str:
    contract = rulebook.contracts[0].id
    parts, total, days = [], 0, 0
    for milestone in rulebook.milestones:
        needed = milestone.days_for(group)
        price = rulebook.unit_price(milestone.id, contract, group, day)
        if not price or (needed is None and milestone.basis != Basis.ATTACHMENT):
            continue
        most = milestone.maximum_for(group)
        if milestone.basis in (Basis.DAYS_IN_WORK, Basis.FOLLOWING_DAYS):
            days += (needed or 0) * most
        total += price * most
        times = f"{most} x " if most > 1 else ""
        parts.append(f"{times}{say_money(price)} {milestone.name.lower()}")
    working = f" It takes {say_days(days)} in work." if days else ""
    ends = day + timedelta(days=rulebook.allotted_days - 1)
    return (
        f"referred and attached on {say_day(day)} under contract {contract}, with time "
        f"until {say_day(ends)}: {' + '.join(parts)} = "
        f"{say_money(total)}.{_extra(rulebook, group)}{working}"
    )


def _extra(rulebook: Rulebook, group: GroupId) -> str:
    extras = [
        f"{say_money(excess.amount)} {excess.name.lower()}"
        for excess in rulebook.excess_payments
        if group in excess.groups
    ]
    return f" Above the threshold, {say_list(extras)} more." if extras else ""


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{endings.get(number % 10, 'th')}"
