"""Every operation called with whatever its description allows, in every role."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from quasimarket.service.interface import pace
from quasimarket.service.wsgi import application
from tests.lib.calling import make_key
from tests.lib.fair_world import ROLES


CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW, MANY = 40, 400
WHO = [
    f"{organisation}/{role}"
    for organisation, roles in ROLES.items()
    for role in roles
    if organisation != "other-prime"
]


def call_as(world, who, examples):
    """Call operations drawn at random, each with a case drawn from its description."""
    key = make_key(world, who)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [one.ok() for one in schema.get_all_operations()]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples == FEW,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data):
        operation = data.draw(st.sampled_from(operations))
        case = data.draw(operation.as_strategy())
        case.headers["Authorization"] = f"Bearer {key}"
        case.call_and_validate(checks=CHECKS)

    run()


@pytest.fixture
def unhurried(monkeypatch):
    """Let a key call as often as it likes, in the test's own transaction."""
    monkeypatch.setattr(pace, "CALLS", 10**6)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", ["prime/prime-manager", "commissioner/policy"])
def test_no_call_is_our_fault(world, unhurried, who):
    world.participation("anchor-place")
    call_as(world, who, FEW)


@pytest.mark.long
@pytest.mark.parametrize("who", WHO)
def test_no_call_is_our_fault_in_any_role(world, unhurried, who):
    world.participation("anchor-place")
    call_as(world, who, int(os.environ.get("QUASIMARKET_EXAMPLES", MANY)))
