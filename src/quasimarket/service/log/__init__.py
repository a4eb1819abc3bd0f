"""The log: what happened, append-only and hash-chained, and who looked at what."""
