"""Backups of the store: writes one, and moves the store to a database server or back to a file.

A backup is read to its last page before it counts; those of the days before stay beside it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from integration.adapters.home import BACKUPS, STORE_FILE, lock_home, lock_out_web
from integration.adapters.store.backup import write_backup
from integration.adapters.store.copy import move_to_file, move_to_server
from integration.adapters.store_place import refuse_other_kind
from integration.errors import CallError
from integration.operations.audit import record_action
from integration.wiring import refuse_lost_store

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from integration.wiring import Service

MEGABYTE = 1_000_000
LOCK_WAIT_SECONDS = 1
"""An operator waits at the keyboard: that the home folder is in use is said at once."""


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup: where it lies, and how large it is."""

    path: Path
    size_bytes: int

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        return (
            f"{self.path} written and checked ({self.size_bytes / MEGABYTE:.1f} MB); keys.json is in no backup: keep a "
            "copy of it somewhere else"
        )


def back_up(service: Service, *, now: datetime) -> BackupResult:
    """Write a backup into the home folder; retention removes the old ones.

    Raises StoreError where the store is damaged; then no backup is written.
    """
    service.refuse_lost_store()
    path = write_backup(service.store_url, service.home / BACKUPS, now=now)
    return BackupResult(path, path.stat().st_size)


def move_store(service: Service, *, to_sqlite: bool = False) -> str:
    """Carry everything from the home folder's file into the empty database of DATABASE_URL, or back, and compare it.

    Return what was done and what to do next, in sentences; the audit trail records it in the new place.
    Raises CallError where there is nothing to move or nowhere to move it, StoreError where the target holds anything,
    BusyError at once where the web side or a job runs.
    """
    url, path = service.database_url, service.home / STORE_FILE
    if to_sqlite:
        refuse_other_kind(path)
    else:
        refuse_lost_store(service.home, None)
    with lock_out_web(service.home), lock_home(service.home, wait_seconds=LOCK_WAIT_SECONDS):
        if url is None:
            raise CallError(
                "DATABASE_URL is not set: set it to the database on the other end of the move, as "
                "postgresql+psycopg://user:password@host/name."
            )
        if to_sqlite:
            carried, moved = move_to_file(url, path), replace(service, database_url=None)
            next_steps = (
                f"are now in {path}, and each table was compared.\nThe database keeps what it holds, and is used no "
                "more. Take DATABASE_URL away wherever the service runs, and start again what still runs with it: from "
                "now on the file counts."
            )
        elif not path.exists():
            raise CallError(f"There is no store {path} to move; name the right folder with --home.")
        else:
            (carried, aside), moved = move_to_server(path, url, now=service.clock.now()), service
            next_steps = (
                f"are now in the database, and each table was compared.\nThe file is kept as {aside}, and nobody uses "
                "it any more: remove it when you no longer need it.\nSet DATABASE_URL wherever the service runs: from "
                "now on the database counts."
            )
        with closing(moved):
            record_action(moved, "move-store", "to SQLite" if to_sqlite else "to PostgreSQL")
    return f"{carried.in_words()} {next_steps}"
