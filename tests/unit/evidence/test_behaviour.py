"""Assumptions about behaviour: stated with range and source, set by key."""

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.evidence.behaviour import load_behaviour


MARKS = {"read", "derived", "recalled", "assumed", "fitted"}


@pytest.mark.parametrize(
    "parameter", load_behaviour().parameters, ids=lambda one: one.key
)
def test_shipped_parameter_says_what_it_is_and_how_it_is_known(parameter):
    assert parameter.low <= parameter.value <= parameter.high
    assert parameter.unit
    assert parameter.reason
    assert parameter.identified_by
    assert parameter.evidence in MARKS
    assert parameter.evidence == "assumed" or parameter.source
    assert (parameter.evidence == "fitted") == (parameter.standard_error is not None)


def test_keys_are_unique():
    keys = [one.key for one in load_behaviour().parameters]

    assert len(keys) == len(set(keys))


def test_setting_changes_its_value_and_no_other():
    shipped, changed = load_behaviour(), load_behaviour({"claim.rate": "0.8"})

    assert changed["claim.rate"] == 0.8
    assert {key for key in shipped if shipped[key] != changed[key]} == {"claim.rate"}
    assert changed.content_hash != shipped.content_hash
    assert load_behaviour().content_hash == shipped.content_hash


def test_every_wrong_setting_is_told():
    settings = {
        "clam.rate": "0.8",
        "claim.rate": "1.8",
        "hazard.1": "often",
        "hazard.2": "nan",
    }

    with pytest.raises(InputFault) as raised:
        load_behaviour(settings)

    faults = raised.value.faults
    assert [fault.where for fault in faults] == [
        f"--set behaviour.{key}" for key in settings
    ]
    assert faults[0].hint == "did you mean behaviour.claim.rate?"
    assert faults[1].expected.startswith("0.5 to 1")
    assert faults[2].expected == "a number"


def test_value_of_an_unknown_parameter_is_not_lost_without_a_word():
    with pytest.raises((KeyError, ValueError)):
        load_behaviour().with_values({"clam.rate": 0.8})
