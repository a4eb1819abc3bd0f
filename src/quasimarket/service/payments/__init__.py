"""Payment runs: statements, the payment file, remittances and the ledger."""
