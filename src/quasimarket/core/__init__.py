"""Money, dates, identifiers and errors: no input or output, no clock, no chance."""
