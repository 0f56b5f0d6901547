"""A home folder in which the demo has run once, shared by the tests that only look at it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.system.commands import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, shared_folder: Path) -> Path:
    """Return the home folder of the demo on the shipped sample.

    It ran with a mail server set that is not there: a demo that asked it would have failed.
    """
    folder = tmp_path_factory.mktemp("demo")
    made = shared_folder / "demo"
    with FileLock(made.with_suffix(".lock")):  # the first of the processes that run tests makes it for all
        if not made.exists():
            ran = run("demo", "--home", folder, environment={"SMTP_URL": "smtp://127.0.0.1:1"})
            assert ran.code == 0, ran.err
            shutil.copytree(folder, made)
            return folder
    return shutil.copytree(made, folder, dirs_exist_ok=True)


@pytest.fixture
def chaos_rounds(pytestconfig: pytest.Config) -> int:
    """Return how often to pull the plug: a few times, or as `make chaos` says."""
    return int(pytestconfig.getoption("--chaos-rounds"))


@pytest.fixture
def google_rounds(pytestconfig: pytest.Config) -> int:
    """Return how many syncs the stand-in for Google has to bear: a few, or as `make chaos` says."""
    return int(pytestconfig.getoption("--google-rounds"))


@pytest.fixture
def restore_kills(pytestconfig: pytest.Config) -> int:
    """Return how often a restore is killed."""
    return int(pytestconfig.getoption("--restore-kills"))


@pytest.fixture
def kill_slots(pytestconfig: pytest.Config) -> int:
    """Return how many jobs run while their processes are killed."""
    return int(pytestconfig.getoption("--kill-slots"))


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    """Return how often a process is killed while jobs run."""
    return int(pytestconfig.getoption("--kills"))


@pytest.fixture
def stalled_seconds(pytestconfig: pytest.Config) -> float:
    """Return after how long a worker of which nothing was heard is taken for dead."""
    return float(pytestconfig.getoption("--stalled-seconds"))


@pytest.fixture
def sim_days(pytestconfig: pytest.Config) -> int:
    """Return how many days the schedulers are simulated for."""
    return int(pytestconfig.getoption("--sim-days"))


@pytest.fixture
def away_seconds(pytestconfig: pytest.Config) -> float:
    """Return how long a database is away that was killed."""
    return float(pytestconfig.getoption("--away-seconds"))


@pytest.fixture
def clock_rounds(pytestconfig: pytest.Config) -> int:
    """Return how often a clock is set wrong and right again: a few times, or as `make chaos` says."""
    return int(pytestconfig.getoption("--clock-rounds"))
