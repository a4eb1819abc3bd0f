"""A run's folder: its manifest and the schema of its tables."""
