"""Copies of the database, and proofs: that a copy is whole, and that the log is.

A copy is proved against its manifest before it becomes the database; the log is proved
against its own chain and against heads that others hold.
"""
