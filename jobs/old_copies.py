"""Copies of the store beside it in the home folder: backups, and stores that were put aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.wiring import BACKUPS, STORE_FILE

if TYPE_CHECKING:
    from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""How the names of the files end that belong to a store and are none."""


def backups(home: Path) -> list[Path]:
    """Return the backups, the oldest first."""
    return sorted((home / BACKUPS).glob("*.db"))


def put_aside(home: Path) -> list[Path]:
    """Return the stores that `restore` and `move-store` have put aside, such as `crescendo.db.moved-…`."""
    return sorted(path for path in home.glob(f"{STORE_FILE}.*") if not path.name.endswith(BESIDE))


def is_the_store(name: str) -> bool:
    """Say whether the name in the home folder is that of the store itself, or of what belongs to it."""
    return name in {STORE_FILE, *(f"{STORE_FILE}{ending}" for ending in BESIDE)}
