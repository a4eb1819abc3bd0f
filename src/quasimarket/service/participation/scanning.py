"""The scan gate: no document is opened before a scanner has passed it.

Scanners are functions from bytes to what was found, blank for nothing. The one built in
knows the EICAR test file, also within a zip; `SCANNERS` takes others, such as clamd's.
"""

import io
import logging
import socket
import struct
import zipfile
from collections.abc import Callable

from quasimarket.service.acting.performing import perform
from quasimarket.service.acting.refusals import Refused
from quasimarket.service.participation import documents
from quasimarket.service.participation.acts.evidence import PassDocument, StopDocument
from quasimarket.service.participation.models import Document
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as


Scanner = Callable[[bytes], str]
EICAR = bytes(
    reversed(b"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\\4[PA@%P!O5X")
)
"""The harmless file on which every scanner is tried, kept backwards so that this
module is not taken for it."""
SIGNATURES = {"EICAR test file": EICAR}
INNER_LIMIT = 20 * 1024 * 1024
_LOG = logging.getLogger(__name__)


def signatures(content: bytes) -> str:
    """Look for known signatures, in the bytes and in a zip's parts."""
    for name, signature in SIGNATURES.items():
        if signature in content:
            return name
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                with packed.open(part) as opened:
                    inner = opened.read(INNER_LIMIT)
                for name, signature in SIGNATURES.items():
                    if signature in inner:
                        return name
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return "a zip that cannot be opened"
    return ""


def clamd(host: str, port: int) -> Scanner:
    """Give a scanner that asks clamd over its INSTREAM command."""

    def scan(content: bytes) -> str:
        with socket.create_connection((host, port), timeout=30) as connection:
            connection.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), 1 << 16):
                part = content[start : start + (1 << 16)]
                connection.sendall(struct.pack("!L", len(part)) + part)
            connection.sendall(struct.pack("!L", 0))
            answer = connection.recv(4096).rstrip(b"\0").decode("utf-8", "replace")
        text = answer.partition(": ")[2]
        return "" if text == "OK" else text or "no answer from the scanner"

    return scan


SCANNERS: list[Scanner] = [signatures]


def scan_waiting(limit: int = 100) -> int:
    """Scan the documents that wait; give how many were decided.

    One that a scanner fails on stays waiting, and is tried again next time.
    """
    with acting_as(SYSTEM):
        rows = Document.objects.filter(state="pending").order_by("id")[:limit]
        waiting = [(one.reference, one.digest) for one in rows]
    return sum(scan_one(reference, digest) for reference, digest in waiting)


def scan_one(reference: str, digest: str) -> bool:
    """Scan one document and say what was found; whether it was decided."""
    try:
        content = documents.read(digest)
        found = next((text for one in SCANNERS if (text := one(content))), "")
        if found:
            perform(StopDocument(finding=found[:120]), SYSTEM, reference)
            documents.forget(digest)
        else:
            perform(PassDocument(), SYSTEM, reference)
    except FileNotFoundError:
        perform(StopDocument(finding="the file is not there"), SYSTEM, reference)
    except (OSError, Refused):
        _LOG.exception("document %s could not be scanned", reference)
        return False
    return True
