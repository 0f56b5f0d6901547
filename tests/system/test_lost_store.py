"""A store that is missing or empty beside what one in use has left is refused by every command, and nothing is made."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from integration.adapters.store_place import find_traces, newest_backup
from integration.errors import StoreError, StoreLostError
from integration.wiring import refuse_lost_store
from tests.system.commands import SAMPLE, run
from tests.system.webhooks.running import Running
from tests.unit.integration.adapters.store.stored import empty_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = {"PSEUDONYM_KEY": "k" * 32}
TRACES = (
    "receipts/forget-2026-11-29T02-30-00-000000Z.txt",
    "backups/crescendo-2026-11-29T02-30-00Z.db",
    "backups/by hand.db",
    "packs/2022-07/northbrook/pack.json",
    "outbox/a.eml",
    "data.xlsx",
    "summary-northbrook.xlsx",
    "crescendo.db.before-restore-2026-11-29T02-30-00Z",
    "crescendo.db.moved-2026-11-29T02-30-00Z",
    "crescendo.db-wal",
)
LOCKS = ("crescendo.lock", "web.lock", "scheduler.lock", "crescendo.db.lock")
NONE = ("keys.json", *LOCKS, "backups/.making-x/a.db", "README")
COMMANDS = (
    ("run", "sync", "--data", SAMPLE),
    ("run", "sync", "--dry-run", "--data", SAMPLE),
    ("run", "publish"),
    ("run", "backup"),
    ("run", "retention", "--dry-run"),
    ("demo",),
    ("start",),
    ("status",),
    ("list",),
    ("audit",),
    ("pack", "list"),
    ("check", "--live"),
    ("forget", "--response", "r-1", "--yes"),
    ("explain", "ownership_positive", "--team", "elm", "--period", "1"),
)


def put(home: Path, name: str, content: bytes = b"x") -> None:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def listing(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("trace", TRACES)
def test_each_trace_of_a_life_is_one(tmp_path: Path, trace: str) -> None:
    put(tmp_path, trace)
    before = listing(tmp_path)
    with pytest.raises(StoreLostError) as refused:
        refuse_lost_store(tmp_path, None)
    said = str(refused.value)
    assert "crescendo.db is missing, but" in said
    assert trace.partition("/")[0] in said
    assert "restore" in said
    assert "new-store" in said
    assert ("set DATABASE_URL" in said) is ("moved" in trace)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("name", NONE)
def test_keys_and_locks_are_none(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert find_traces(tmp_path) == ()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: "-".join(map(str, words[:3])))
def test_every_command_refuses(tmp_path: Path, command: tuple[str, ...]) -> None:
    put(tmp_path, "backups/crescendo-2026-11-29T02-30-00Z.db")
    put(tmp_path, "crescendo.db", b"")
    before = listing(tmp_path)
    ran = run(*command, "--home", tmp_path, environment=KEY)
    assert ran.code == 2, ran.out + ran.err
    assert ran.err.count("\n") == 1 or command == ("check", "--live")
    said = ran.out + ran.err
    assert "holds nothing, but" in said
    assert "(restore " in said
    assert "backups/crescendo-2026-11-29T02-30-00Z.db)" in said
    assert listing(tmp_path) == before


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("has_traces", [True, False])
def test_another_programs_database_is_no_store_and_stays_as_it_is(
    tmp_path: Path, rows: int, *, has_traces: bool
) -> None:
    path = tmp_path / "crescendo.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (words)")
        other.executemany("INSERT INTO notes VALUES (?)", [("kept",)] * rows)
        other.commit()
    if has_traces:
        put(tmp_path, "backups/crescendo-2026-11-29T02-30-00Z.db")
    before = listing(tmp_path)
    for command in (("run", "sync", "--data", SAMPLE), ("status",), ("start",), ("run", "backup")):
        ran = run(*command, "--home", tmp_path, environment=KEY)
        assert ran.code == 2
        assert f"is another program's database, {'but in' if has_traces else 'and nothing was made'}" in ran.err
        assert ("(restore " in ran.err) is has_traces
        assert listing(tmp_path) == before
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT * FROM notes").fetchall() == [("kept",)] * rows
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_another_program_may_number_its_tables_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as other:
        other.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        other.execute("INSERT INTO alembic_version VALUES ('1975ea83b712')")
        other.commit()
    before = listing(tmp_path)
    with pytest.raises(StoreError, match="has tables that this service did not make"):
        open_store(f"sqlite:///{tmp_path / 'crescendo.db'}")  # as everything does that knows of no home folder
    ran = run("status", "--home", tmp_path, environment=KEY)
    assert ran.code == 2
    assert "is another program's database" in ran.err
    (tmp_path / "crescendo.db.lock").unlink(missing_ok=True)
    assert listing(tmp_path) == before


def make_folder(path: Path) -> None:
    (path / "inside").mkdir(parents=True)


def make_socket(path: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(str(path))


OTHER_KINDS: dict[str, Callable[[Path], object]] = {
    "a folder": make_folder,
    "a socket": make_socket,
    "a named pipe": os.mkfifo,
    "a link to {home}/gone/a.db, where no file is": lambda path: path.symlink_to("gone/a.db"),
    "a link to {home}/crescendo.db, where no file is": lambda path: path.symlink_to(path),
    "a link to /dev/null, where no file is": lambda path: path.symlink_to("/dev/null"),
    "a link to {home}/README, and": lambda path: path.symlink_to("README"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
@pytest.mark.parametrize("traces", [(), ("backups/crescendo-2026-11-29T02-30-00Z.db",)])
def test_what_lies_there_is_said_where_it_is_no_file(tmp_path: Path, kind: str, traces: tuple[str, ...]) -> None:
    for name in ("README", *traces):
        put(tmp_path, name)
    OTHER_KINDS[kind](tmp_path / "crescendo.db")
    there = sorted(path.name for path in tmp_path.iterdir())
    for command in (("run", "sync", "--data", SAMPLE), ("status",), ("new-store",), ("restore", tmp_path / "README")):
        ran = run(*command, "--home", tmp_path, environment=KEY)
        assert ran.code == 2
        assert f"crescendo.db lies {kind.format(home=tmp_path)}" in ran.err
        assert "(restore" not in ran.err
        assert "--home" in ran.err
        assert sorted(path.name for path in tmp_path.iterdir() if path.suffix != ".lock") == there


def test_the_backup_that_is_named_is_of_a_time_that_has_come(tmp_path: Path) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert newest_backup(tmp_path, now=now) is None
    in_order = (
        "backups/half of it.db",
        "backups/crescendo-2099-06-01T10-01-03Z.db",
        "backups/crescendo-2026-11-28T02-30-00Z.db",
        "backups/crescendo-2026-11-29T02-30-00Z.db",
    )
    for name in in_order:
        put(tmp_path, name)
        assert newest_backup(tmp_path, now=now) == tmp_path / name


def test_tables_without_a_row_are_no_store_that_was_in_use(tmp_path: Path) -> None:
    empty_store(tmp_path)
    assert run("run", "sync", "--data", SAMPLE, "--dry-run", "--home", tmp_path, environment=KEY).code == 0
    put(tmp_path, "receipts/forget-2026-11-29T02-30-00-000000Z.txt")
    ran = run("status", "--home", tmp_path, environment=KEY)
    assert ran.code == 2
    assert "holds nothing, but" in ran.err


def test_the_web_side_makes_none_either(tmp_path: Path) -> None:
    web = Running(tmp_path / "home")
    put(web.home, "receipts/forget-2026-11-29T02-30-00-000000Z.txt")
    with pytest.raises(AssertionError, match="is missing, but"):
        web.start()
    assert web.process is not None
    assert web.process.wait() == 2
    assert [path.name for path in web.home.iterdir()] == ["receipts"]


def test_a_move_carries_no_empty_store_away(tmp_path: Path, postgresql_url: str) -> None:
    put(tmp_path, "backups/a.db")
    put(tmp_path, "crescendo.db", b"")
    ran = run("move-store", "--home", tmp_path, environment={"DATABASE_URL": postgresql_url})
    assert ran.code == 2
    assert "holds nothing, but" in ran.err


def test_an_empty_database_beside_a_home_that_was_in_use(tmp_path: Path, postgresql_url: str) -> None:
    there = KEY | {"DATABASE_URL": postgresql_url}
    put(tmp_path, "backups/crescendo-2026-11-29T02-30-00Z.db")
    ran = run("run", "sync", "--data", SAMPLE, "--home", tmp_path, environment=there)
    assert ran.code == 2
    assert "holds nothing, but" in ran.err
    assert "DATABASE_URL" in ran.err
    looked = run("check", "--live", "--home", tmp_path, environment=there)
    assert looked.code != 0
    assert "holds nothing, but" in looked.out
    with closing(open_store(empty_store(tmp_path))) as store:  # it was never carried over
        store.state.bookmark("pulse").set("x")
    ran = run("status", "--home", tmp_path, environment=there)
    assert ran.code == 2
    assert "(move-store)" in ran.err
    began = run("new-store", "--home", tmp_path, environment=there)
    assert began.code == 0, began.err
    assert run("status", "--home", tmp_path, environment=there).code == 0
    again = run("new-store", "--home", tmp_path, environment=there)
    assert again.code == 2
    assert "holds what was stored" in again.err


def test_a_new_beginning_is_made_on_purpose(tmp_path: Path) -> None:
    put(tmp_path, "outbox/a.eml")
    put(tmp_path, "crescendo.db", b"")
    put(tmp_path, "crescendo.db-wal", b"the log of a file that is gone")
    ran = run("new-store", "--home", tmp_path)
    assert ran.code == 0, ran.err
    assert "is a new store" in ran.out
    assert "which packs were mailed" in ran.out
    (log,) = tmp_path.glob("crescendo.db.before-new-store-*-wal")
    assert log.read_bytes() == b"the log of a file that is gone"
    assert run("status", "--home", tmp_path, environment=KEY).code == 0
    again = run("new-store", "--home", tmp_path)
    assert again.code == 2
    assert "holds what was stored" in again.err
    assert "new-store" in run("audit", "--home", tmp_path).out
