"""The kinds that may be asked for are all that the service writes into its log."""

import ast
import re
from pathlib import Path

import quasimarket.service
from quasimarket.service.acting.act import ACTS
from quasimarket.service.interface.kinds import KINDS


FOLDER = Path(quasimarket.service.__file__).parent
A_KIND = re.compile(r"[a-z]+(-[a-z]+)*")
PLACE = {"record": 0, "note": 2}
"""Where the kind stands in a call that writes into the log, by the call's name."""
UNDER_THEIR_OWN_NAME = ("bank-details", "sample", "sign-in", "api-key", "webhook")


def written():
    """Give each kind that a call names outright, with the module that does."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = PLACE.get(name)
            if place is None or len(node.args) <= place:
                continue
            for part in ast.walk(node.args[place]):
                kind = str(getattr(part, "value", ""))
                if isinstance(part, ast.Constant) and A_KIND.fullmatch(kind):
                    yield kind, path.name


def test_every_kind_that_is_written_may_be_asked_for():
    found = dict(written())

    assert len(found) > 50
    assert {kind: at for kind, at in found.items() if kind not in KINDS} == {}


def test_acts_that_are_written_under_their_own_name_may_be_asked_for():
    acts = {name for name in ACTS if name.endswith(UNDER_THEIR_OWN_NAME)}

    assert acts - set(KINDS) == set()
