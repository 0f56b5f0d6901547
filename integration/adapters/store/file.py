"""The SQLite file of a store as one thing: checked, copied, put aside, put in place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from integration.adapters.store.copy import Carried, copy_store
from integration.adapters.store.database import Database
from integration.adapters.store.migrate import bring_up_to_date, is_up_to_date
from integration.adapters.store.sqlite import LOG_SUFFIX
from integration.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INDEX_SUFFIX = "-shm"
DAMAGED = "is damaged (found: {}); put the last backup in its place: restore FILE"
SHOWN = 120


def check_store(database: Database) -> None:
    """Read every page of a SQLite store. Raises StoreError where one is damaged; PostgreSQL looks after its own."""
    if database.is_sqlite:
        with database.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise database.error(DAMAGED.format(_one_line(found)))


def check_file(path: Path) -> None:
    """Read every page of a SQLite file that nobody has open. Raises StoreError where one is damaged."""
    try:
        with closing(_open_to_read(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = error
    if found != "ok":
        raise StoreError(f"The file {path} is damaged (found: {_one_line(found)}); take another backup.")


def copy_to_file(database: Database, path: Path) -> None:
    """Write one state of the store into a new SQLite file, which is whole by itself; the store is only read.

    Raises StoreError.
    """
    if not database.is_sqlite:
        if not is_up_to_date(database):
            raise database.error("is of another version of this service; run a job, which brings it up to date")
        carry_to_file(database, path)
        return
    with database.reading() as connection, _as_store_error(path), closing(sqlite3.connect(path)) as target:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  # for the type checker
        source.backup(target)
    _make_whole(path)


def carry_to_file(database: Database, path: Path) -> Carried:
    """Do the same row by row, from either database; return how much it was."""
    with closing(Database(f"sqlite:///{path}")) as target:
        bring_up_to_date(target)
        carried = copy_store(database, target)
    _make_whole(path)
    return carried


def copy_of_file(source: Path, path: Path) -> None:
    """Copy a SQLite file that nobody has open, leaving it as it is. Raises StoreError."""
    with _as_store_error(path), closing(_open_to_read(source)) as read, closing(sqlite3.connect(path)) as write:
        read.backup(write)
    _make_whole(path)


def refuse_others(path: Path) -> None:
    """Raise BusyError where another process has the file open. To be called under its lock, with nothing open."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            # The file can only leave this mode when nobody else has it open.
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise BusyError(
                f"The store {path} is open in another process; stop the web pages and jobs of this home, then run "
                "again."
            ) from None
        # A file that is no database, or damaged, is open to nobody.


def put_aside(path: Path, *, why: str, moment: str) -> Path | None:
    """Give the file another name, with what belongs to it; return that name, None where there is no file.

    To be called under its lock, with nothing open. Raises BusyError where another process has it open.
    """
    if not path.exists():
        return None
    refuse_others(path)
    aside = path.with_name(f"{path.name}.{why}-{moment}")
    log = path.with_name(path.name + LOG_SUFFIX)
    with _as_store_error(aside):
        path.rename(aside)
        if log.exists():
            log.rename(aside.with_name(aside.name + LOG_SUFFIX))
        path.with_name(path.name + INDEX_SUFFIX).unlink(missing_ok=True)
        _sync(path.parent)
    return aside


def put_in_place(made: Path, path: Path) -> None:
    """Give a file that was made beside it its name, at one stroke and for good."""
    with _as_store_error(path):
        _sync(made)
        made.replace(path)
        _sync(path.parent)


def _make_whole(path: Path) -> None:
    """Let the file be whole without a log beside it, and readable to its owner alone."""
    with _as_store_error(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    path.chmod(0o600)


def _open_to_read(path: Path) -> sqlite3.Connection:
    log = path.with_name(path.name + LOG_SUFFIX)
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)


@contextmanager
def _as_store_error(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path} cannot be made ({getattr(error, 'strerror', None) or error}); make room, or choose another place."
        ) from None


def _one_line(found: object) -> str:
    return " ".join(str(found).split())[:SHOWN]


def _sync(path: Path) -> None:
    """Have the file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
