"""The register of claims is whole, and says what is wrong with itself."""

from dataclasses import fields

import pytest

from quasimarket.core.errors import InputFault
from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.claims import ClaimKind, load_claims, parse_claims
from quasimarket.evidence.targets import Use, load_targets
from quasimarket.rulebook.market_design import MarketDesign
from quasimarket.rulebook.rulebook import Rulebook


MEASURED = """
claims:
- id: C001
  paper: a-paper
  stage: commissioning
  sector: all
  says: Something rises.
  kind: measured
  tests:
  - measure: some.measure
    above: 0
    because: A rise is above nothing.
"""


def faults_of(text):
    with pytest.raises(InputFault) as caught:
        parse_claims(text, "claims.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_register_has_every_claim_once_in_order():
    assert [one.id for one in load_claims()] == [f"C{n:03d}" for n in range(1, 149)]


def test_at_least_eighty_claims_are_measured():
    measured = [one for one in load_claims() if one.kind is ClaimKind.MEASURED]

    assert len(measured) >= 80


def test_figures_named_as_fitted_are_fitted_targets():
    fitted = {target.id for target in load_targets() if target.use is Use.FIT}
    named = {test.fitted for one in load_claims() for test in one.tests if test.fitted}

    assert named <= fitted


def test_behaviour_that_carries_a_premise_is_there():
    keys = {f"behaviour.{key}" for key in load_behaviour()}
    named = {
        place
        for one in load_claims()
        for place in one.carried_by
        if place.startswith("behaviour.")
    }

    assert named <= keys


def test_rules_that_carry_a_premise_are_there():
    rules = {field.name for field in fields(Rulebook)} | {"rate_card"}
    levers = {f"market.{field.name}" for field in fields(MarketDesign)}
    named = [
        place
        for one in load_claims()
        if one.kind is ClaimKind.PREMISE
        for place in one.carried_by
        if not place.startswith("behaviour.")
    ]

    missing = [
        place
        for place in named
        if (
            place not in levers
            if place[:7] == "market."
            else _first(place) not in rules
        )
    ]
    assert missing == []


def _first(place):
    return place.partition(".")[0]


def test_measured_claim_is_read_with_its_bound():
    (claim,) = parse_claims(MEASURED, "claims.yaml")
    (test,) = claim.tests

    assert (test.measure, test.above, test.below) == ("some.measure", 0.0, None)
    assert test.contrast == (("default", 1.0),)
    assert str(test) == "above 0"


def test_measure_less_another_needs_both():
    text = MEASURED.replace("    above", "    less: other.measure\n    above")

    (claim,) = parse_claims(text, "claims.yaml")

    assert claim.tests[0].measures == ("some.measure", "other.measure")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: C001", "id: D1", "C and three digits"),
        ("kind: measured", "kind: guessed", "premise, measured"),
        ("kind: measured", "kind: out-of-reach", "it, for out-of-reach"),
        ("    above: 0\n", "", "above, below or both"),
        ("    above: 0\n", "    above: 1\n    below: 0\n", "less than 0"),
        ("    above: 0\n", "    above: high\n", "a number"),
        ("because: A rise", "reason: A rise", "because"),
        ("says: Something rises.", "says: ''", "some text"),
    ],
)
def test_fault_is_told_with_its_place(old, new, expected):
    found = faults_of(MEASURED.replace(old, new))

    assert any(expected in fault for fault in found)
    assert all(fault.startswith("claims.yaml, claim 1") for fault in found)


def test_id_given_twice_is_a_fault():
    again = MEASURED + MEASURED.partition("claims:\n")[2]

    assert any("the id twice" in fault for fault in faults_of(again))


@pytest.mark.parametrize("text", ["claims", "- a", "claims: {", "other: []"])
def test_file_without_claims_is_a_fault(text):
    assert len(faults_of(text)) == 1
