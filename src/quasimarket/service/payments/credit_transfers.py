"""ISO 20022 pain.001.001.09: credit transfers for a bank, written by hand.

Amounts are pounds with two decimals; British accounts are a sort code under the
clearing system GBDSC and an account number. The same transfers give the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET


NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NOT_PROVIDED = "NOTPROVIDED"
"""What the standard's users write for an account that the bank knows already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A bank account; blank numbers where the bank knows it already."""

    name: str
    sort_code: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One sum to one account."""

    end_to_end: str
    """The payer's own reference, at most 35 letters, that reaches the payee."""
    to: Account
    pence: int
    says: str


def write_credit_transfers(
    *,
    message: str,
    made_at: datetime,
    pay_on: date,
    debtor: Account,
    transfers: Sequence[Transfer],
) -> bytes:
    """Write a message that asks a bank to make transfers on a day."""
    document = ET.Element("Document", {"xmlns": NAMESPACE})
    initiation = ET.SubElement(document, "CstmrCdtTrfInitn")
    count = str(len(transfers))
    total = pounds(sum(one.pence for one in transfers))
    header = ET.SubElement(initiation, "GrpHdr")
    _add(header, "MsgId", message)
    _add(header, "CreDtTm", made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(header, "NbOfTxs", count)
    _add(header, "CtrlSum", total)
    _add(header, "InitgPty/Nm", debtor.name[:140])
    batch = ET.SubElement(initiation, "PmtInf")
    _add(batch, "PmtInfId", message)
    _add(batch, "PmtMtd", "TRF")
    _add(batch, "NbOfTxs", count)
    _add(batch, "CtrlSum", total)
    _add(batch, "ReqdExctnDt/Dt", pay_on.isoformat())
    _add(batch, "Dbtr/Nm", debtor.name[:140])
    _add_account(batch, "DbtrAcct", debtor)
    _add_bank(batch, "DbtrAgt", debtor)
    for transfer in transfers:
        _add_transfer(batch, transfer)
    ET.indent(document)
    written: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add_transfer(batch: ET.Element, transfer: Transfer) -> None:
    entry = ET.SubElement(batch, "CdtTrfTxInf")
    _add(entry, "PmtId/EndToEndId", transfer.end_to_end)
    amount = _add(entry, "Amt/InstdAmt", pounds(transfer.pence))
    amount.set("Ccy", "GBP")
    _add_bank(entry, "CdtrAgt", transfer.to)
    _add(entry, "Cdtr/Nm", transfer.to.name[:140])
    _add_account(entry, "CdtrAcct", transfer.to)
    _add(entry, "RmtInf/Ustrd", transfer.says)


def pounds(pence: int) -> str:
    """Write pence as pounds with two decimals.

    >>> pounds(112850)
    '1128.50'
    """
    return f"{pence // 100}.{pence % 100:02d}"


def _add(parent: ET.Element, path: str, text: str) -> ET.Element:
    """Put text into an element under the parent, with those on the way to it."""
    element = parent
    for name in path.split("/"):
        element = ET.SubElement(element, name)
    element.text = text
    return element


def _add_account(parent: ET.Element, name: str, account: Account) -> None:
    _add(parent, f"{name}/Id/Othr/Id", account.number or NOT_PROVIDED)


def _add_bank(parent: ET.Element, name: str, account: Account) -> None:
    bank = ET.SubElement(ET.SubElement(parent, name), "FinInstnId")
    if not account.sort_code:
        _add(bank, "Othr/Id", NOT_PROVIDED)
        return
    member = ET.SubElement(bank, "ClrSysMmbId")
    _add(member, "ClrSysId/Cd", "GBDSC")
    _add(member, "MmbId", account.sort_code)
