"""Pin and hash what pyproject.toml asks for: requirements/runtime.txt and dev.txt.

`make lock` runs this. Whatever index this machine uses stays out of the files, so that
they serve on any other. The versions pinned already are kept; `--upgrade` lifts them.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any


ROOT = Path(__file__).resolve().parent.parent
RUNTIME = Path("requirements/runtime.txt")
DEV = Path("requirements/dev.txt")
OPTIONS = (
    "--quiet",
    "--generate-hashes",
    "--allow-unsafe",  # pip and setuptools are pinned like the rest
    "--strip-extras",
    "--no-emit-options",  # no index, no folder, no host
    "--no-header",
    "--annotation-style=line",
)
HEADER = "# Made by `make lock` from pyproject.toml; do not edit.\n"


def group_members(groups: dict[str, list[Any]], name: str) -> Iterator[str]:
    """List the requirements of a dependency group, those it includes as well.

    A member is either text or a table that names another group (PEP 735).
    """
    for member in groups[name]:
        if isinstance(member, str):
            yield member
        else:
            yield from group_members(groups, member["include-group"])


def compile_pins(
    target: Path, sources: list[str], piped: str, extra: list[str]
) -> None:
    """Resolve the sources into a hashed file, under the header."""
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *extra]
    subprocess.run(
        [*command, "--output-file", str(target), *sources],
        cwd=ROOT,
        input=piped,
        text=True,
        check=True,
    )
    pins = (ROOT / target).read_text().removeprefix(HEADER)
    (ROOT / target).write_text(HEADER + pins)


def main() -> None:
    """Write both files."""
    extra = sys.argv[1:]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    members = "\n".join(group_members(project["dependency-groups"], "dev"))
    compile_pins(RUNTIME, ["pyproject.toml"], "", extra)
    compile_pins(
        DEV, ["pyproject.toml", "-"], members, [*extra, "--constraint", str(RUNTIME)]
    )


if __name__ == "__main__":
    main()
