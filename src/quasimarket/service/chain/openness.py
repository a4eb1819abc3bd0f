"""To whom a league table is shown: the rulebook decides, and a prime within it."""

from datetime import date

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.chain.models import LeagueChoice


WIDER = ("place", "chain", "public")
TABLE = "league-table"


def contracts_shown_to(rulebook: Rulebook) -> str:
    """Say who sees the table of contracts: primes or public."""
    audience = _audience(rulebook)
    return "public" if "public" in audience else "primes"


def places_ruled(rulebook: Rulebook, day: date) -> str | None:
    """Say who must see the table of places, where the rulebook leaves no choice."""
    if rulebook.market.in_force(day).publishes_chains:
        return "public"
    shown = rulebook.transparency.disclosures if rulebook.transparency else ()
    named = {one.id for one in shown if one.names_subcontracts}
    if TABLE in named:
        return "public" if "public" in _audience(rulebook) else "chain"
    return None


def places_shown_to(rulebook: Rulebook, contract: str, day: date) -> str:
    """Say who sees the table of a contract's places on a day."""
    ruled = places_ruled(rulebook, day)
    if ruled is not None:
        return ruled
    chosen = (
        LeagueChoice.objects.filter(contract_id=contract, first_day__lte=day)
        .order_by("-first_day", "-pk")
        .first()
    )
    return chosen.shown_to if chosen else "place"


def _audience(rulebook: Rulebook) -> tuple[str, ...]:
    shown = rulebook.transparency.disclosures if rulebook.transparency else ()
    return next((one.audience for one in shown if one.id == TABLE), ())
