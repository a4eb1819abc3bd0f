"""A folder that appears whole or not at all.

It is made beside its place, as `.NAME.unfinished`, and moved there when nothing has
failed. The unfinished folder is locked while it is written: a second writer is refused,
and what a killed writer left is known by its lock being free, and cleared away.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from quasimarket.core.errors import Fault, InputFault


REASONS = {
    errno.ENOSPC: "no space left on the disk",
    errno.EDQUOT: "no space left in the quota",
    errno.EFBIG: "a file larger than the system allows",
    errno.EROFS: "a file system that is read only",
    errno.EACCES: "no permission to write",
    errno.EPERM: "no permission to write",
    errno.ENOTDIR: "a file where a folder is needed",
    errno.EEXIST: "a file where a folder is needed",
    errno.ENAMETOOLONG: "a name that is too long",
    errno.EIO: "a disk that fails",
}
"""What is wrong with a place, not with the program."""


def refuse_other(out: Path, kind: str, is_ours: Callable[[Path], bool]) -> None:
    """Raise InputFault if a place holds anything but an earlier folder of the kind."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if out.is_dir() and is_ours(out):
        return
    raise InputFault(
        [
            Fault(
                where=str(out),
                found=f"something that is not a {kind}",
                expected=f"a new folder, or an earlier {kind} to replace",
                hint="choose another with --out",
            )
        ]
    )


@contextmanager
def whole_folder(
    out: Path, kind: str, is_ours: Callable[[Path], bool]
) -> Iterator[Path]:
    """Give a folder to write into; it becomes `out` if nothing fails.

    An earlier folder of the kind is replaced. Raises InputFault where the place holds
    something else, is being written by another process, or cannot be written.
    """
    with _told_as_faults(out):
        _put_back(out)
        refuse_other(out, kind, is_ours)
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished, lock = _take(out, kind)
        try:
            yield unfinished
            if out.exists():
                out.rename(_replaced(out))
            unfinished.rename(out)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.rmtree(_replaced(out), ignore_errors=True)
            os.close(lock)


def _take(out: Path, kind: str) -> tuple[Path, int]:
    """Make the unfinished folder, empty, and lock it; the lock goes with the process.

    Between opening and locking, another process may have moved the folder to its place:
    then what is locked is no longer what stands at the path.
    """
    unfinished = out.with_name(f".{out.name}.unfinished")
    while True:
        try:
            unfinished.mkdir(exist_ok=True)
        except FileNotFoundError as error:
            # Its parent is there: this is a place in which nobody can make a folder.
            raise PermissionError(errno.EACCES, str(out.parent)) from error
        try:
            lock = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stands = unfinished.stat()
        except BlockingIOError:
            os.close(lock)
            raise InputFault([_taken(out, kind)]) from None
        except FileNotFoundError:
            os.close(lock)
            continue
        if os.path.samestat(stands, os.fstat(lock)):
            break
        os.close(lock)
    for leftover in unfinished.iterdir():
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    return unfinished, lock


def _put_back(out: Path) -> None:
    """Put back what a writer had moved aside when it was killed, before its own."""
    replaced = _replaced(out)
    if not replaced.exists():
        return
    if out.exists():
        shutil.rmtree(replaced, ignore_errors=True)
    else:
        replaced.rename(out)


def _replaced(out: Path) -> Path:
    return out.with_name(f".{out.name}.replaced")


def _taken(out: Path, kind: str) -> Fault:
    return Fault(
        where=str(out),
        found=f"another {kind} being written there",
        expected=f"a folder for this {kind} alone",
        hint="wait until it is done, or choose another with --out",
    )


@contextmanager
def _told_as_faults(out: Path) -> Iterator[None]:
    """Turn what is wrong with the place into a fault that says so."""
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0)
        if reason is None:
            raise
        raise InputFault(
            [
                Fault(
                    where=str(out),
                    found=reason,
                    expected="a folder that can be written, with room for everything",
                    hint="make room, or choose another with --out",
                )
            ]
        ) from error
