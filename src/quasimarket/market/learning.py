"""Rule R9: providers learn; a place works better the longer the programme runs.

Claims: C049.
"""

import math

from quasimarket.evidence.behaviour import Behaviour


def learning(behaviour: Behaviour, month: int) -> float:
    """Give the service effect in a month (0 is the first) as a share of the mature one.

    The only parameter tied to calendar time; it levels off at 1.
    """
    start = behaviour["learning.start"]
    return start + (1 - start) * (1 - math.exp(-month / behaviour["learning.months"]))
