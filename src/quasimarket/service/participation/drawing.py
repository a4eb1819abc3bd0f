"""Draw the contract of a referral at random, so that anybody can work it out again.

Each referral has its own number, counted by the database. The number drawn is a
function of the programme's seed and that number alone; the shares are those in force on
the referral's day. All of it is kept with the case (R001).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import connection

from quasimarket.chance import Purpose, uniform
from quasimarket.core.identifiers import AreaId, GroupId
from quasimarket.performance.share_shift import shares_in_force
from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.acting.refusals import refuse
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import rulebook_in_force
from quasimarket.service.programme.seeds import allocation_seed, commitment


SEQUENCE = "programme_referral_number"


def seed_number(seed: str) -> int:
    """Give the number that the programme's seed stands for."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:7], "big")


def weights_on(
    rulebook: Rulebook, area: str, group: str, day: date
) -> dict[str, Fraction]:
    """Give the shares of an area's contracts that still take referrals on a day."""
    ended = set(
        Contract.objects.filter(area=area, ended_on__lte=day).values_list(
            "id", flat=True
        )
    )
    shares = shares_in_force(rulebook, AreaId(area), GroupId(group), day)
    return {
        str(contract): share
        for contract, share in shares.items()
        if str(contract) not in ended and share > 0
    }


def chosen(weights: Mapping[str, Fraction], drawn: float) -> str:
    """Give the contract on which a number between 0 and 1 falls.

    The contracts lie side by side in the order of their ids, each as wide as its share.
    """
    total = sum(weights.values())
    reached = Fraction(0)
    ordered = sorted(weights)
    for contract in ordered:
        reached += weights[contract] / total
        if drawn < reached:
            return contract
    return ordered[-1]


class Draws:
    """Draws contracts for many referrals, reading shares and numbers once."""

    def __init__(self, rulebook: Rulebook, count: int = 0) -> None:
        """Take as many numbers as there may be referrals; one not used is left out."""
        shares = rulebook_in_force().market_shares
        self._rulebook = replace(rulebook, market_shares=shares)
        self._seed = allocation_seed()
        self._weights: dict[tuple[str, str, date], dict[str, Fraction]] = {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT nextval('{SEQUENCE}') FROM generate_series(1, %s)", [count]
            )
            self._numbers = iter([int(row[0]) for row in cursor.fetchall()])

    def draw(self, area: str, group: str, day: date) -> dict[str, Any]:
        """Draw the contract of one referral, with what is needed to draw it again.

        Raises:
            Refusal: no contract of the area takes referrals on that day.
        """
        weights = self.weights(area, group, day)
        if not weights:
            raise refuse(
                "no-contract",
                "No contract of this area takes referrals on that day.",
                field="area",
                remedy="Choose an area that this programme runs, and a day within it.",
            )
        asked = {"area": area, "group": group, "day": day.isoformat()}
        return draw(self._seed, next(self._numbers), weights) | asked

    def weights(self, area: str, group: str, day: date) -> dict[str, Fraction]:
        """Give the shares in force of an area's contracts on a day."""
        key = (area, group, day)
        if key not in self._weights:
            self._weights[key] = weights_on(self._rulebook, *key)
        return self._weights[key]

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Say whether a draw comes out again, from the shares that were in force."""
        weights = self.weights(
            record["area"], record["group"], date.fromisoformat(record["day"])
        )
        kept = {one: Fraction(text) for one, text in record["weights"].items()}
        return weights == kept and holds(record, self._seed)


def draw_contract(
    area: str, group: str, day: date, rulebook: Rulebook
) -> tuple[Contract, dict[str, Any]]:
    """Draw the contract of one referral, and give what is needed to draw it again.

    Raises:
        Refusal: no contract of the area takes referrals on that day.
    """
    record = Draws(rulebook, 1).draw(area, group, day)
    return Contract.objects.get(id=record["contract"]), record


def draw(seed: str, number: int, weights: Mapping[str, Fraction]) -> dict[str, Any]:
    """Draw once, and give the whole draw as it is kept."""
    drawn = uniform(seed_number(seed), Purpose.CONTRACT, number)
    return {
        "seed": seed_digest(seed),
        "number": number,
        "drawn": repr(drawn),
        "weights": {one: str(weights[one]) for one in sorted(weights)},
        "contract": chosen(weights, drawn),
    }


def seed_digest(seed: str) -> str:
    """Name a seed without giving it away: who knew it could foresee the next draws."""
    return commitment(seed)[:16]


def holds(record: Mapping[str, Any], seed: str) -> bool:
    """Draw again from the shares that were kept; say whether it comes out the same."""
    weights = {one: Fraction(text) for one, text in record["weights"].items()}
    again = draw(seed, int(record["number"]), weights)
    return all(record.get(name) == value for name, value in again.items())
