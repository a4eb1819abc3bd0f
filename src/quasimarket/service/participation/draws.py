"""Draw every contract again, and say which does not come out as it was kept."""

from dataclasses import dataclass

from quasimarket.events import EventKind
from quasimarket.service.log.models import LogEvent
from quasimarket.service.participation.drawing import Draws
from quasimarket.service.participation.models import Participation
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.rules import agreed_rulebook
from quasimarket.service.programme.seeds import is_as_committed


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many draws were drawn again, and the cases that are not as drawn."""

    drawn: int
    wrong: tuple[str, ...]
    repeated: tuple[int, ...]
    """Numbers that more than one referral drew with."""
    is_as_committed: bool
    """Whether the seed is the one that the programme began with."""


def contracts_before_moves() -> dict[int, str]:
    """Give the first contract of every case that was moved to another."""
    rows = LogEvent.objects.filter(kind=EventKind.TRANSFERRED).order_by("-id")
    return {
        one.participation: one.details["from_contract"]
        for one in rows
        if one.participation is not None and "from_contract" in one.details
    }


def check_draws() -> Checked:
    """Draw again the contract of every referral that was drawn here."""
    wrong: list[str] = []
    seen: set[int] = set()
    repeated: set[int] = set()
    drawn = 0
    with acting_as(SYSTEM):
        draws = Draws(agreed_rulebook())
        as_committed = is_as_committed()
        rows = Participation.objects.filter(allocation__has_key="weights")
        moved = contracts_before_moves()
        for key, reference, contract, record in rows.values_list(
            "id", "reference", "contract_id", "allocation"
        ).iterator(chunk_size=2_000):
            began = moved.get(key, contract)
            drawn += 1
            if record["contract"] != began or not draws.holds(record):
                wrong.append(reference)
            number = int(record["number"])
            (repeated if number in seen else seen).add(number)
    return Checked(
        drawn=drawn,
        wrong=tuple(sorted(wrong)),
        repeated=tuple(sorted(repeated)),
        is_as_committed=as_committed,
    )
