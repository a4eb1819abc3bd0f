"""Who delivers, and how they decide: chains, effort, flow, books, learning, shares."""
