"""Contracts as the Open Contracting Data Standard 1.1 has them: one release each.

What is paid is read in the caller's scope: the commissioner's is the whole, a prime's
its own. A payment is one transaction for each milestone where its lines come to it, and
one alone where something was carried forward.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from quasimarket.rulebook.rulebook import Rulebook
from quasimarket.service.payments.models import Payment, PaymentLine
from quasimarket.service.people.models import Organisation
from quasimarket.service.programme.models import Contract
from quasimarket.service.programme.rules import agreed_rulebook, programme


PREFIX = "ocds-213czf"
"""The standard's own prefix for examples; a publisher registers one."""
EXTENSION = (
    "https://raw.githubusercontent.com/open-contracting-extensions/"
    "ocds_transactions_relatedMilestone_extension/master/extension.json"
)
BUYER = "commissioner"


def release_package(uri: str, now: datetime) -> dict[str, Any]:
    """Give every contract as a release, with what of its payments the scope may see."""
    rulebook = agreed_rulebook()
    names = dict(Organisation.objects.values_list("id", "name"))
    payments = _payments()
    row = programme()
    return {
        "uri": uri,
        "version": "1.1",
        "extensions": [EXTENSION],
        "publishedDate": now.isoformat(),
        "publisher": {"name": names.get(BUYER, "The Department")},
        "releases": [
            _release(one, rulebook, names, payments[one.id], now, row.name)
            for one in Contract.objects.order_by("id")
        ],
    }


def _release(
    contract: Contract,
    rulebook: Rulebook,
    names: dict[str, str],
    transactions: list[dict[str, Any]],
    now: datetime,
    title: str,
) -> dict[str, Any]:
    supplier = _named(contract.prime_id, names)
    buyer = _named(BUYER, names)
    start = datetime.combine(rulebook.first_day, datetime.min.time(), now.tzinfo)
    award = f"{contract.id}-award"
    return {
        "ocid": f"{PREFIX}-{contract.id}",
        "id": f"{contract.id}-{now:%Y-%m-%d}",
        "date": now.isoformat(),
        "tag": ["award", "contract", "implementation"],
        "initiationType": "tender",
        "language": "en",
        "parties": [
            {**buyer, "roles": ["buyer", "procuringEntity", "payer"]},
            {**supplier, "roles": ["supplier", "payee"]},
        ],
        "buyer": buyer,
        "awards": [
            {
                "id": award,
                "title": f"{title}: {contract.area_name}",
                "status": "active",
                "suppliers": [supplier],
            }
        ],
        "contracts": [
            {
                "id": contract.id,
                "awardID": award,
                "title": f"{title}: {contract.area_name}",
                "status": "terminated" if contract.ended_on else "active",
                "period": {"startDate": start.isoformat()},
                "implementation": {
                    "transactions": transactions,
                    "milestones": _milestones(rulebook, transactions, now),
                },
            }
        ],
    }


def _milestones(
    rulebook: Rulebook, transactions: Iterable[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    met = {
        one["relatedImplementationMilestone"]["id"]
        for one in transactions
        if "relatedImplementationMilestone" in one
    }
    return [
        {
            "id": str(one.id),
            "title": one.name,
            "type": "delivery",
            "status": "partiallyMet" if one.id in met else "scheduled",
            "dateModified": now.isoformat(),
        }
        for one in rulebook.milestones
    ]


def _payments() -> dict[str, list[dict[str, Any]]]:
    """Give the transactions of each contract, from the commissioner's payments."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    lines: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    rows = Payment.objects.filter(position_id__isnull=True, run__state="confirmed")
    paid = list(rows.select_related("run").order_by("id"))
    for run, contract, kind, amount in PaymentLine.objects.filter(
        run_id__in={one.run_id for one in paid}
    ).values_list("run_id", "contract_id", "kind", "amount"):
        sums = lines[run, contract]
        sums[kind] = sums.get(kind, 0) + amount
    for one in paid:
        parts = lines[one.run_id, one.contract_id]
        is_whole = sum(parts.values()) == one.amount
        for kind, amount in sorted(parts.items()) if is_whole else [("", one.amount)]:
            found[one.contract_id].append(_transaction(one, kind, amount))
    return found


def _transaction(payment: Payment, kind: str, amount: int) -> dict[str, Any]:
    when = payment.run.confirmed_at or payment.run.prepared_at
    said: dict[str, Any] = {
        "id": "-".join(part for part in (str(payment.pk), kind) if part),
        "date": when.isoformat(),
        "value": {"amount": _pounds(amount), "currency": "GBP"},
        "payer": {"id": payment.payer_id, "name": payment.payer_id},
        "payee": {"id": payment.payee_id, "name": payment.payee_id},
    }
    if kind:
        said["relatedImplementationMilestone"] = {"id": kind, "title": kind}
    return said


def _pounds(pence: int) -> int | float:
    """Give pounds as the standard's number; JSON has no other, and it is exact."""
    pounds, rest = divmod(abs(pence), 100)
    sign = -1 if pence < 0 else 1
    return sign * (pounds if rest == 0 else float(f"{pounds}.{rest:02d}"))


def _named(organisation: str, names: dict[str, str]) -> dict[str, str]:
    return {"id": organisation, "name": names.get(organisation, organisation)}
