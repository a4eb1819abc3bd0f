"""Which milestone was reached when, from spells and dates alone."""
