"""The department's own books: managing contracts costs it money too."""

import numpy as np
import pytest

from quasimarket.market.department import contract_management
from tests.lib.small_programme import behaviour


def test_each_contract_costs_and_more_so_below_its_levels():
    known = behaviour(department__contract_month=10_000, department__shortfall_gain=2)

    assert contract_management(known, np.zeros(3), 0) == 3_000_000
    assert contract_management(known, np.array([0.5, 0.0]), 0) == 3_000_000


@pytest.mark.parametrize("lots", [0, 7])
def test_lots_cost_besides(lots):
    known = behaviour(department__contract_month=0, department__lot_month=100)

    assert contract_management(known, np.zeros(2), lots) == 10_000 * lots
