"""Small runs are played on one thread, which is many times faster."""

from collections.abc import Iterator

import pytest

from tests.lib.threads import threads


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threads(1):
        yield
