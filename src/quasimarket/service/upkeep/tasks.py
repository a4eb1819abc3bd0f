"""What the worker does for upkeep, by itself, every night."""

from procrastinate.contrib.django import app

from quasimarket.service.upkeep.retention import retain


@app.periodic(cron="30 2 * * *")
@app.task(name="retain", queue="upkeep", lock="retain")
def retain_nightly(timestamp: int) -> None:
    """Forget what was kept long enough."""
    retain()
