"""Say how the market is bought, and what protects subcontractors and participants."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from quasimarket.rulebook.explanation import Sentence
from quasimarket.rulebook.market_design import DEFAULTS, MarketDesign, TenderMode
from quasimarket.rulebook.plain_words import (
    say_count,
    say_day,
    say_money,
    say_number,
    say_share,
)
from quasimarket.rulebook.rulebook import Rulebook


NOBODY_PROTECTED = "A designer could protect subcontractors here; this one does not."


def explain_market(rulebook: Rulebook) -> list[Sentence]:
    """Say the tender, then each lever that is pulled."""
    market = rulebook.market
    sentences = [Sentence(key="market.tender", text=_say_tender(market))]
    for name in SAYINGS:
        text = say_lever(market, name)
        if text:
            sentences.append(Sentence(key=f"market.{name}", text=text))
    if len(sentences) == 1:
        sentences.append(Sentence(key="market", text=NOBODY_PROTECTED))
    return sentences


def say_lever(market: MarketDesign, name: str) -> str:
    """Say a lever that is pulled; nothing if it stands as it was commissioned."""
    value = getattr(market, name)
    if name not in SAYINGS or value == DEFAULTS[name]:
        return ""
    return SAYINGS[name](value)


def _say_tender(market: MarketDesign) -> str:
    if market.tender is TenderMode.AS_AWARDED:
        return "Contracts, primes and discounts are those stated; no tender is held."
    return " ".join(_tender_sentences(market))


def _tender_sentences(market: MarketDesign) -> Iterator[str]:
    bidders = say_count(market.framework_bidders, "bidder")
    yield (
        f"The tender is held anew among {bidders} with a turnover of "
        f"{say_money(market.turnover_bar)} a year or more; price weighs "
        f"{say_share(market.price_weight)}, quality "
        f"{say_share(market.weight_of_quality)}."
    )
    if market.awards_an_area is not None:
        yield f"{say_count(market.awards_an_area, 'contract')} are awarded in an area."


def _share(text: str) -> Callable[[Decimal], str]:
    return lambda share: text.format(say_share(share))


def _money(text: str) -> Callable[[int], str]:
    return lambda amount: text.format(say_money(amount))


def _number(text: str) -> Callable[[Decimal], str]:
    return lambda number: text.format(say_number(number))


def _months(text: str) -> Callable[[int], str]:
    return lambda months: text.format(say_count(months, "month"))


def _years(text: str) -> Callable[[int], str]:
    return lambda years: text.format(say_count(years, "contract year"))


def _plain(text: str) -> Callable[[object], str]:
    return lambda _: text


def _day(text: str) -> Callable[[date], str]:
    return lambda day: text.format(say_day(day))


SAYINGS: dict[str, Callable[..., str]] = {  # each takes its own field's type
    "deepest_discount": _share("No discount counts for more than {}."),
    "licence_months": _months(
        "Licences are open to whoever can be accredited, and reviewed every {}."
    ),
    "ends_contract_after": _years(
        "A contract ends after {} in a row below its levels."
    ),
    "specialist_lots": _share(
        "The commissioner lets specialist help in lots of its own, and buys a "
        "specialist directly for {} of people with a need."
    ),
    "service_fee_share": _share(
        "{} of every fee is paid monthly instead, on the forecast, whatever the "
        "results."
    ),
    "following_expected": _share(
        "Monthly fees count on {} of what may follow an outcome."
    ),
    "profiles_groups": _plain(
        "A score of employability puts people into payment groups, not their benefit."
    ),
    "accelerator": _share(
        "An outcome beyond the group's expected number pays {} more."
    ),
    "additionality": _share(
        "{} of the price of an outcome is paid only beyond what would happen without "
        "the programme."
    ),
    "area_adjustment": _share(
        "Prices of results follow local unemployment, {} of the way."
    ),
    "in_work_support_price": _money(
        "{} a month for each person in work who is in touch with an adviser."
    ),
    "progress_payment": _money(
        "{} for each plan kept by someone in the lowest band of the score."
    ),
    "reimburses_margins": _plain("Discounts are given back to whoever gave them."),
    "specialist_ring_fence": _share(
        "{} of what a prime is paid may only buy specialist help."
    ),
    "tier_2_guarantee": _number(
        "A contracted specialist is promised {} people a month, or paid for them."
    ),
    "enforces_promises": _plain(
        "Volumes promised to named subcontractors bind the prime: all of them are "
        "contracted, and none is sent less."
    ),
    "highest_pass_down": _share("At most {} of outcome risk may be passed down."),
    "risk_pooling": _share(
        "Primes smooth their subcontractors' income over the chain, {} of the way."
    ),
    "working_capital_months": _months(
        "A public facility lends subcontractors {} of planned costs."
    ),
    "publishes_chains": _plain(
        "Referrals and outcomes of every subcontract are public."
    ),
    "has_open_books": _plain("Spend by payment group is reported through the chain."),
    "protects_complaints": _plain(
        "Complaints are anonymous, and referrals afterwards are watched."
    ),
    "star_ratings": _share(
        "A public rating by outcomes weighs {} in flow and pressure."
    ),
    "stewardship": _share(
        "Shared learning takes the place of hard performance management, {} of the way."
    ),
    "may_opt_out_of_sanctions": _plain(
        "A subcontractor may leave doubts about participants to the public agency."
    ),
    "protects_black_box": _plain(
        "A prime may set a subcontractor's outcomes, not its process; the subcontract "
        "says so, and an appeal against a directive can stand on it."
    ),
    "caseload_cap": _number("An adviser has at most {} participants."),
    "protections_end": _day("From {} subcontractors' protections no longer hold."),
}
"""What is said of each lever that is pulled, in order."""
