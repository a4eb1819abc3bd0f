"""Sector is a label: it enters in the draw of attributes, and there only."""

from dataclasses import replace

import numpy as np
import pytest

from quasimarket.market.organisations import Organisations, draw_organisations
from tests.lib.institutions import chain, organisations
from tests.lib.small_programme import SEED, behaviour


AREAS = 18
LABELS = ("sector", "weights")
SHARES = (
    "outside", "brand", "mission", "stated_mission", "dismissal", "hiring_fit",
)  # fmt: skip


def test_without_a_gap_the_label_changes_nothing_else():
    told = chain(AREAS)
    other = replace(told, sector=(told.sector + 1) % 3)

    drawn, relabelled = (
        draw_organisations(behaviour(sector__gap=0), one, seed=SEED)
        for one in (told, other)
    )

    for name in set(Organisations.__slots__) - {*LABELS, "id"}:
        np.testing.assert_array_equal(getattr(drawn, name), getattr(relabelled, name))
    assert (drawn.sector != relabelled.sector).all()


@pytest.mark.parametrize("name", ["mission", "outside", "dismissal"])
def test_distributions_of_sectors_overlap_and_differ(name):
    drawn = organisations(AREAS)
    held = drawn.role == 1
    private, third = (getattr(drawn, name)[held & (drawn.sector == s)] for s in (0, 1))

    assert private.min() < third.max()
    assert third.min() < private.max()
    assert abs(private.mean() - third.mean()) > 0.1


def test_the_gap_is_closed_by_degrees():
    def gap(size):
        drawn = organisations(AREAS, sector__gap=size)
        held = drawn.role == 1
        private, third = (drawn.mission[held & (drawn.sector == s)] for s in (0, 1))
        return third.mean() - private.mean()

    assert gap(1) > gap(0.5) > gap(0) > -0.06


@pytest.mark.parametrize("name", SHARES)
def test_attribute_stays_between_0_and_1(name):
    values = getattr(organisations(AREAS), name)

    assert ((values >= 0) & (values <= 1)).all()


def test_sector_weights_add_up_and_some_belong_to_two():
    weights = organisations(AREAS).weights

    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    shared = (weights.max(axis=1) < 1).mean()
    assert 0.05 < shared < 0.25


def test_main_sector_weighs_most():
    drawn = organisations(AREAS)

    assert (drawn.weights.argmax(axis=1) == drawn.sector).all()


def test_organisation_is_one_however_many_positions_it_holds():
    drawn, held = organisations(AREAS), chain(AREAS)

    assert len(set(drawn.id)) == len(drawn.id) < len(held)
    assert tuple(drawn.id[one] for one in drawn.holder) == held.organisation


def test_stated_mission_is_mission_seen_through_noise():
    drawn = organisations(AREAS)

    agreement = np.corrcoef(drawn.mission, drawn.stated_mission)[0, 1]

    assert 0.7 < agreement < 1
