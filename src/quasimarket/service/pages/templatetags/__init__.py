"""The tags that templates load as `pages`."""
