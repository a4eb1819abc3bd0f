"""The rules of a programme: what the commissioner decides, read from a folder."""
