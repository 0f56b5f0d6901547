"""A store in a file: what may happen to the file, and who may write it when."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from integration.adapters.store.sqlite import LOG_BYTES, lock_file
from integration.errors import BusyError, StoreError
from tests.unit.integration.adapters.store.stored import NOW, response, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.store import Store

PROJECT = Path(__file__).parents[5]
WRITES_AND_READS = """
import sys
from datetime import UTC, datetime
from integration.adapters.store import open_store
from integration.model import RawResponse

store, name, at = open_store(sys.argv[1]), sys.argv[2], "2022-03-01T09:00:00.000000000Z"
for number in range(60):
    arrived = [RawResponse(f"{name}-{number}-{each}", at, at, "x" * 3000) for each in range(40)]
    assert store.responses.land("pulse", arrived, received_at=datetime(2022, 7, 31, tzinfo=UTC)).new == 40
    store.state.bookmark(name).set(str(number))
store.close()
"""
READS = """
import sys
from integration.adapters.store import open_store

store = open_store(sys.argv[1])
seen = 0
while seen < 4800:
    found = len(store.responses.versions_after("pulse", 0))
    assert found >= seen and found % 40 == 0, (found, seen)
    seen = found
store.close()
"""
HOLDS = """
import sys, time
from integration.adapters.store import open_store

with open_store(sys.argv[1]).database.writing():
    print("holds", flush=True)
    time.sleep(60)
"""
FULL_DISK = """
import resource, sys
from datetime import UTC, datetime
from integration.adapters.store import open_store
from integration.errors import StoreError
from integration.model import RawResponse

store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
at = "2022-03-01T09:00:00.000000000Z"
try:
    arriving = (RawResponse(f"R{n}", at, at, "secret" * 500) for n in range(5000))
    store.responses.land("pulse", arriving, received_at=datetime(2022, 7, 31, tzinfo=UTC))
except StoreError as error:
    print(error)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a file."""
    return url_of(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_store(url)) as opened:
        yield opened


def run(script: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, cwd=PROJECT
    )


def is_whole(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "crescendo.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# --- the file ---------------------------------------------------------------------------------------------


def test_a_full_disk_is_one_sentence_and_leaves_the_store_whole(store: Store, tmp_path: Path) -> None:
    store.responses.land("pulse", [response("before")], received_at=NOW)
    store.close()
    with run(FULL_DISK, url_of(tmp_path)) as landing:
        said = landing.communicate()[0].decode()
    assert "crescendo.db" in said
    assert "disk" in said
    assert said.count("\n") == 1
    assert "secret" not in said
    with closing(open_store(url_of(tmp_path))) as reopened:
        assert len(reopened.responses.versions_after("pulse", 0)) == 1


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "crescendo.db").write_text("Ref,Change\n" * 100)
    with pytest.raises(StoreError, match=r"crescendo\.db is not a database"):
        open_store(url_of(tmp_path))


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(url_of(tmp_path / "home"))
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["crescendo.db", "oracle9://x", "mysql+nodriver://x/y", ""])
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL"):
        open_store(url)


def test_the_store_is_for_its_owner_alone_and_survives_a_power_cut_by_its_settings(
    store: Store, tmp_path: Path
) -> None:
    store.state.bookmark("name").set("value")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store.database.reading() as own:  # its settings are what is tested
        found = [
            own.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("synchronous", "secure_delete", "wal_autocheckpoint")
        ]
    assert found == [2, 1, 0]


# --- who writes it ----------------------------------------------------------------------------------------


def test_two_processes_write_and_one_reads_at_once_and_no_page_is_lost(store: Store, tmp_path: Path) -> None:
    url = url_of(tmp_path)
    store.close()
    all_at_once = [run(WRITES_AND_READS, url, "one"), run(WRITES_AND_READS, url, "other"), run(READS, url)]
    assert [process.wait(timeout=60) for process in all_at_once] == [0, 0, 0]
    for process in all_at_once:
        process.communicate()
    assert is_whole(tmp_path)
    with closing(open_store(url)) as reopened:
        assert len({version.response_id for version in reopened.responses.versions_after("pulse", 0)}) == 4800
        assert (reopened.state.bookmark("one").get(), reopened.state.bookmark("other").get()) == ("59", "59")


def test_the_lock_is_free_when_its_holder_was_killed(store: Store, tmp_path: Path) -> None:
    with run(HOLDS, url_of(tmp_path)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"holds\n"
        holder.send_signal(signal.SIGKILL)
    store.state.bookmark("name").set("value")
    assert store.state.bookmark("name").get() == "value"
    store.close()
    assert is_whole(tmp_path)


def test_while_the_lock_is_held_nobody_writes_and_everybody_reads(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.adapters.store.faults.WAIT_SECONDS", 0.1)
    with lock_file(tmp_path / "crescendo.db"):
        with pytest.raises(BusyError, match=r"in use by somebody else for 0\.1 seconds"):
            store.state.bookmark("name").set("value")
        assert store.state.bookmark("name").get() is None
    store.state.bookmark("name").set("value")


def test_another_program_that_writes_the_file_is_waited_for(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr("integration.adapters.store.faults.WAIT_SECONDS", 0.1)
    with closing(open_store(url_of(tmp_path))) as hasty, closing(sqlite3.connect(tmp_path / "crescendo.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="try again later"):
            hasty.state.bookmark("name").set("value")
        holder.rollback()
        hasty.state.bookmark("name").set("value")


def test_a_log_that_has_grown_is_carried_over_unless_somebody_still_reads_it(store: Store, tmp_path: Path) -> None:
    log = tmp_path / "crescendo.db-wal"
    much = b"x" * (LOG_BYTES + 1)
    store.images.set("one", much)
    assert log.stat().st_size == 0
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM images").fetchone()
        began = time.monotonic()
        store.images.set("other", much)
        assert time.monotonic() - began < 20, "nobody waits for a reader"
        assert log.stat().st_size > LOG_BYTES
    store.state.bookmark("name").set("value")
    assert log.stat().st_size == 0
    assert store.images.get("other") == much


def test_closing_waits_for_whoever_writes(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.state.bookmark("name").set("value")
    monkeypatch.setattr("integration.adapters.store.faults.WAIT_SECONDS", 0.1)
    with closing(open_store(url_of(tmp_path))) as other:
        with other.database.writing() as connection:  # somebody who takes long
            store.close()
            connection.exec_driver_sql("UPDATE memories SET value = 'later'")
        assert other.state.bookmark("name").get() == "later"
    assert not (tmp_path / "crescendo.db-wal").exists()
    assert is_whole(tmp_path)


def test_a_folder_in_which_no_lock_can_be_made_is_one_sentence(store: Store, tmp_path: Path) -> None:
    (tmp_path / "crescendo.db.lock").unlink()
    (tmp_path / "crescendo.db.lock").mkdir()
    with pytest.raises(StoreError, match="cannot be locked"):
        store.state.bookmark("name").set("value")
    (tmp_path / "crescendo.db.lock").rmdir()


@pytest.mark.parametrize("gone", ["crescendo.db", "crescendo.db-wal"])
def test_what_would_be_written_to_a_file_that_is_gone_is_not_taken(tmp_path: Path, gone: str) -> None:
    store = open_store(url_of(tmp_path))
    assert store.responses.land("pulse", [response("a")], received_at=NOW).new == 1
    (tmp_path / gone).rename(tmp_path / "elsewhere")
    for _ in range(2):
        with pytest.raises(StoreError, match="was removed or exchanged while it was open"):
            store.responses.land("pulse", [response("b")], received_at=NOW)
    store.close()


def test_a_file_that_another_one_took_the_place_of_is_neither_read_nor_written(tmp_path: Path) -> None:
    store = open_store(url_of(tmp_path))
    (tmp_path / "another").write_bytes((tmp_path / "crescendo.db").read_bytes())
    (tmp_path / "another").replace(tmp_path / "crescendo.db")
    with pytest.raises(StoreError, match="was removed or exchanged while it was open"):
        store.generation()
    with pytest.raises(StoreError, match="was removed or exchanged while it was open"):
        store.state.bookmark("a").set("b")
    store.close()
