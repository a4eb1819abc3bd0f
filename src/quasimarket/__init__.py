"""Quasimarket: design, simulate and settle prime-led, payment-by-results programmes."""
