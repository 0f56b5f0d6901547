"""A store is carried over whole: from either database into either."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from integration.adapters.store import open_store, tables
from integration.adapters.store.backup import backups_before, write_backup
from integration.adapters.store.copy import CopyResult, copy_store, move_to_file, move_to_server
from integration.adapters.store.file import remove_leftovers, temporary_folder
from integration.adapters.store.restore import restore_to_file, restore_to_server
from integration.adapters.store.store import Database
from integration.errors import BusyError, StoreError
from integration.model import Condition
from tests.unit.integration.adapters.store.filled import LARGEST, fill
from tests.unit.integration.adapters.store.stored import LATER, NOW, empty_store, response, url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture
def empty(tmp_path: Path, postgresql: Server) -> Iterator[Callable[[str], str]]:
    """Give a function that gives another empty store in the database of that name."""
    on_the_server = []

    def make(kind: str) -> str:
        if kind == "PostgreSQL":
            on_the_server.append(postgresql.new_database())
            return on_the_server[-1]
        folder = tmp_path / f"another-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return empty_store(folder)

    yield make
    for url in on_the_server:
        postgresql.drop_database(url)


def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return what the service reads out of each table."""
    with closing(Database(url)) as database, database.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
        }


def copy(source: str, target: str) -> CopyResult:
    with closing(Database(source)) as one, closing(Database(target)) as other:
        return copy_store(one, other)


@pytest.mark.parametrize("into", ["SQLite", "PostgreSQL"])
def test_everything_is_carried_over_and_new_rows_get_new_numbers(
    url: str, into: str, empty: Callable[[str], str]
) -> None:
    fill(url)
    before = everything(url)
    assert all(before.values()), "each table has something in it"
    target = empty(into)
    carried = copy(url, target)
    assert everything(target) == before
    assert carried == CopyResult(len(before), sum(map(len, before.values())))
    with closing(open_store(target)) as store:
        assert store.responses.land("pulse", [response("R1")], received_at=LATER).new == 0
        assert store.responses.land("pulse", [response("new")], received_at=LATER).new == 1
        assert [version.seq for version in store.responses.versions_after("pulse", 1201)] == [1202]
        store.alerts.add([Condition("silent/pulse", "", "")], now=LATER)
        assert [alert.seq for alert in store.alerts.unsettled()] == [1, 3], "that of an erased one is not used again"
        store.runs.record("sync", started_at=NOW, ended_at=NOW, outcome="done", note="the last that can be numbered")
        assert max(row[0] for row in everything(target)["runs"]) == LARGEST + 1


def test_a_target_that_holds_anything_is_refused_and_left_alone(url: str, empty: Callable[[str], str]) -> None:
    fill(url)
    target = empty("PostgreSQL")
    with closing(open_store(target)) as store:
        store.state.bookmark("name").set("somebody else's")
    before = everything(target)
    with pytest.raises(StoreError, match="is not empty: there are rows in memories"):
        copy(url, target)
    assert everything(target) == before


REFUSED = "CREATE TRIGGER no BEFORE INSERT ON tombstones BEGIN SELECT RAISE(ABORT, 'no'); END"
CHANGED = "CREATE TRIGGER other AFTER INSERT ON memories BEGIN UPDATE memories SET value = 'other'; END"


@pytest.mark.parametrize(("fault", "said"), [(REFUSED, "failed"), (CHANGED, "does not hold what was copied")])
def test_a_copy_into_a_file_that_fails_leaves_it_empty(
    url: str, empty: Callable[[str], str], fault: str, said: str
) -> None:
    fill(url)
    target = empty("SQLite")
    with closing(Database(target)) as database, database.writing() as connection:
        connection.exec_driver_sql(fault)
    with pytest.raises(StoreError, match=said):
        copy(url, target)
    assert not any(everything(target).values())


def test_a_copy_into_a_server_that_fails_leaves_it_empty(
    url: str, empty: Callable[[str], str], postgresql: Server
) -> None:
    fill(url)
    target = empty("PostgreSQL")
    postgresql.say("ALTER TABLE tombstones ADD CONSTRAINT no CHECK (why <> 'asked')", target)
    with pytest.raises(StoreError, match="failed") as told:
        copy(url, target)
    assert "asked" not in str(told.value)
    assert not any(everything(target).values())
    postgresql.say("ALTER TABLE tombstones DROP CONSTRAINT no", target)
    copy(url, target)
    assert everything(target) == everything(url)


# --- moving over ------------------------------------------------------------------------------------------


def test_a_store_moves_to_a_server_and_back(tmp_path: Path, empty: Callable[[str], str]) -> None:
    fill(empty_store(tmp_path))
    before = everything(url_of(tmp_path))
    server = empty("PostgreSQL")
    _, aside = move_to_server(tmp_path / "crescendo.db", server, now=NOW)
    assert everything(server) == before
    assert aside.name == "crescendo.db.moved-2022-07-31T09-00-00Z"
    assert aside.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {aside.name, "crescendo.db.lock"}
    move_to_file(server, tmp_path / "crescendo.db")
    assert everything(url_of(tmp_path)) == before
    with pytest.raises(StoreError, match="is there already"):
        move_to_file(server, tmp_path / "crescendo.db")


def test_a_store_that_somebody_has_open_is_not_moved(tmp_path: Path, empty: Callable[[str], str]) -> None:
    server = empty("PostgreSQL")
    with closing(open_store(empty_store(tmp_path))) as store:
        store.state.bookmark("name").set("value")
        with pytest.raises(BusyError, match="open in another process"):
            move_to_server(tmp_path / "crescendo.db", server, now=NOW)
        store.state.bookmark("other").set("value")
    assert not any(everything(server).values())
    move_to_server(tmp_path / "crescendo.db", server, now=NOW)
    with closing(open_store(server)) as moved:
        assert (moved.state.bookmark("name").get(), moved.state.bookmark("other").get()) == ("value", "value")


def test_where_somebody_opens_it_meanwhile_both_stores_are_as_they_were(
    tmp_path: Path, empty: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, path = empty("PostgreSQL"), tmp_path / "crescendo.db"
    fill(empty_store(tmp_path))
    before = everything(url_of(tmp_path))
    readers = []

    def copy_and_open(source: Database, target: Database) -> CopyResult:
        carried = copy_store(source, target)
        readers.append(sqlite3.connect(path))
        readers[0].execute("SELECT * FROM memories").fetchall()
        return carried

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.adapters.store.copy.copy_store", copy_and_open)
        with pytest.raises(BusyError, match="open in another process"):
            move_to_server(path, server, now=NOW)
    readers[0].close()
    assert not any(everything(server).values())
    move_to_server(path, server, now=NOW)
    assert everything(server) == before


def test_a_store_is_not_moved_into_one_that_is_filled(tmp_path: Path, empty: Callable[[str], str]) -> None:
    server = empty("PostgreSQL")
    fill(server)
    fill(empty_store(tmp_path))
    with pytest.raises(StoreError, match="is not empty"):
        move_to_server(tmp_path / "crescendo.db", server, now=NOW)
    assert (tmp_path / "crescendo.db").exists()


# --- backups ----------------------------------------------------------------------------------------------


def test_a_backup_is_a_whole_store_for_its_owner_alone(url: str, tmp_path: Path) -> None:
    fill(url)
    folder = tmp_path / "backups"
    with closing(open_store(url)) as in_use:
        in_use.state.bookmark("while").set("in use")
        path = write_backup(url, folder, now=NOW)
    assert path.name == "crescendo-2022-07-31T09-00-00Z.db"
    assert [each.name for each in folder.iterdir()] == [path.name]
    assert path.stat().st_mode & 0o777 == 0o600
    assert everything(f"sqlite:///{path}") == everything(url)


def test_old_backups_are_known_by_their_names_and_the_newest_is_never_among_them(tmp_path: Path) -> None:
    url = empty_store(tmp_path)
    folder = tmp_path / "backups"
    for day in range(3):
        write_backup(url, folder, now=NOW + timedelta(days=day))
    (folder / "crescendo-by-hand.db").write_text("not ours")
    one = timedelta(days=1)

    def old(moment: datetime, *, now: datetime) -> list[str]:
        return [path.name[10:20] for path in backups_before(folder, moment, now=now)]

    assert old(NOW + one, now=NOW + 40 * one) == ["2022-07-31"]
    assert old(NOW + 400 * one, now=NOW + 400 * one) == ["2022-07-31", "2022-08-01"]
    write_backup(url, folder, now=NOW + 370 * one)  # by a clock that was ahead
    assert old(NOW + 9 * one, now=NOW + 40 * one) == ["2022-07-31", "2022-08-01"], "the newest that has come stays"


def test_what_a_killed_backup_left_is_taken_away_by_the_next(tmp_path: Path) -> None:
    url, folder = empty_store(tmp_path), tmp_path / "backups"
    (folder / ".making-killed").mkdir(parents=True)
    (folder / ".making-killed" / "half.db").write_text("half")
    path = write_backup(url, folder, now=NOW)
    assert list(folder.iterdir()) == [path]


def test_a_folder_in_which_somebody_works_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".making-killed").mkdir()
    with temporary_folder(tmp_path) as folder:
        assert remove_leftovers(tmp_path) == (folder.name,)
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


def damage(path: Path) -> None:
    """Write over pages in the middle of the file."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)


def test_a_damaged_store_is_not_backed_up_and_older_backups_stay(tmp_path: Path) -> None:
    url, folder = empty_store(tmp_path), tmp_path / "backups"
    fill(url)
    good = write_backup(url, folder, now=NOW)
    damage(tmp_path / "crescendo.db")
    with pytest.raises(StoreError, match="is damaged"):
        write_backup(url, folder, now=LATER)
    assert list(folder.iterdir()) == [good]


def test_a_damaged_store_is_put_aside_and_the_backup_takes_its_place(tmp_path: Path) -> None:
    url, folder = empty_store(tmp_path), tmp_path / "backups"
    fill(url)
    before = everything(url)
    good = write_backup(url, folder, now=NOW)
    (tmp_path / "crescendo.db").write_bytes(b"no database " * 1000)
    replaced = restore_to_file(good, tmp_path / "crescendo.db", buried=[], now=LATER, blank=bytes)
    assert replaced.aside is not None
    assert replaced.inherited.problem.endswith("could not be read")
    assert replaced.aside.read_bytes().startswith(b"no database")
    assert everything(url) == before
    assert good.exists()


def test_a_backup_that_is_damaged_changes_nothing(tmp_path: Path) -> None:
    url, folder = empty_store(tmp_path), tmp_path / "backups"
    fill(url)
    bad = write_backup(url, folder, now=NOW)
    damage(bad)
    before = everything(url)
    with pytest.raises(StoreError, match="take another backup"):
        restore_to_file(bad, tmp_path / "crescendo.db", buried=[], now=LATER, blank=bytes)
    with closing(sqlite3.connect(bad)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        restore_to_file(bad, tmp_path / "crescendo.db", buried=[], now=LATER, blank=bytes)
    assert everything(url) == before


def test_a_store_in_use_is_not_replaced(tmp_path: Path) -> None:
    url, folder = empty_store(tmp_path), tmp_path / "backups"
    path = write_backup(url, folder, now=NOW)
    with closing(open_store(url)) as store:
        store.state.bookmark("name").set("value")
        with pytest.raises(BusyError, match="open in another process"):
            restore_to_file(path, tmp_path / "crescendo.db", buried=[], now=LATER, blank=bytes)
        with store.database.writing(), pytest.raises(BusyError, match="being written"):  # takes long
            restore_to_file(path, tmp_path / "crescendo.db", buried=[], now=LATER, blank=bytes)
        assert store.state.bookmark("name").get() == "value"


def test_a_backup_goes_into_an_empty_database(url: str, tmp_path: Path, empty: Callable[[str], str]) -> None:
    fill(url)
    path = write_backup(url, tmp_path / "backups", now=NOW)
    server = empty("PostgreSQL")
    place, _ = restore_to_server(path, server, tmp_path / "home", buried=[], now=NOW, blank=bytes)
    assert "postgres@127.0.0.1" in place
    assert everything(server) == everything(url)
