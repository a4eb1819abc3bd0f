"""The interface for programs: keys, calls, published data."""
