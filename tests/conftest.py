"""The fixtures that many tests use, and the options that `make chaos` raises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tests.example_counts  # noqa: F401  # the profile of `make chaos`
from config.loading.load import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Settings
    from tests.postgresql import Server

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the configuration that is shipped."""
    return load_settings(PROJECT / "config" / "crescendo")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Start a PostgreSQL server, of which nothing is left afterwards; one for each process that runs tests."""
    from tests.postgresql import CannotStart, postgresql_server  # noqa: PLC0415
    from tests.skipping import skip_outside_ci  # noqa: PLC0415  # most tests need none

    try:
        with postgresql_server() as server:
            yield server
    except CannotStart as why:
        skip_outside_ci(why)


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """Return the DATABASE_URL of a store in PostgreSQL that nobody has written to."""
    url = postgresql.new_database()
    yield url
    postgresql.drop_database(url)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how often the tests of power cuts pull the plug."""
    parser.addoption("--chaos-rounds", default=2, help="how often the demo is killed before it may end")
    parser.addoption("--google-rounds", default=6, help="how many syncs a Google has to bear that often fails")
    parser.addoption("--kill-slots", default=40, help="how many jobs run while their processes are killed")
    parser.addoption("--kills", default=3, help="how often a process is killed while they run")
    parser.addoption("--stalled-seconds", default=3, help="after how long a worker is taken for dead")
    parser.addoption("--sim-days", default=400, help="how many days the schedulers are simulated for")
    parser.addoption("--away-seconds", default=0.3, help="how long a database is away that was killed")
    parser.addoption("--hook-posts", default=400, help="how many responses are posted while the web side is killed")
    parser.addoption("--hook-kills", default=2, help="how often the web side is killed meanwhile")
    parser.addoption("--hook-requests", default=10, help="how many requests are made up from each route's description")
    parser.addoption("--fuzz-runs", default=3000, help="how many requests the fuzzer makes up")
