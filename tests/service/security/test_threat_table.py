"""The table of threats names tests that are there."""

import re
from pathlib import Path


ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "explanation" / "security.md"


def test_every_threat_has_a_line_and_every_test_is_there():
    text = TABLE.read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| (T\d+) \|(.*)$", text, re.MULTILINE))

    assert list(lines) == [f"T{number}" for number in range(1, 29)]
    for threat, line in lines.items():
        tests = re.findall(r"`([a-z_/]+\.py)`", line)
        assert tests or "not covered" in line, threat
        for name in tests:
            folder = ROOT if name.startswith("tests/") else ROOT / "tests" / "service"
            assert (folder / name).is_file(), (threat, name)
