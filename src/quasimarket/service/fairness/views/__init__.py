"""The pages of fair treatment."""
