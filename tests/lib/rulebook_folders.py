"""Folders of rulebooks for tests: a shipped one, copied and changed in one place."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from quasimarket.core.errors import Fault, InputFault
from quasimarket.rulebook import load_rulebook
from quasimarket.rulebook.folder import find_folder


def copy_of(name: str, where: Path) -> Path:
    """Copy a shipped programme's folder to `where`/edited."""
    return Path(shutil.copytree(find_folder(name), where / "edited"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Change the one place in a file where the old text stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def faults_of(
    folder: Path | str, settings: Mapping[str, str] | None = None
) -> tuple[Fault, ...]:
    """Load a folder that has faults, and give them, as seen from beside the folder."""
    with pytest.raises(InputFault) as raised:
        load_rulebook(folder, settings)
    beside = f"{Path(folder).parent}/"
    return tuple(
        replace(
            fault,
            where=fault.where.removeprefix(beside),
            hint=fault.hint.replace(beside, ""),
        )
        for fault in raised.value.faults
    )


def only_fault(folder: Path, settings: Mapping[str, str] | None = None) -> Fault:
    """Load a folder that has one fault, and give it."""
    faults = faults_of(folder, settings)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]
