"""The pages of payments: runs, statements, bank details, samples, recoveries."""
