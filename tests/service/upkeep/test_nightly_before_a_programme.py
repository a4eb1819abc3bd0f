"""What comes by itself waits, quietly, until a programme has begun."""

import logging
from inspect import iscoroutinefunction

import pytest
from procrastinate.contrib.django import app

from quasimarket.service.programme import begun
from tests.lib.sign_ins import make_programme


PERIODIC = {
    one.task.name: one.task
    for one in app.periodic_registry.periodic_tasks.values()
    if not iscoroutinefunction(one.task.func)
}


@pytest.mark.parametrize("name", sorted(PERIODIC))
def test_job_of_the_night_passes_without_a_programme(fresh_database, name):
    PERIODIC[name].func(0)


def test_job_says_that_it_waits_and_does_its_work_afterwards(fresh_database, caplog):
    caplog.set_level(logging.INFO, logger=begun.__name__)
    done = []

    @begun.once_begun
    def count_stars(timestamp):
        done.append(timestamp)

    count_stars(1)
    make_programme()
    count_stars(2)

    assert done == [2]
    assert [one.getMessage() for one in caplog.records] == [
        "count_stars: no programme has begun yet"
    ]
