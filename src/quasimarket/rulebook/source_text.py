"""A rulebook file as text: what a file may be before its contents are looked at."""

from pathlib import Path

from quasimarket.core.errors import Fault


LARGEST_FILE = 64_000_000
"""Bytes; the largest shipped table is far below a hundredth of it."""


def read_source_text(path: Path, where: str) -> str | Fault:
    """Read a file as UTF-8 text, or say why it cannot be one.

    A byte order mark is dropped, and any line end is accepted.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            return Fault(
                where=where,
                found=f"a file of {path.stat().st_size:,} bytes",
                expected=f"at most {LARGEST_FILE:,} bytes",
            )
        content = path.read_bytes()
    except OSError as error:
        return Fault(
            where=where,
            found=error.strerror or "a file that cannot be read",
            expected="a file that can be read",
        )
    if not content.strip():
        return Fault(where=where, found="an empty file", expected="its contents")
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        return Fault(
            where=f"{where}:{line}",
            found="a NUL byte",
            expected="plain text",
            hint="save the file again as UTF-8 text",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Fault(
            where=f"{where}:{line}",
            found=f"byte 0x{content[error.start]:02x}, which is not UTF-8",
            expected="UTF-8 text",
            hint="save the file again with encoding UTF-8",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
