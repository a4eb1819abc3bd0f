"""Which rulebook is in force, the contracts under it, and the places in each chain."""
