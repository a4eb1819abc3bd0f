"""The command line: reads arguments, wires the parts together, prints."""
