"""Carry GOV.UK Frontend's compiled style and script into the service's static files.

GOV.UK Frontend is MIT, but its typeface, crown and crest are for gov.uk alone. What is
written here has none of them: a system typeface, no font file, no picture. The package
itself comes from package-lock.json (`npm ci`), whose hash of it is written down beside
what was made. `--check` writes nothing and fails if a file is not what this would make.
"""

import hashlib
import json
import re
import sys
from pathlib import Path


ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("node_modules/govuk-frontend")
LOCK = Path("package-lock.json")
TARGET = Path("src/quasimarket/service/pages/static/pages/govuk")
SYSTEM_TYPEFACE = "system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,Arial,sans-serif"
RESERVED = ("govuk-footer__copyright-logo", "govuk-footer__crown", "govuk-logo")
LICENCE = """\
The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of
this software and associated documentation files (the "Software"), to deal in
the Software without restriction, including without limitation the rights to
use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies
of the Software, and to permit persons to whom the Software is furnished to do
so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def main(arguments: list[str]) -> int:
    """Write the files, or check them; give the exit status."""
    if not (ROOT / PACKAGE).exists():
        raise SystemExit(f"There is no {PACKAGE}: run npm ci first")
    made = files_made()
    if "--check" in arguments:
        stale = [name for name, text in made.items() if text != read(TARGET / name)]
        for name in stale:
            print(f"{TARGET / name} is not what {Path(__file__).name} makes")
        return 1 if stale else 0
    (ROOT / TARGET).mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (ROOT / TARGET / name).write_text(text, encoding="utf-8")
    return 0


def files_made() -> dict[str, str]:
    """Make every file, by name, from the package that npm has installed."""
    package = json.loads(read(PACKAGE / "package.json"))
    locked = json.loads(read(LOCK))["packages"]["node_modules/govuk-frontend"]
    if package["version"] != locked["version"]:
        found, expected = package["version"], locked["version"]
        raise SystemExit(f"govuk-frontend {found} installed, {expected} locked: npm ci")
    compiled = PACKAGE / "dist/govuk"
    made = {
        "govuk-frontend.min.css": plain_style(
            read(compiled / "govuk-frontend.min.css")
        ),
        "govuk-frontend.min.js": starting_script(
            read(compiled / "govuk-frontend.min.js")
        ),
        "LICENSE.txt": LICENCE,
    }
    source = {
        "package": "govuk-frontend",
        "version": package["version"],
        "licence": package["license"],
        "integrity": locked["integrity"],
        "changes": "no typeface, crown, crest or source map; the script starts itself",
        "sha256": {
            name: hashlib.sha256(text.encode()).hexdigest()
            for name, text in made.items()
        },
    }
    return made | {"source.json": json.dumps(source, indent=2) + "\n"}


def plain_style(css: str) -> str:
    """Take the reserved typeface and pictures out of a compiled style sheet."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", SYSTEM_TYPEFACE)
    css = re.sub(r"([^{}]+)\{([^{}]*)\}", without_reserved, css)
    css = re.sub(r"@supports[^{]*\{\}", "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/\s*", "", css)
    for word in ("GDS Transport", "url(", "crest"):
        if word in css:
            raise SystemExit(f"The style sheet still has {word!r}: look at this script")
    return "/*! GOV.UK Frontend, MIT: see LICENSE.txt */\n" + css.strip() + "\n"


def without_reserved(rule: re.Match[str]) -> str:
    """Give a rule without its reserved selectors; nothing, if no other is left."""
    selectors = rule[1].split(",")
    kept = [
        selector
        for selector in selectors
        if not any(name in selector for name in RESERVED)
    ]
    return rule[0] if kept == selectors else rule_text(kept, rule[2])


def rule_text(selectors: list[str], body: str) -> str:
    """Write a rule, or nothing when it selects nothing."""
    return f"{','.join(selectors)}{{{body}}}" if selectors else ""


def starting_script(script: str) -> str:
    """Have the script set the components going by itself.

    A page then needs no inline script, which the content security policy refuses.
    """
    script = re.sub(r"//# sourceMappingURL=.*\s*", "", script).strip()
    if "initAll" not in script.rpartition("export{")[2]:
        raise SystemExit("The script no longer exports initAll: look at this script")
    return f"/*! GOV.UK Frontend, MIT: see LICENSE.txt */\n{script}\ninitAll();\n"


def read(path: Path) -> str:
    """Read a file of the repository; one that is missing reads as empty text."""
    full = ROOT / path
    return full.read_text(encoding="utf-8") if full.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
