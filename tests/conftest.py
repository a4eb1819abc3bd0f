"""What every test folder shares: Hypothesis profiles and approved files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings


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
