"""The vendored style is what the script makes of the locked package, and no more."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[3]
VENDORED = ROOT / "src/quasimarket/service/pages/static/pages/govuk"


def test_vendored_files_are_those_that_the_script_makes():
    if not (ROOT / "node_modules/govuk-frontend").exists():
        pytest.skip("no govuk-frontend: npm ci")

    result = subprocess.run(
        [sys.executable, ROOT / "scripts/vendor_govuk.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "")


def test_vendored_files_have_the_recorded_hashes():
    source = json.loads((VENDORED / "source.json").read_text())

    for name, digest in source["sha256"].items():
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest


def test_recorded_package_is_the_locked_one():
    source = json.loads((VENDORED / "source.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())

    locked = lock["packages"]["node_modules/govuk-frontend"]

    assert source["version"] == locked["version"]
    assert source["integrity"] == locked["integrity"]


def test_lock_names_no_registry():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize(
    "reserved", ["GDS Transport", "@font-face", "crest", "crown", "url(", "woff"]
)
def test_nothing_reserved_to_gov_uk_is_carried(reserved):
    style = (VENDORED / "govuk-frontend.min.css").read_text()

    assert reserved not in style


def test_licence_is_carried():
    assert "MIT License" in (VENDORED / "LICENSE.txt").read_text()


def test_style_and_script_of_the_pages_carry_no_address():
    for path in VENDORED.parent.rglob("*.*"):
        if path.suffix in {".css", ".js"}:
            assert "sourceMappingURL" not in path.read_text(), path
            assert "@import" not in path.read_text(), path
