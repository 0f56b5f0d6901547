"""The store of the first release, as its own demo left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

SQL = Path(__file__).with_name("first_release.sql")
RESPONSES_EACH = 6
"""How many responses of each form of the sample it was made from."""


def put_first_release(folder: Path) -> Path:
    """Put that store into a folder; return the path of its file."""
    path = folder / "crescendo.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SQL.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return path
