"""Jobs that come by themselves wait until a programme has begun."""

import logging
from collections.abc import Callable
from functools import wraps

from quasimarket.service.people.actor import SYSTEM
from quasimarket.service.people.scope import acting_as
from quasimarket.service.programme.models import Programme


LOGGER = logging.getLogger(__name__)
Job = Callable[[int], None]


def once_begun(job: Job) -> Job:
    """Leave a job undone, and say so quietly, while there is no programme."""

    @wraps(job)
    def waiting(timestamp: int) -> None:
        with acting_as(SYSTEM):
            has_begun = Programme.objects.exists()
        if has_begun:
            job(timestamp)
        else:
            LOGGER.info("%s: no programme has begun yet", job.__name__)

    return waiting
