"""Levels, league tables, improvement, share shift, and each place's prospects."""
