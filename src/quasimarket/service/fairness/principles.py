"""The standard's four principles (R075), and what each is about."""

PRINCIPLES = ("supply-chain-design", "commitment", "conduct", "review")
MEANINGS = {
    "supply-chain-design": "Supply chain design: who was asked in, and on what terms",
    "commitment": "Commitment: support, openness and promises kept",
    "conduct": "Conduct: fair demands, fair flow, fair payment",
    "review": "Review: listening, feeding back, putting right",
}


def in_words(principle: str) -> str:
    """Say what a principle is about."""
    return MEANINGS.get(principle, principle)


def choices() -> list[tuple[str, str]]:
    """Offer the four."""
    return list(MEANINGS.items())
