"""SQLite: one file, written by one connection of one process at a time.

Libraries before 3.51.3 can lose pages where two connections write or checkpoint one WAL file at one moment. Here
every write transaction, every checkpoint and every closing (the last one checkpoints) is made under a lock that lies
beside the file; SQLite's own automatic checkpoints are off. The system frees the lock when its holder dies.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from integration.adapters.store import faults
from integration.adapters.store.faults import Fault, LockTimeoutError
from integration.adapters.store.tables import VERSION_TABLE, is_version_of_ours
from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.exc import DBAPIError

LOCK_SUFFIX, LOG_SUFFIX = ".lock", "-wal"
LOG_BYTES = 8_000_000
"""A write-ahead log that has grown beyond this is carried over into the file."""
POLL_SECONDS = 0.01
WRITES, BARE = "writes", "bare"
"""Options of a connection: its transaction is to write; it has none at all."""

_PRAGMAS = (
    "synchronous=FULL",  # what was committed survives a power cut
    "secure_delete=ON",  # what was erased is gone from the file
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cache_size=-32000",
    "wal_autocheckpoint=0",  # only under the lock
)
_FAULTS = {
    sqlite3.SQLITE_FULL: "is on a full disk; make room, then run again",
    sqlite3.SQLITE_READONLY: "cannot be written; give the right to write it and its folder, then run again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that its folder is there and can be written",
    sqlite3.SQLITE_NOTADB: "is not a database; put the last backup in its place: restore FILE",
    sqlite3.SQLITE_CORRUPT: "is damaged; put the last backup in its place: restore FILE",
    sqlite3.SQLITE_IOERR: "cannot be read or written, because the disk failed or is full; check the disk",
}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_KIND_OF_FAULT = 0xFF


class Sqlite:
    """A file; threads share the one connection, and wait for each other."""

    def __init__(self, url: URL) -> None:
        self.name = url.database or ":memory:"
        self._path = None if self.name == ":memory:" else Path(self.name)
        self._log = self._path and self._path.with_name(self._path.name + LOG_SUFFIX)
        self._is_exclusive = False
        self._opened: tuple[int, int] | None = None
        if self._path:
            # Readable by its owner alone, for it will hold people's answers; its logs get the same rights.
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            except OSError as error:
                raise StoreError(
                    f"The store {self._path} cannot be opened ({error.strerror}); choose a place that can be written."
                ) from None
        wait = faults.WAIT_SECONDS
        self.engine: Engine = create_engine(
            url, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=wait, hide_parameters=True,
            # The driver's own ways with transactions are switched off: it would begin too late for BEGIN IMMEDIATE.
            connect_args={"timeout": wait, "isolation_level": None, "check_same_thread": False},
        )  # fmt: skip
        event.listen(self.engine, "connect", self._set_up)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one state of the file."""
        with self.engine.connect() as connection, connection.begin():
            self._check_place(self._path)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction, under the lock. Raises LockTimeoutError."""
        with self.engine.connect() as connection, self._locked():
            with connection.execution_options(**{WRITES: True}).begin():
                yield connection
            self._check_place(self._path, self._log)
            self._checkpoint_long_log(connection)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock for as long as the block runs. Raises LockTimeoutError."""
        with self._locked():
            self._is_exclusive = True
            try:
                yield
            finally:
                self._is_exclusive = False

    def vacuum(self, tables: Sequence[str]) -> bool:  # noqa: ARG002  # a file is written anew as a whole
        """Write the file anew and empty its log, under the lock. Raises LockTimeoutError."""
        with self.engine.connect() as connection, self._locked():
            bare = connection.execution_options(**{BARE: True})
            bare.exec_driver_sql("VACUUM")
            if bare.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise LockTimeoutError
        return True

    def to_fault(self, error: DBAPIError) -> Fault:
        """Return what has happened; SQLite's own words name tables and files, never a value."""
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & _KIND_OF_FAULT in _BUSY:
            return Fault(is_busy=True)
        other = f"failed ({error.orig}); check the file, then run again"
        return Fault(_FAULTS.get((code or 0) & _KIND_OF_FAULT, other))

    def close(self) -> None:
        """Close, under the lock; while another process holds it, ours is not the last connection to checkpoint."""
        with suppress(LockTimeoutError), self._locked():
            self.engine.dispose()
        self.engine.dispose()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock beside the file. Raises LockTimeoutError."""
        if self._path is None or self._is_exclusive:
            yield
            return
        with lock_file(self._path):
            yield

    def _check_place(self, *paths: Path | None) -> None:
        """Raise StoreError where one of our files is not the one of its name any more: what is written to it is lost.

        The system goes on writing to a file that was removed or replaced.
        """
        found = [_identity(path) for path in paths if path]
        if found and (None in found or found[0] != self._opened):
            raise StoreError(
                f"The store {self.name} was removed or exchanged while it was open; stop whatever runs in its folder, "
                "put the file back, or the last backup in its place: restore FILE, then start again."
            )

    def _checkpoint_long_log(self, connection: Connection) -> None:
        """Carry a log that has grown over into the file, as far as no reader still needs it.

        What was committed is on disk already: where the file cannot take it now, the log goes on growing.
        """
        try:
            if self._log is None or self._log.stat().st_size <= LOG_BYTES:
                return
        except FileNotFoundError:
            return
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101  # for the type checker
        raw.execute("PRAGMA busy_timeout=0")
        with suppress(sqlite3.Error):
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        raw.execute(f"PRAGMA busy_timeout={int(faults.WAIT_SECONDS * 1000)}")

    def _set_up(self, connection: sqlite3.Connection, _: object) -> None:
        if self._path:
            self._opened = _identity(self._path)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not has_tables_of_others(connection) and connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            # Readers and a writer do not wait for each other. It stands in the file, so it is written once.
            with self._locked():
                connection.execute("PRAGMA journal_mode=WAL")


@contextmanager
def lock_file(path: Path, *, wait_seconds: float | None = None) -> Iterator[None]:
    """Hold the lock of the SQLite file at the path: no other process writes it.

    Raises LockTimeoutError, or StoreError.
    """
    # Made anew each time: a lock is not shared by threads, and none is taken over by a process that was forked.
    lock = FileLock(f"{path}{LOCK_SUFFIX}", mode=0o600, poll_interval=POLL_SECONDS, fallback_to_soft=False)
    try:
        lock.acquire(timeout=faults.WAIT_SECONDS if wait_seconds is None else wait_seconds)
    except Timeout:
        raise LockTimeoutError from None
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be locked ({error.strerror or error}); give the right to write its folder, which "
            "must be on a disk of this machine."
        ) from None
    try:
        yield
    finally:
        lock.release()


def has_tables_of_others(connection: sqlite3.Connection) -> bool:
    """Return whether another program made the file: it has tables, and nothing says of which version of ours."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    query = f"SELECT version_num FROM {VERSION_TABLE}"  # noqa: S608  # a constant
    found = connection.execute(query).fetchone() if VERSION_TABLE in tables else None
    is_ours = found is not None and is_version_of_ours(found[0])
    return not is_ours and any(not name.startswith("sqlite_") for name in tables)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what identifies a file, also among others of its name; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(BARE, False):
        return
    # A transaction that reads first and writes later fails at once when another has written in between.
    writes = options.get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
