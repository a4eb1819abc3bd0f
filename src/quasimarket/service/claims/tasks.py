"""What the worker does for claims by itself, by night."""

from procrastinate.contrib.django import app

from quasimarket.service.claims.matching import match_everything
from quasimarket.service.programme.begun import once_begun


@app.periodic(cron="15 0 * * *")
@app.task(name="match-records", queue="claims", lock="match-records")
@once_begun
def match_nightly(timestamp: int) -> None:
    """Match the employment records with what was reported since they came."""
    match_everything()
