"""Stances are drawn by contract, within their bounds."""

import numpy as np
import pytest

from quasimarket.market.stance import TEMPLATE, draw_stances
from tests.lib.small_programme import SEED, behaviour, work_programme


def stances(**changed):
    return draw_stances(work_programme(), behaviour(**changed), seed=SEED)


@pytest.mark.parametrize("name", ["template", "strictness", "tolerance", "management"])
def test_stance_stays_between_0_and_1(name):
    values = getattr(stances(stance__strictness_spread=0.5), name)

    assert ((values >= 0) & (values <= 1)).all()


def test_templates_scatter_about_the_standard_service():
    np.testing.assert_allclose(stances().template.mean(axis=0), TEMPLATE, atol=0.04)
    assert stances().template.std(axis=0).min() > 0.02


def test_without_spread_all_are_equally_strict():
    strictness = stances(
        stance__strictness_spread=0.0, agent__strictness=0.0
    ).strictness

    np.testing.assert_allclose(strictness, behaviour()["stance.strictness"])


def test_the_strict_tolerate_less():
    drawn = stances()

    assert np.corrcoef(drawn.strictness, drawn.tolerance)[0, 1] < -0.3


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0.0), (1.0, 1.0)])
def test_manner_follows_its_share(share, expected):
    drawn = stances(stance__public_reviews=share, stance__gags=1 - share)

    assert drawn.is_public.mean() == expected
    assert drawn.gags.mean() == 1 - expected


def test_contract_keeps_its_stance_whatever_else_is_let():
    alone = draw_stances(work_programme(1), behaviour(), seed=SEED)
    contracts = len(alone.strictness)

    np.testing.assert_array_equal(alone.template, stances().template[:contracts])
