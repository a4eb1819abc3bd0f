"""What subcontractors say of what they met."""

import numpy as np

from quasimarket.market.survey import answers


EVEN = np.full((1, 2), 0.5)
"""Luck that leans neither way."""


def against(
    mission: float = 0.5,
    distance: float = 0.3,
    missing: float = 0.5,
    *,
    experienced: bool = False,
) -> list[bool]:
    one = answers(
        np.array([mission]),
        np.array([distance]),
        np.array([experienced]),
        np.array([missing]),
        EVEN,
    )
    return one[0].tolist()


def test_whoever_wants_the_same_accepts_and_whoever_does_not_condemns():
    assert against(distance=0.0)[0] is False
    assert against(mission=0.9, distance=0.4)[0] is True


def test_experience_of_such_programmes_makes_for_acceptance():
    assert against(experienced=False)[0] is True
    assert against(experienced=True)[0] is False


def test_dissatisfied_are_those_whose_people_did_not_come():
    assert against(missing=0.0)[1] is False
    assert against(missing=1.0)[1] is True
