"""The pages of performance and the chain."""
