"""The SQLite file of a store as one thing: checked, copied, put aside, put in place; and temporary copies of it.

A temporary copy lies in a folder of its own, which is removed afterwards. The process that works in it holds its lock,
which the system frees when the process dies: that is how a folder that was left behind is known.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.store.sqlite import LOG_SUFFIX, has_tables_of_others
from integration.adapters.store.store import shorten_finding
from integration.adapters.store.tables import VERSION_TABLE
from integration.errors import BusyError, CrescendoError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


INDEX_SUFFIX = "-shm"
COPY_PREFIX, DRY_RUN_PREFIX = ".making-", ".dry-run-"
"""How the names of temporary folders begin: a copy is made there, or a job is tried out."""


def check_file(path: Path) -> None:
    """Read every page of a SQLite file that no process has open. Raises StoreError where one is damaged."""
    try:
        with closing(open_to_read(path)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        found = error
    if found != "ok":
        raise StoreError(f"The file {path} is damaged (found: {shorten_finding(found)}); take another backup.")


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a SQLite file that is only read. Raises sqlite3.Error."""
    log = path.with_name(path.name + LOG_SUFFIX)
    # Without a log the file is whole by itself; read as unchanging, SQLite makes no files beside it.
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)


def is_blank_file(path: Path) -> bool:
    """Return whether nothing was ever stored in the SQLite file: it is missing, empty, or has no row.

    Nothing is made by asking. A file that cannot be read as a database is not blank: opening it says what is wrong.
    """
    if not path.exists() or not path.stat().st_size:
        return True  # even beside a log, which belongs to a file that is gone, and which SQLite would remove
    try:
        with closing(open_to_read(path)) as connection:
            names = (name for name in _tables(connection) if name != VERSION_TABLE)
            return all(connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is None for name in names)  # noqa: S608  # names of the file's own tables
    except sqlite3.Error:
        return False


def is_foreign_file(path: Path) -> bool:
    """Return whether the SQLite file is another program's: it has tables, and nothing says of which version of ours.

    Nothing is made by asking. A file that cannot be read as a database is not foreign: opening it says what is wrong.
    """
    if not path.is_file() or not path.stat().st_size:
        return False
    try:
        with closing(open_to_read(path)) as connection:
            return has_tables_of_others(connection)
    except sqlite3.Error:
        return False


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in rows if not name.startswith("sqlite_")]


def copy_of_file(source: Path, path: Path) -> None:
    """Copy a SQLite file that no process has open, leaving it as it is. Raises StoreError."""
    with as_store_error(path), closing(open_to_read(source)) as read, closing(sqlite3.connect(path)) as write:
        read.backup(write)
    make_whole(path)


def refuse_others(path: Path) -> None:
    """Raise BusyError where another process has the file open. To be called under its lock, with nothing open."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            # The file can only leave this mode when no other process has it open.
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
            raise BusyError(
                f"The store {path} is open in another process; stop the web pages and jobs of this home, then run "
                "again."
            ) from None
        # A file that is no database, or damaged, is open in no process.


def put_aside(path: Path, *, why: str, now: datetime) -> Path | None:
    """Give the file another name, with what belongs to it; return that name, None where there is no file.

    To be called under its lock, with nothing open. Raises BusyError where another process has it open.
    """
    if not path.exists():
        return None
    refuse_others(path)
    aside = name_aside(path, why=why, now=now)
    log = path.with_name(path.name + LOG_SUFFIX)
    with as_store_error(aside):
        path.rename(aside)
        if log.exists():
            log.rename(aside.with_name(aside.name + LOG_SUFFIX))
        path.with_name(path.name + INDEX_SUFFIX).unlink(missing_ok=True)
        sync_to_disk(path.parent)
    return aside


def name_aside(path: Path, *, why: str, now: datetime) -> Path:
    """Return a name beside the file under which nothing lies yet, such as `crescendo.db.moved-2026-11-29T02-30-00Z`."""
    name, more = f"{path.name}.{why}-{moment_in_names(now)}", 1
    aside = path.with_name(name)
    while any(aside.with_name(aside.name + ending).exists() for ending in ("", LOG_SUFFIX)):
        more += 1
        aside = path.with_name(f"{name}-{more}")
    return aside


def put_in_place(made: Path, path: Path) -> None:
    """Give a file that was made beside it its name, at one stroke and for good."""
    with as_store_error(path):
        sync_to_disk(made)
        made.replace(path)
        sync_to_disk(path.parent)


def moment_in_names(now: datetime) -> str:
    """Return a moment as it stands in the name of a file."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"


@contextmanager
def temporary_folder(folder: Path, prefix: str = COPY_PREFIX) -> Iterator[Path]:
    """Give an empty folder inside the folder, for this process alone, removed afterwards. Raises StoreError.

    An error that names a file in it names that file's place in the folder itself.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made, handle = _make_locked_folder(folder, prefix)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror}); give the right to write there, or make room."
        ) from None
    try:
        yield made
    except CrescendoError as error:  # people do not know what lies there: what is made of it is named instead
        error.args = tuple(str(part).replace(str(made), str(folder)) for part in error.args)
        raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(handle)


def remove_leftovers(folder: Path, prefix: str = COPY_PREFIX) -> tuple[str, ...]:
    """Remove the temporary folders that killed processes left; return the names of those in which a process works."""
    in_use = []
    for left in sorted(folder.glob(f"{prefix}*")):
        try:
            handle = _lock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            in_use.append(left.name)
        except OSError:  # removed meanwhile, or no folder
            continue
        else:
            shutil.rmtree(left, ignore_errors=True)
            os.close(handle)
    return tuple(in_use)


def make_whole(path: Path) -> None:
    """Let the file be whole without a log beside it, and readable to its owner alone."""
    with as_store_error(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    path.chmod(0o600)


@contextmanager
def as_store_error(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is made into a StoreError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreError(
            f"{path} cannot be made ({getattr(error, 'strerror', None) or error}); make room, or choose another place."
        ) from None


def sync_to_disk(path: Path) -> None:
    """Have the file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_locked_folder(folder: Path, prefix: str) -> tuple[Path, int]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        with suppress(FileNotFoundError):  # taken for a leftover between its making and its lock: make another
            handle = _lock(made, fcntl.LOCK_EX)
            if made.is_dir():
                return made, handle
            os.close(handle)


def _lock(folder: Path, how: int) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, how)
    except OSError:
        os.close(handle)
        raise
    return handle
