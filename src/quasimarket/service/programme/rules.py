"""The rulebook in force, with the shares and terms decided since it was agreed."""

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from quasimarket.core.errors import Fault, InputFault
from quasimarket.core.identifiers import (
    ContractId,
    GroupId,
    MilestoneId,
    PositionId,
)
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.areas import of_areas
from quasimarket.rulebook.rulebook import MarketShare as RuledShare
from quasimarket.rulebook.rulebook import Rulebook, SubcontractTerms
from quasimarket.service.programme.models import MarketShare, Programme, Terms
from quasimarket.service.programme.read_once import found_programme


def programme() -> Programme:
    """Give the programme that this service runs.

    Raises:
        Programme.DoesNotExist: none was set up.
    """
    row = found_programme()
    if row is None:
        raise Programme.DoesNotExist
    return row


def agreed_rulebook() -> Rulebook:
    """Give the rulebook as it was agreed at the start, of the areas that are run.

    Raises:
        InputFault: the rulebook on disk is no longer the one that was agreed.
    """
    row = programme()
    return _load(row.rulebook, tuple(row.settings), row.content_hash, tuple(row.areas))


def rulebook_in_force() -> Rulebook:
    """Give the rulebook with the market shares and terms decided since."""
    agreed = agreed_rulebook()
    return replace(
        agreed,
        market_shares=agreed.market_shares + tuple(_shares()),
        subcontract_terms=agreed.subcontract_terms + tuple(_terms()),
    )


@lru_cache(maxsize=4)
def _load(
    source: str, settings: tuple[str, ...], content_hash: str, areas: tuple[str, ...]
) -> Rulebook:
    rulebook = load_rulebook(source, dict(one.split("=", 1) for one in settings))
    if content_hash and rulebook.content_hash != content_hash:
        raise InputFault(
            [
                Fault(
                    where=source,
                    found=f"a rulebook with hash {rulebook.content_hash[:12]}",
                    expected=f"the one that was agreed, {content_hash[:12]}",
                    hint="a running programme's rules change by dated terms, not files",
                )
            ]
        )
    # a fee of contracts that another service runs is not this one's to pay
    return of_areas(rulebook, areas) if areas else rulebook


def _shares() -> list[RuledShare]:
    return [
        RuledShare(
            contract=ContractId(row.contract_id),
            group=GroupId(row.group) if row.group else None,
            first_day=row.first_day,
            share=row.share,
        )
        for row in MarketShare.objects.order_by("first_day", "contract_id", "group")
    ]


def _terms() -> list[SubcontractTerms]:
    return [
        SubcontractTerms(
            contract=ContractId(row.contract_id),
            position=PositionId(row.position_id),
            first_day=row.first_day,
            management_fee=row.management_fee,
            passed_down={
                MilestoneId(kind): Decimal(share)
                for kind, share in row.passed_down.items()
            },
            lag_months=row.lag_months,
        )
        for row in Terms.objects.filter(agreed_by__isnull=False).order_by(
            "first_day", "position_id"
        )
    ]
