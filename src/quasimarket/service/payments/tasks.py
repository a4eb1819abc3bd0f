"""What the worker does for payments, one job at a time; arguments are references."""

from procrastinate.contrib.django import app

from quasimarket.service.payments.running import advance


@app.task(name="advance-payment-run", queue="payments", lock="payment-run")
def advance_run(reference: str) -> None:
    """Do every stage of a run that waits for no person; again after a crash."""
    advance(reference)
