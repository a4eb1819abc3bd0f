"""The worker: what waits for nobody is done here, and again if a worker was killed.

A worker says every few seconds that it lives. Jobs of one that no longer does are put
back into the queue: each job is one transaction after another and may be begun anew.
"""

import asyncio

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status


PATIENCE_SECONDS = 30.0
"""A worker that has been silent for longer counts as dead."""
AT_ONCE = 2
"""Jobs at a time, so that a payment run does not hold up the messages."""


def work(*, patience: float = PATIENCE_SECONDS, wait: bool = True) -> None:
    """Work until told to stop by SIGINT or SIGTERM.

    Args:
        patience: seconds after which a silent worker counts as dead.
        wait: stay when the queue is empty.
    """
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        asyncio.run(_work(working, patience, wait=wait))


async def _work(working: App, patience: float, *, wait: bool) -> None:
    async with working.open_async():
        await take_up(working, patience)
        await working.run_worker_async(
            wait=wait,
            concurrency=AT_ONCE,
            update_heartbeat_interval=patience / 3,
            stalled_worker_timeout=patience,
        )


async def take_up(working: App, patience: float = PATIENCE_SECONDS) -> int:
    """Put the jobs of dead workers back into the queue; give how many."""
    manager = working.job_manager
    await manager.prune_stalled_workers(patience)
    left = list(await manager.get_stalled_jobs(seconds_since_heartbeat=patience))
    for job in left:
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the same waits in the queue already
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return len(left)
