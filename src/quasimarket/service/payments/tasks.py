"""What the worker does for payments, one job at a time; arguments are references."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from quasimarket.service.payments.rounds import keep_claims_of_yesterday
from quasimarket.service.payments.running import advance, advance_waiting, clock_now
from quasimarket.service.programme.begun import once_begun


@app.task(
    name="advance-payment-run",
    queue="payments",
    lock="payment-run",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
)
def advance_run(reference: str) -> None:
    """Do every stage of a run that waits for no person; again after a crash."""
    advance(reference)


@app.periodic(cron="*/10 * * * *")
@app.task(name="advance-waiting-runs", queue="payments", lock="payment-run")
@once_begun
def advance_waiting_runs(timestamp: int) -> None:
    """Go on with runs that wait for the programme, whatever became of their job."""
    advance_waiting()


@app.periodic(cron="20 0 * * *")
@app.task(name="keep-claims", queue="claims", lock="keep-claims")
@once_begun
def keep_claims_nightly(timestamp: int) -> None:
    """Raise, accept and reject the claims of the day that is over."""
    keep_claims_of_yesterday(clock_now())
