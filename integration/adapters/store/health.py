"""The health check of a store: whether it can be opened. Nothing is made, migrated or locked."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.store.file import open_to_read
from integration.adapters.store.store import (
    FOREIGN,
    Database,
    has_foreign_tables,
    is_blank,
    version_of,
)
from integration.adapters.store.tables import NEWEST, VERSION_TABLE, is_version_of_ours
from integration.errors import CrescendoError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

MENDED, MENDED_BEFORE = (3, 51, 3), ((3, 50, 7), (3, 44, 6))
"""The versions of SQLite since which two writers at one moment lose nothing."""
ROOM_BYTES = 1_000_000
"""What a store asks for at once, with its log, when it takes in as many answers as one transaction holds."""
NEWER = "was written by a newer version of this service; install that version"
RENEWS = "brings it up to date"
CURRENT = "can be opened."


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """`state` says in a sentence what there is; `problem` what keeps it from being used, `warnings` what to look at.

    `name` is the path of a file, or the address of a database without its password.
    """

    name: str
    state: str
    problem: CrescendoError | None = None
    warnings: tuple[str, ...] = ()
    is_current: bool = False
    """Whether it can be used as it is: its tables are those of this version."""
    is_blank: bool = False
    """Whether it is a database in which nothing was ever stored."""


def check_server(url: str) -> StoreHealth:
    """Return the state of the PostgreSQL database at the URL."""
    database = Database(url)
    try:
        with database.reading() as connection:
            number = str(connection.exec_driver_sql("SHOW server_version").scalar()).split()[0]
            version = version_of(connection)
            is_foreign = version is None and has_foreign_tables(connection)
        blank = is_blank(database)
    except CrescendoError as problem:
        return StoreHealth(database.name, "cannot be used.", problem)
    finally:
        database.close()
    server = f"answers (PostgreSQL {number})"
    if is_foreign:
        return StoreHealth(database.name, f"{server}.", database.error(FOREIGN))
    if version is None or version < NEWEST:
        todo = "makes the tables" if version is None else RENEWS
        return StoreHealth(database.name, f"{server}; the next run {todo}.", is_blank=blank)
    newer = database.error(NEWER) if version > NEWEST else None
    return StoreHealth(database.name, f"{server}.", newer, is_current=newer is None, is_blank=blank)


def check_store_file(path: Path) -> StoreHealth:
    """Return the state of the SQLite file at the path."""
    state, problem = _check_file(path) if path.exists() else _check_place(path)
    warnings = sqlite_warnings(sqlite3.sqlite_version_info)
    if problem:
        return StoreHealth(str(path), "cannot be used.", StoreError(f"The store {path} {problem}."), warnings)
    return StoreHealth(str(path), state, warnings=warnings, is_current=state == CURRENT)


def has_room(folder: Path) -> bool:
    """Return whether something can be stored in the folder: the disk, or what is allowed of it, is not full.

    The room is asked for and given back; nothing is written.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
    except OSError:
        return False
    return True


def sqlite_warnings(library: tuple[int, ...]) -> tuple[str, ...]:
    """Return what is to be known of this version of the SQLite library."""
    if library >= MENDED or any(since <= library < (since[0], since[1] + 1) for since in MENDED_BEFORE):
        return ()
    found, mended = (".".join(map(str, version)) for version in (library, MENDED))
    warning = (
        f"this machine's SQLite is {found}, and before {mended} two programs that write at one moment can lose what "
        "was stored. This service writes under a lock of its own, so nothing is to be done; but let no other program "
        "write to the store."
    )
    return (warning,)


def _check_file(path: Path) -> tuple[str, str]:
    """Return in a sentence what there is, and what keeps it from being used; one of the two is ""."""
    try:
        version = _version(path)
    except sqlite3.Error as error:
        found = "cannot be read" if isinstance(error, sqlite3.OperationalError) else "is no database, or is damaged"
        return "", f"{found}; check the file, or put the last backup in its place"
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return "", "cannot be written; give the right to write it and its folder"
    if version is None or version < NEWEST:
        return f"can be opened; the next run {RENEWS}.", ""
    return ("", NEWER) if version > NEWEST else (CURRENT, "")


def _check_place(path: Path) -> tuple[str, str]:
    """Return the same where there is no file yet."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        return "", f"cannot be made, because {folder} is a file; name another folder with --home"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "", f"cannot be made, because the folder {folder} cannot be written; name another with --home"
    return "is not there yet; the first run makes it.", ""


def has_our_tables(path: Path) -> bool:
    """Return whether the SQLite file, which can be read, holds a store of any version."""
    return _version(path) is not None


def _version(path: Path) -> str | None:
    """Return the version of the tables; None where there are none yet. Raises sqlite3.Error."""
    with closing(open_to_read(path)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if VERSION_TABLE not in tables:
            return None
        row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608  # a constant
    return str(row[0]) if row and is_version_of_ours(row[0]) else None
