"""Carries everything of one store into another, whichever databases they lie in, and compares it afterwards.

A store moves from the file of a home to a server, or back; and a backup is a copy in a file, which is whole by itself.
"""

from __future__ import annotations

import hashlib
import marshal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, text

from integration.adapters.store.file import (
    as_store_error,
    make_whole,
    put_aside,
    put_in_place,
    refuse_others,
    temporary_folder,
)
from integration.adapters.store.state import State
from integration.adapters.store.store import Database, bring_up_to_date, is_up_to_date
from integration.adapters.store.tables import metadata
from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Table

AT_ONCE = 500
"""Rows handed over in one call."""
_SEQUENCE = "pg_get_serial_sequence(:name, 'seq')"


@dataclass(frozen=True, slots=True)
class CopyResult:
    """How much was carried over."""

    tables: int
    rows: int

    def in_words(self) -> str:
        """Return how much, in words."""
        return f"{self.rows} rows of {self.tables} tables"


def copy_store(source: Database, target: Database) -> CopyResult:
    """Copy every row of one state of the source into the target, in one transaction: all of it, or nothing.

    Both must be of today's version. Afterwards the target gives new rows the numbers that the source would have given.
    Raises StoreError where the target holds anything, or where what it holds afterwards is not what was read.
    """
    rows = 0
    with source.reading() as read, target.writing() as write:
        filled = [t.name for t in metadata.sorted_tables if write.execute(select(t).limit(1)).first() is not None]
        if filled:
            raise target.error(f"is not empty: there are rows in {', '.join(filled)}; name an empty database")
        for table in metadata.sorted_tables:
            sent, came = _Sum(), _Sum()
            for batch in _batches(source, read, table):
                write.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001  # its public name
                sent.add(batch)
            for batch in _batches(target, write, table):
                came.add(batch)
            if sent != came:
                raise target.error(
                    f"does not hold what was copied into its table {table.name}; nothing was kept, try again"
                )
            rows += sent.rows
            if "seq" in table.c:
                with source.as_store_errors():
                    number = _last_number(read, table)
                if number:
                    _set_last_number(write, table, number)
    return CopyResult(len(metadata.tables), rows)


def move_to_server(path: Path, url: str, *, now: datetime) -> tuple[CopyResult, Path]:
    """Carry the SQLite file at the path into the empty database at the URL; return what, and the file's new name.

    No other process can write the file meanwhile, and none finds it afterwards. Raises StoreError where the database
    is not empty, BusyError where another process has the file open; then both are as they were.
    """
    with closing(Database(f"sqlite:///{path}")) as source, source.exclusive():
        refuse_others(path)
        bring_up_to_date(source)
        with closing(Database(url)) as target:
            bring_up_to_date(target)
            carried = copy_store(source, target)
            source.close()
            try:
                aside = put_aside(path, why="moved", now=now)
            except BaseException:
                # Readers are not kept out, so another process may have opened the file: it stays the only store.
                with target.writing() as connection:
                    for table in reversed(metadata.sorted_tables):
                        connection.execute(delete(table))
                raise
    return carried, aside or path


def move_to_file(url: str, path: Path) -> CopyResult:
    """Carry the database at the URL into a new SQLite file at the path; it then says so, and keeps what it holds.

    Raises StoreError where there is a file already.
    """
    if path.exists():
        raise StoreError(f"The store {path} is there already; move it away, or name another home.")
    with closing(Database(url)) as source, temporary_folder(path.parent) as made_in:
        bring_up_to_date(source)
        carried = copy_rows_to_file(source, made_in / path.name)
        put_in_place(made_in / path.name, path)
        State(source).moved_to.set(str(path.absolute()))
    return carried


def copy_to_file(database: Database, path: Path) -> None:
    """Write one state of the store into a new SQLite file, which is whole by itself; the store is only read.

    Raises StoreError.
    """
    if not database.is_sqlite:
        if not is_up_to_date(database):
            raise database.error("is of another version of this service; run a job, which brings it up to date")
        copy_rows_to_file(database, path)
        return
    with database.reading() as connection, as_store_error(path), closing(sqlite3.connect(path)) as target:
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)  # noqa: S101  # for the type checker
        source.backup(target)
    make_whole(path)


def copy_rows_to_file(database: Database, path: Path) -> CopyResult:
    """Do the same row by row, from either database; return how much it was."""
    with closing(Database(f"sqlite:///{path}")) as target:
        bring_up_to_date(target)
        carried = copy_store(database, target)
    make_whole(path)
    return carried


def _last_number(connection: Connection, table: Table) -> int:
    """Return the greatest number ever given to a row of the table, also to one that was erased since; 0 for none."""
    query = (
        f"SELECT pg_sequence_last_value(CAST({_SEQUENCE} AS regclass))"
        if connection.dialect.name == "postgresql"
        else "SELECT seq FROM sqlite_sequence WHERE name = :name"
    )
    given = connection.execute(text(query), {"name": table.name}).scalar()
    there = connection.execute(select(func.max(table.c.seq))).scalar()
    return max(given or 0, there or 0)


def _set_last_number(connection: Connection, table: Table, number: int) -> None:
    """Let the table's next row have the number after this one."""
    given = {"name": table.name, "number": number}
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT setval({_SEQUENCE}, :number, true)"), given)
    else:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), given)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), given)


def _batches(database: Database, connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    with database.as_store_errors():
        result = connection.execute(select(table), execution_options={"yield_per": AT_ONCE})
    while True:
        with database.as_store_errors():
            batch = result.fetchmany(AT_ONCE)
        if not batch:
            return
        yield batch


@dataclass(slots=True)
class _Sum:
    """The count of rows and the sum of their digests, which is the same in whatever order they come."""

    rows: int = 0
    digests: int = 0

    def add(self, batch: Sequence[Any]) -> None:
        self.rows += len(batch)
        for row in batch:
            # As bytes in which text, numbers and nothing differ; halves of surrogate pairs have them too.
            digest = hashlib.sha256(marshal.dumps(tuple(row), 2)).digest()
            self.digests = (self.digests + int.from_bytes(digest, "big")) % 2**256
