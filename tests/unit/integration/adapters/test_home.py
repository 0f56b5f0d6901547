"""The home folder: files replaced at one stroke, its lock, the clock, the operator's name, and what root may not do."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from integration.adapters.clock import FixedClock, SystemClock
from integration.adapters.home import HomeFiles, current_user, lock_home, reason_against_root
from integration.errors import BusyError, CallError, StoreError

PROJECT = Path(__file__).parents[4]
KILLED_WRITER = """
import os, sys
from pathlib import Path
from integration.adapters.home import HomeFiles
os.fsync = lambda handle: (print("writing", flush=True), sys.stdin.read())
HomeFiles(Path(sys.argv[1])).replace("data.xlsx", b"new" * 1000)
"""


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_in_folders_that_are_made_for_it(tmp_path: Path) -> None:
    path = HomeFiles(tmp_path / "home").replace("packs/2022-07/northbrook/pack.txt", b"text")
    assert path == tmp_path / "home/packs/2022-07/northbrook/pack.txt"
    assert path.read_bytes() == b"text"


def test_a_reader_who_has_the_old_file_open_keeps_it(tmp_path: Path) -> None:
    files = HomeFiles(tmp_path)
    with files.replace("data.xlsx", b"old").open("rb") as reader:
        files.replace("data.xlsx", b"new")
        assert reader.read() == b"old"
    assert (tmp_path / "data.xlsx").read_bytes() == b"new"
    assert names_in(tmp_path) == ["data.xlsx"]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/passwd", "packs/../../out.txt", "", "packs/", "./data", "a\0b"])
def test_a_name_may_not_leave_the_home_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(CallError):
        HomeFiles(tmp_path / "home").replace(name, b"")
    assert not (tmp_path / "out.txt").exists()


def test_a_link_may_not_lead_out_of_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (home / "packs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CallError, match="lies outside"):
        HomeFiles(home).replace("packs/pack.txt", b"")
    assert names_in(tmp_path / "elsewhere") == []


def test_a_file_that_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "data.xlsx").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        HomeFiles(tmp_path).replace("data.xlsx", b"")
    assert names_in(tmp_path) == ["data.xlsx"]


def test_a_killed_writer_leaves_the_old_file_and_its_remains_go_at_the_next_writing(tmp_path: Path) -> None:
    files = HomeFiles(tmp_path)
    files.replace("data.xlsx", b"old")
    with subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", KILLED_WRITER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
    assert len(names_in(tmp_path)) == 2
    assert (tmp_path / "data.xlsx").read_bytes() == b"old"
    files.replace("summary.xlsx", b"another")
    assert names_in(tmp_path) == ["data.xlsx", "summary.xlsx"]


def test_what_a_living_writer_has_half_written_is_let_be(tmp_path: Path) -> None:
    with (tmp_path / ".data.xlsx.0a1b.writing").open("wb") as half:
        fcntl.flock(half, fcntl.LOCK_EX)
        HomeFiles(tmp_path).replace("summary.xlsx", b"")
        assert names_in(tmp_path) == [".data.xlsx.0a1b.writing", "summary.xlsx"]


def test_the_fingerprint_changes_with_each_file_that_changes_comes_or_goes(tmp_path: Path) -> None:
    files = HomeFiles(tmp_path)
    seen = [files.fingerprint(["data.xlsx"])]
    files.replace("data.xlsx", b"one")
    seen.append(files.fingerprint(["data.xlsx"]))
    assert files.fingerprint(["data.xlsx"]) == seen[-1]
    files.replace("data.xlsx", b"two")
    seen.append(files.fingerprint(["data.xlsx"]))
    assert len(set(seen)) == 3
    (tmp_path / "data.xlsx").unlink()
    assert files.fingerprint(["data.xlsx"]) == seen[0]


def test_the_clock_gives_aware_utc_and_a_fixed_one_stands_still() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
    clock = FixedClock(datetime(2022, 7, 31, 9, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == clock.now() == datetime(2022, 7, 31, 8, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2022, 7, 31, 9))  # noqa: DTZ001  # the mistake that is refused


HOLDER = """
import sys, time
from pathlib import Path
from integration.adapters.home import lock_home
with lock_home(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_refused_and_asked_to_try_later(tmp_path: Path) -> None:
    with lock_home(tmp_path), pytest.raises(BusyError, match="try again"), lock_home(tmp_path, wait_seconds=0.1):
        pass


def test_the_lock_is_free_afterwards_and_the_home_is_made(tmp_path: Path) -> None:
    home = tmp_path / "var" / "demo"
    with lock_home(home):
        assert home.is_dir()
    with lock_home(home, wait_seconds=0):
        pass


def test_the_lock_of_a_killed_job_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as holder:  # noqa: S603  # ourselves
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(BusyError), lock_home(tmp_path, wait_seconds=0.1):
            pass
        holder.send_signal(signal.SIGKILL)
    with lock_home(tmp_path, wait_seconds=5):
        pass


def test_a_home_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be used as the home folder"), lock_home(tmp_path / "home"):
        pass


OTHER_USER = 12345


def test_an_operator_who_became_another_user_by_sudo_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    name, at, machine = current_user().partition("@")
    monkeypatch.setenv("SUDO_USER", "ada")
    assert current_user() == f"ada (as {name}){at}{machine}"
    monkeypatch.setenv("SUDO_USER", name)
    assert current_user() == f"{name}@{machine}"


def test_root_writes_into_no_folder_of_another_user(tmp_path: Path) -> None:
    if os.getuid() == 0:
        os.chown(tmp_path, OTHER_USER, -1)
    assert "belongs to" in reason_against_root(tmp_path, uid=0)
    assert reason_against_root(tmp_path, uid=OTHER_USER) == ""
    assert reason_against_root(tmp_path / "not there", uid=0) == ""


def test_root_may_write_into_its_own(tmp_path: Path) -> None:
    if os.getuid() == 0:
        assert reason_against_root(tmp_path, uid=0) == ""
