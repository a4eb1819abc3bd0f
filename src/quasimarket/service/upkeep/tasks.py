"""What the worker does for upkeep, by itself: by night, and every few minutes."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

from quasimarket.service.acting import clock
from quasimarket.service.participation.daily import pass_day
from quasimarket.service.participation.scanning import scan_waiting
from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.begun import once_begun
from quasimarket.service.upkeep.retention import retain
from quasimarket.service.upkeep.working import take_up


DAYS_OF_JOBS = 30


@app.periodic(cron="30 2 * * *")
@app.task(name="retain", queue="upkeep", lock="retain")
@once_begun
def retain_nightly(timestamp: int) -> None:
    """Forget what was kept long enough."""
    retain()


@app.periodic(cron="10 0 * * *")
@app.task(name="pass-day", queue="upkeep", lock="pass-day")
@once_begun
def pass_day_nightly(timestamp: int) -> None:
    """Complete whose time is over, and settle who is in work."""
    with acting_as(SYSTEM):
        today = clock.today()
    pass_day(today)


@app.periodic(cron="*/5 * * * *")
@app.task(name="scan-documents", queue="upkeep", lock="scan-documents")
@once_begun
def scan_documents(timestamp: int) -> None:
    """Scan the documents that were sent and wait for it."""
    scan_waiting()


@app.periodic(cron="* * * * *")
@app.task(name="take-up-jobs", queue="upkeep", pass_context=True)
async def take_up_jobs(context: JobContext, timestamp: int) -> None:
    """Put the jobs of workers that were killed back into the queue."""
    await take_up(context.app)


@app.periodic(cron="45 2 * * *")
@app.task(name="forget-jobs", queue="upkeep", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Forget the jobs that were done a month ago."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=24 * DAYS_OF_JOBS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
