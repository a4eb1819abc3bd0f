"""Health, metrics, retention, answers to people about their own data."""
