"""Each dependency has a reason, a pin and a licence that lets others use the whole."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def pins(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {normal(package): version for package, version in PINNED.findall(text)}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(requirements):
    return {
        normal(re.match(r"[\w.-]+", requirement)[0])
        for requirement in requirements
        if isinstance(requirement, str)
    }


def test_every_dependency_says_why():
    project = tomllib.loads(PYPROJECT)
    requirements = [
        *project["project"]["dependencies"],
        *(
            member
            for group in project["dependency-groups"].values()
            for member in group
            if isinstance(member, str)
        ),
    ]
    silent = [
        requirement
        for requirement in requirements
        if not re.search(rf'"{re.escape(requirement)}",\s+# \w', PYPROJECT)
    ]

    assert silent == []


def test_every_dependency_is_pinned():
    project = tomllib.loads(PYPROJECT)
    groups = project["dependency-groups"].values()
    runtime = asked_for(project["project"]["dependencies"])
    everything = runtime.union(*(asked_for(group) for group in groups))

    assert runtime - set(pins("runtime.txt")) == set()
    assert everything - set(pins("dev.txt")) == set()


def test_plain_install_has_the_versions_that_were_tested():
    tested = pins("dev.txt")

    assert {name: tested.get(name) for name in pins("runtime.txt")} == pins(
        "runtime.txt"
    )


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_pin_is_hashed(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[\w.-]+==)", text)[1:]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE), (
        "an option in a pin file"
    )


def test_no_dependency_at_run_time_binds_its_users():
    bound = [name for name in pins("runtime.txt") if binds(name)]

    assert bound == []


def binds(name):
    """Say whether an installed distribution is under the GPL or the AGPL."""
    described = metadata.metadata(name)
    said = " ".join(
        [
            described.get("License-Expression") or "",
            (described.get("License") or "").partition("\n")[0],
            *(
                line
                for line in described.get_all("Classifier") or []
                if line.startswith("License")
            ),
        ]
    )
    # the run-time library beside numpy and scipy, with its exception for programs
    # that are linked to it
    free = said.replace("GPL-3.0-with-GCC-exception", "")
    free = free.replace("GPL-3.0-or-later WITH GCC-exception-3.1", "")
    return bool(re.search(r"\bA?GPL|Affero", free))


def test_version_stands_in_one_place():
    version = tomllib.loads(PYPROJECT)["project"]["version"]
    holding = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(rf'"{re.escape(version)}"', path.read_text(encoding="utf-8"))
        and "__version__" in path.read_text(encoding="utf-8")
    ]

    assert holding == []
