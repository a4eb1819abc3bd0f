"""The description of the interface: what the framework makes, in less time."""

import cProfile
import json
import pstats

import pytest
from ninja import NinjaAPI

from quasimarket.service.interface import api as interface
from quasimarket.service.interface.problems import MEDIA_TYPE


PREFIX = "/api/v1/"
MODELS_OF_AN_OPERATION = 4
"""What it asks by path, query and body, and what it answers when all is well."""


def as_problems(schema):
    """Let the errors of the framework's own description come as problem+json."""
    for path in schema["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "content" in answer:
                    answer["content"][MEDIA_TYPE] = answer["content"].pop(
                        "application/json"
                    )
    return schema


@pytest.fixture
def undescribed(world):
    interface._described.cache_clear()
    return interface.api


def test_description_is_the_framework_s_own(undescribed):
    framework_s = NinjaAPI.get_openapi_schema(undescribed, path_prefix=PREFIX)

    described = undescribed.get_openapi_schema(path_prefix=PREFIX)

    assert json.dumps(described) == json.dumps(as_problems(framework_s))


def test_form_of_problems_is_made_once(undescribed):
    profile = cProfile.Profile()

    described = profile.runcall(undescribed.get_openapi_schema, path_prefix=PREFIX)

    made = sum(
        about[1]
        for (_, _, name), about in pstats.Stats(profile).stats.items()
        if name == "model_json_schema" and about[1]
    )
    operations = sum(len(path) for path in described["paths"].values())
    assert 0 < made < 2 * MODELS_OF_AN_OPERATION * operations
