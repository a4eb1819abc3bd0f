"""The ODD page is as the model's own words have it, and they leave nothing out."""

import pytest

from quasimarket.evidence.behaviour import load_behaviour
from quasimarket.evidence.claims import load_claims
from scripts.reference_odd import (
    RULES,
    claims_in,
    main,
    modules,
    modules_of,
    reads,
)


def test_odd_page_is_as_the_model_has_it():
    assert main(["--check"]) == 0


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_found_by_name_and_names_the_claims_it_carries(rule):
    known = {claim.id for claim in load_claims()}

    carried = {claim for module in modules_of(rule) for claim in claims_in(module)}

    assert carried
    assert carried <= known


def test_every_parameter_is_read_by_the_model():
    keys = [one.key for one in load_behaviour().parameters]

    unread = [key for key in keys if not any(reads(one, key) for one in modules())]

    assert unread == []
