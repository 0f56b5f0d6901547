"""The fixtures that many tests use, and the options that `make chaos` raises."""

from __future__ import annotations

import gc
from contextlib import contextmanager
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
LONGEST = (
    "test_killed.py",
    "test_chaos.py",
    "test_slow_callers.py",
    "test_serve.py",
    "test_demo.py",
    "test_store_commands.py",
)
"""The files whose tests take longest. They begin, so that at the end no process waits for another's long test."""


@pytest.fixture(scope="session")
def settings() -> Settings:
    """Return the configuration that is shipped."""
    return load_settings(PROJECT / "config" / "crescendo")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes share that run the tests of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if own.name.startswith("popen-") else own


@pytest.fixture(scope="session")
def postgresql(shared_folder: Path) -> Iterator[Server]:
    """Give the PostgreSQL server of this run, which all of its processes share; nothing of it is left afterwards."""
    from tests.postgresql import shared_postgresql_server  # noqa: PLC0415  # most tests need none

    with _skipping_where_it_cannot_start(), shared_postgresql_server(shared_folder) as server:
        yield server


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[Server]:
    """Start a PostgreSQL server that the tests of a module may kill, or into whose files they look."""
    from tests.postgresql import postgresql_server  # noqa: PLC0415

    with _skipping_where_it_cannot_start(), postgresql_server() as server:
        yield server


@contextmanager
def _skipping_where_it_cannot_start() -> Iterator[None]:
    from tests.postgresql import CannotStart  # noqa: PLC0415
    from tests.skipping import skip_outside_ci  # noqa: PLC0415

    try:
        yield
    except CannotStart as why:
        skip_outside_ci(why)


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """Return the DATABASE_URL of a store in PostgreSQL that nobody has written to."""
    url = postgresql.new_database()
    yield url
    postgresql.drop_database(url)


def pytest_collection_finish() -> None:
    """Leave all modules and tests out of each search for garbage: to go through them took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `make chaos` runs; let the longest tests come first."""
    if not config.getoption("--long"):
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add how often the tests of power cuts pull the plug."""
    parser.addoption("--long", action="store_true", help="run what is marked long as well")
    parser.addoption("--chaos-rounds", default=2, help="how often the demo is killed before it may end")
    parser.addoption("--restore-kills", default=3, help="how often a restore is killed")
    parser.addoption("--google-rounds", default=4, help="how many syncs a Google has to bear that often fails")
    parser.addoption("--lost-calls", default=8, help="how many calls to Google go wrong, each in a run of its own")
    parser.addoption("--kill-slots", default=12, help="how many jobs run while their processes are killed")
    parser.addoption("--kills", default=2, help="how often a process is killed while they run")
    parser.addoption("--stalled-seconds", default=2, help="after how long a worker is taken for dead")
    parser.addoption("--sim-days", default=250, help="how many days the schedulers are simulated for")
    parser.addoption("--away-seconds", default=0.3, help="how long a database is away that was killed")
    parser.addoption("--clock-rounds", default=1, help="how often a clock is set wrong, and right again")
    parser.addoption("--hook-posts", default=300, help="how many responses are posted while the web side is killed")
    parser.addoption("--hook-kills", default=2, help="how often the web side is killed meanwhile")
    parser.addoption("--hook-requests", default=2, help="how many requests are made up from each description")
    parser.addoption("--slow-posts", default=25, help="how many responses are posted while other callers are slow")
    parser.addoption("--whole-deadline", action="store_true", help="give slow callers as long as in production")
    parser.addoption("--damage-rounds", default=3, help="how many stores are damaged on disk")
    parser.addoption("--changed-workbooks", default=6, help="how many workbooks are read with something changed")
    parser.addoption("--fuzz-runs", default=1000, help="how many requests the fuzzer makes up")
    parser.addoption("--played-programmes", default=1, help="of how many programmes six months are played")
    parser.addoption("--random-tables", default=60, help="how many random publications are audited")
    parser.addoption("--saves", default=3, help="how often somebody saves data.xlsx while it is replaced")
    parser.addoption("--publish-kills", default=1, help="how often the process that replaces it is killed meanwhile")
