from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from integration.adapters.home import hold
from integration.errors import BusyError, StoreError

PROJECT = Path(__file__).parents[4]
HOLDER = """
import sys, time
from pathlib import Path
from integration.adapters.home import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_who_asks_is_told_to_try_again_later(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(BusyError, match="try again"), hold(tmp_path, wait_seconds=0.1):
        pass


def test_the_lock_is_free_again_afterwards_and_the_home_is_made(tmp_path: Path) -> None:
    home = tmp_path / "var" / "demo"
    with hold(home):
        assert home.is_dir()
    with hold(home, wait_seconds=0):
        pass


def test_the_lock_of_a_killed_job_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as holder:  # noqa: S603  # ourselves
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), hold(tmp_path, wait_seconds=0.1):
            pass
        holder.send_signal(signal.SIGKILL)
    with hold(tmp_path, wait_seconds=5):
        pass


def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used as the home folder"), hold(tmp_path / "home"):
        pass
