"""The database under the store: one connection, transactions, and its errors in words.

Everything that SQLite and PostgreSQL do differently stands here.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from integration.errors import BusyError, CrescendoError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine

WAIT_SECONDS = 30
"""How long one writer waits for another."""

WRITES, BARE = "writes", "bare"
"""Options of a connection: its transaction is to write; it has no transaction at all."""
_WRITERS_LOCK = 0x6372657363  # any number that no other program in the database uses
_PRAGMAS = (
    "journal_mode=WAL",  # readers and a writer do not wait for each other
    "synchronous=FULL",  # what was committed survives a power cut
    "secure_delete=ON",  # what was erased is gone from the file
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-32000",
    "journal_size_limit=67108864",  # a large landing leaves no large log behind
)
_SQLITE_FAULTS = {
    sqlite3.SQLITE_FULL: "is on a full disk; make room, then run again",
    sqlite3.SQLITE_READONLY: "cannot be written; give the right to write it and its folder, then run again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder is there and can be written",
    sqlite3.SQLITE_NOTADB: "is not a database; move it away and run again, or put the backup in its place",
    sqlite3.SQLITE_CORRUPT: "is damaged; put the last backup in its place",
    sqlite3.SQLITE_IOERR: "cannot be read or written, because the disk failed or is full; check the disk",
}
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_KIND_OF_FAULT = 0xFF
_POSTGRESQL_BUSY, _POSTGRESQL_NOT_ALLOWED = "55P03", "42501"


class Database:
    """One database and our one connection to it; whoever comes second waits."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            self._name = parsed.database if _is_sqlite(parsed) else parsed.render_as_string()
            self._engine = _sqlite_engine(parsed) if _is_sqlite(parsed) else _engine(parsed)
        except (ArgumentError, ImportError):
            raise StoreError(
                "DATABASE_URL is not the address of a database that we can use;"
                " write it as sqlite:///folder/crescendo.db or postgresql+psycopg://user@host/name."
            ) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer shares: all of it is kept, or nothing.

        What it writes is on disk when the block has ended. Raises BusyError after 30 seconds of waiting.
        """
        with (
            self._explained(),
            self._engine.connect() as connection,
            connection.execution_options(**{WRITES: True}).begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _WRITERS_LOCK})
            yield connection

    def scrub(self, tables: Sequence[str]) -> bool:
        """Leave nothing of erased rows in the database's files; return whether that is sure already.

        SQLite is written anew and its log emptied; on PostgreSQL the tables are, and what was counted in them.
        """
        with self._explained():
            if self._engine.dialect.name == "postgresql":
                return self._scrub_postgresql(tables)
            with self._engine.connect().execution_options(**{BARE: True}) as connection:
                connection.exec_driver_sql("VACUUM")
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()
        if busy:
            raise BusyError(f"The store {self._name} is being read, so its log could not be emptied; run it again.")
        return True

    def check(self) -> None:
        """Read the whole of an SQLite file and leave it as one file, without a log. Raises StoreError."""
        with self._explained(), self._engine.connect().execution_options(**{BARE: True}) as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        if found != "ok":
            raise self.error("is damaged; nothing in it can be relied on")

    def _scrub_postgresql(self, tables: Sequence[str]) -> bool:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = '{WAIT_SECONDS}s'"))
            # Counted anew as well: the server keeps samples of what stood in each column.
            connection.execute(text(f"VACUUM (FULL, ANALYZE) {', '.join(tables)}"))
            connection.execute(text("VACUUM (FULL) pg_catalog.pg_statistic"))
            try:
                connection.execute(text("CHECKPOINT"))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) == _POSTGRESQL_NOT_ALLOWED:
                    return False
                raise
            finally:
                connection.execute(text("RESET lock_timeout"))
        return True

    def error(self, what: str) -> StoreError:
        """Return an error of this database; `what` goes after its name."""
        return StoreError(f"The store {self._name} {what}.")

    def close(self) -> None:
        """Let go of the connection."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeoutError:
            raise self._busy() from None
        except DBAPIError as error:
            raise self._explain(error.orig) from None

    def _explain(self, fault: BaseException | None) -> CrescendoError:
        if getattr(fault, "sqlstate", None) == _POSTGRESQL_BUSY:
            return self._busy()
        code = getattr(fault, "sqlite_errorcode", None)
        if code is None:
            # The first line only: PostgreSQL's details may hold what somebody answered.
            return self.error(f"failed ({str(fault).partition(chr(10))[0]}); check the database, then run again")
        kind = code & _KIND_OF_FAULT
        if kind in _SQLITE_BUSY:
            return self._busy()
        return self.error(_SQLITE_FAULTS.get(kind, f"failed ({fault}); check the file, then run again"))

    def _busy(self) -> BusyError:
        return BusyError(
            f"The store {self._name} was in use by somebody else for {WAIT_SECONDS} seconds; try again later."
        )


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _engine(url: URL) -> Engine:
    # Parameters are answers: they must not appear in an error.
    return create_engine(url, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS, hide_parameters=True)


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        _make_private(Path(url.database))
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS, hide_parameters=True,
        # The driver's own ways with transactions are switched off: it would begin too late for BEGIN IMMEDIATE.
        connect_args={"timeout": WAIT_SECONDS, "isolation_level": None, "check_same_thread": False},
    )  # fmt: skip
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(path: Path) -> None:
    """Make the file, which will hold people's answers, readable to nobody else; its logs take after it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be opened ({error.strerror}); choose a place that can be written."
        ) from None


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(BARE, False):
        return
    # A transaction that reads first and writes later fails at once when another has written in between.
    writes = options.get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
