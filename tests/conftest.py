"""What every test folder shares: Hypothesis profiles, one thread, approved files."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.lib.threads import threads


settings.register_profile(
    "change",
    max_examples=20,
    deadline=None,
    derandomize=True,
    # generating a rulebook is slow beside the text and numbers Hypothesis expects
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "dig", parent=settings.get_profile("long"), max_examples=50_000
)
settings.load_profile("change")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden-update",
        action="store_true",
        help="rewrite the approved files instead of comparing with them",
    )


def pytest_configure() -> None:
    """Hear Ctrl-C, which a shell has its background jobs ignore."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Play small runs on one thread, which is many times faster.

    A test of what more threads do asks for them.
    """
    with threads(1):
        yield


@pytest.fixture
def approve(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with its approved file; with --golden-update, rewrite it."""

    def compare(found: str, approved: Path) -> None:
        if request.config.getoption("--golden-update"):
            approved.parent.mkdir(parents=True, exist_ok=True)
            approved.write_text(found, encoding="utf-8")
        assert approved.exists(), f"{approved} is missing: make golden-update"
        assert found == approved.read_text(encoding="utf-8")

    return compare
