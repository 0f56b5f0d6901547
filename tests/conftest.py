"""What many tests are given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.load import load

if TYPE_CHECKING:
    from config.schema import Settings

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the configuration that is shipped."""
    return load(PROJECT / "config" / "crescendo")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how often the tests of power cuts pull the plug."""
    parser.addoption("--chaos-rounds", default=3, help="how often the demo is killed before it may end")
    parser.addoption("--google-rounds", default=10, help="how many syncs a Google has to bear that often fails")
    parser.addoption("--sim-days", default=400, help="how many days the schedulers are simulated for")
