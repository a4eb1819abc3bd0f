"""What keeps a contract from gaining market share: how it treats people counts."""

from datetime import date

from quasimarket.service.fairness.models import Assessment, MaterialBreach
from quasimarket.service.fairness.offers import is_kept, kept_by_place, promise_of
from quasimarket.service.fairness.operating import OFFER_SHARE
from quasimarket.service.programme.models import Contract


def bars_to_gain(contract: Contract, today: date) -> list[str]:
    """List, in words, what stands against a contract's gaining share."""
    found = []
    if contract.ended_on is not None:
        found.append("the contract has ended")
    if MaterialBreach.objects.filter(contract=contract, state="open").exists():
        found.append("a material breach is open")
    latest = (
        Assessment.objects.filter(prime_id=contract.prime_id)
        .exclude(state="open")
        .order_by("-decided_on", "-pk")
        .first()
    )
    if latest is not None and latest.state == "not-awarded":
        found.append("its prime does not hold the standard")
    promise = promise_of(contract, today)
    if (
        promise is not None
        and promise.is_binding
        and not is_kept(kept_by_place(promise, today), OFFER_SHARE.value)
    ):
        found.append("the binding service offer is not kept")
    return found
