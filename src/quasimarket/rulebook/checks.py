"""Every check across a rulebook's records, in one visible list.

Each is a function from a draft to faults; all run, and all their faults are reported
together. A field that could not be read has had its fault already, and checks leave it
alone.
"""

from collections.abc import Callable

from quasimarket.core.errors import Fault
from quasimarket.rulebook.check_intake import (
    check_areas_have_contracts,
    check_groups_have_intake,
    check_intake_in_time,
    check_market_shares,
)
from quasimarket.rulebook.check_market import (
    check_area_index,
    check_market_values,
    check_minimum_service,
    check_protections_end,
)
from quasimarket.rulebook.check_milestones import (
    check_after,
    check_groups_open,
    check_incentive_levels,
    check_kinds,
    check_something_is_paid,
)
from quasimarket.rulebook.check_rates import (
    check_discounts_are_clear,
    check_rates_are_reachable,
    check_rates_cover,
    check_rates_overlap,
)
from quasimarket.rulebook.check_references import (
    check_contract_numbers,
    check_references,
)
from quasimarket.rulebook.draft import Draft


CHECKS: tuple[Callable[[Draft], list[Fault]], ...] = (
    check_references,
    check_contract_numbers,
    check_kinds,
    check_after,
    check_something_is_paid,
    check_groups_open,
    check_rates_cover,
    check_rates_overlap,
    check_rates_are_reachable,
    check_discounts_are_clear,
    check_incentive_levels,
    check_areas_have_contracts,
    check_market_shares,
    check_groups_have_intake,
    check_intake_in_time,
    check_market_values,
    check_protections_end,
    check_area_index,
    check_minimum_service,
)
