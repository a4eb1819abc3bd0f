"""Files that prove something: which are taken, where they lie, how they are kept.

A file is kept under the SHA-256 of its bytes; the name that it came with is never
used. It lies out of reach until a scanner has passed it.
"""

import hashlib
import io
import os
import tempfile
import zipfile
from pathlib import Path

import puremagic
from django.conf import settings

from quasimarket.service.acting.refusals import Refusal, refuse


LARGEST = 10 * 1024 * 1024
MEDIA_TYPES = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
"""What is taken, by what its bytes say it is, and the ending it is given out with."""
WORD = next(one for one, ending in MEDIA_TYPES.items() if ending == ".docx")
MOST_PARTS = 2_000
LARGEST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 200
"""A Word file is a zip: beyond these it is made to fill a disk."""


def digest_of(content: bytes) -> str:
    """Give the name under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def media_type_of(content: bytes) -> str:
    """Say what a file is by its own bytes, or refuse it."""
    if not content:
        raise _refused("empty-file", "The file is empty.", "Choose another file.")
    if len(content) > LARGEST:
        raise _refused(
            "file-too-large",
            f"The file is larger than {LARGEST // 1024 // 1024} MB.",
            "Scan it at a lower resolution, or upload it in parts.",
        )
    found = _by_magic(content)
    if found is None:
        raise _refused(
            "file-type",
            "The file is not a PDF, a PNG or JPEG picture, or a Word document.",
            "Save it as one of these and upload it again.",
        )
    if found == WORD:
        _check_zip(content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        raise _refused(
            "file-of-two-kinds",
            "The file is two kinds of file at once.",
            "Print it to a new PDF and upload that.",
        )
    return found


def _by_magic(content: bytes) -> str | None:
    starts = {
        b"%PDF-": "application/pdf",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"\xff\xd8\xff": "image/jpeg",
        b"PK\x03\x04": WORD,
    }
    kind = next((one for start, one in starts.items() if content.startswith(start)), "")
    if not kind:
        return None
    try:
        known = {one.mime_type for one in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return None
    # a Word file shows what it is only by its parts, which are looked at later
    return kind if kind in known or kind == WORD else None


def _check_zip(content: bytes) -> None:
    damaged = _refused(
        "file-type",
        "The file is not a Word document that can be opened.",
        "Save it again, or as a PDF.",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise damaged from None
    unpacked = sum(one.file_size for one in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > LARGEST_UNPACKED
        or unpacked > HIGHEST_RATIO * len(content)
    ):
        raise _refused(
            "file-unpacks-too-large",
            "The file unpacks to far more than it seems.",
            "Save it as a PDF and upload that.",
        )
    if not any(one.filename == "word/document.xml" for one in parts):
        raise damaged


def _refused(code: str, message: str, remedy: str) -> Refusal:
    return refuse(code, message, field="file", remedy=remedy)


def path_of(digest: str) -> Path:
    """Give where bytes of a digest lie; a digest is hexadecimal and nothing else."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a digest")
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def keep(content: bytes) -> str:
    """Write bytes under their digest, whole or not at all; give the digest."""
    digest = digest_of(content)
    path = path_of(digest)
    if path.exists():
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def read(digest: str) -> bytes:
    """Give the bytes of a digest.

    Raises:
        FileNotFoundError: they are not here, or are not what they were.
    """
    content = path_of(digest).read_bytes()
    if digest_of(content) != digest:
        raise FileNotFoundError(digest)
    return content


def forget(digest: str) -> None:
    """Take bytes away for good."""
    path_of(digest).unlink(missing_ok=True)
