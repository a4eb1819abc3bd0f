"""What is owed to whom: priced lines, statements and a ledger that balances."""
