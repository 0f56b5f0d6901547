"""Looks whether the store in a file can be opened, without opening it for use: nothing is made, moved or locked."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.store.tables import NEWEST
from integration.errors import CrescendoError, StoreError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoreSeen:
    """`state` says in a sentence what there is; `problem` what keeps it from being used."""

    path: Path
    state: str
    problem: CrescendoError | None = None


def look_at_store(path: Path) -> StoreSeen:
    """Return what can be told of the SQLite file at the path."""
    if not path.exists():
        return _not_there(path)
    try:
        version = _version(path)
    except sqlite3.Error as error:
        found = "cannot be read" if isinstance(error, sqlite3.OperationalError) else "is no database, or is damaged"
        return _unusable(path, f"{found}; check the file, or put the last backup in its place")
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return _unusable(path, "cannot be written; give the right to write it and its folder")
    if version is None or version < NEWEST:
        return StoreSeen(path, "can be opened; the next run brings it up to date.")
    if version > NEWEST:
        return _unusable(path, "was written by a newer version of this service; install that version")
    return StoreSeen(path, "can be opened.")


def _not_there(path: Path) -> StoreSeen:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        return _unusable(path, f"cannot be made, because {folder} is a file; name another folder with --home")
    if not os.access(folder, os.W_OK | os.X_OK):
        return _unusable(
            path, f"cannot be made, because the folder {folder} cannot be written; name another with --home"
        )
    return StoreSeen(path, "is not there yet; the first run makes it.")


def _unusable(path: Path, found: str) -> StoreSeen:
    return StoreSeen(path, "cannot be used.", StoreError(f"The store {path} {found}."))


def _version(path: Path) -> str | None:
    """Return the version of the tables; None where there are none yet. Raises sqlite3.Error."""
    log = path.with_name(f"{path.name}-wal")
    # Without a log the file is whole by itself; read as unchanging, SQLite makes no files beside it.
    how = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None
