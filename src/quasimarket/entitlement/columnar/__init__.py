"""The fast engine of entitlement: one compiled pass a participant."""
