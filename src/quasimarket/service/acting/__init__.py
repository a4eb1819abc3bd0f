"""Acts: every write to the programme, declared once and done in one transaction."""
