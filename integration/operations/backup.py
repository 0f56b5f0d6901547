"""Backups of the store: writes one, puts one back, and moves the store to a database server or back to a file.

A backup is read to its last page before it counts; those of the days before stay beside it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from integration.adapters.google.publishing.actual_state import drop_cells
from integration.adapters.home import lock_home, lock_out_web
from integration.adapters.store.backup import write_backup
from integration.adapters.store.copy import move_to_file, move_to_server
from integration.adapters.store.restore import restore_to_file, restore_to_server
from integration.errors import CallError
from integration.operations.audit import record_action
from integration.wiring import BACKUPS, STORE_FILE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from integration.adapters.store.restore import ReplacedStore
    from integration.wiring import Service

MEGABYTE = 1_000_000
LOCK_WAIT_SECONDS = 1
"""An operator waits at the keyboard: that the home folder is in use is said at once."""
FORGOTTEN_IS_BACK = (
    "What was forgotten after this backup was made and taken away is back: forget it again; the receipts in receipts/ "
    "say on which days."
)


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


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A backup that was put in the place of the store; `before` is what became of the store before it, if any."""

    backup: Path
    place: str
    before: ReplacedStore | None

    def in_words(self) -> str:
        """Return what was done and what to know, a sentence a line."""
        lines = [f"{self.place} is now what {self.backup} held."]
        if self.before is None:
            lines += [
                (
                    "There was no store there before, so none could be asked what was forgotten meanwhile; if you "
                    "meant another place, name it (--home, DATABASE_URL)."
                ),
                FORGOTTEN_IS_BACK,
            ]
        else:
            lines.append(f"The store before it is kept as {self.before.aside}; remove it when you no longer need it.")
            inherited = self.before.inherited
            if inherited.problem:
                lines += [f"{inherited.problem}.", FORGOTTEN_IS_BACK]
            if inherited.responses:
                lines.append(
                    "What was forgotten since that backup stays forgotten; erased from it again: "
                    f"{inherited.responses}."
                )
            elif not inherited.problem:
                lines.append("What was forgotten since that backup stays forgotten; nothing of it was in the backup.")
            if inherited.lines:
                lines.append(
                    f"The audit trail goes on: {inherited.lines} of its lines since that backup were carried over."
                )
            if not inherited.is_same_trail:
                lines.append(
                    "The audit trail of the store before it is another one, and was not carried over: it stays in the "
                    "file that was put aside, so keep that one."
                )
        lines += [
            "The codes pair only with the keys.json that was in use then; it is in no backup.",
            (
                "Answers that came since the backup was made are to be read again from where they are held: run sync, "
                "then reconcile."
            ),
        ]
        return "\n".join(lines)


def back_up(service: Service, *, now: datetime) -> BackupResult:
    """Write a backup into the home folder; retention removes the old ones.

    Raises StoreError where the store is damaged; then no backup is written.
    """
    path = write_backup(service.store_url, service.home / BACKUPS, now=now)
    return BackupResult(path, path.stat().st_size)


def restore(service: Service, backup: Path) -> RestoreResult:
    """Replace the store by a backup while nothing else uses it, and record that an operator did.

    Raises what `replace_store` raises, and BusyError at once where the web side or a job runs.
    """
    with lock_out_web(service.home), lock_home(service.home, wait_seconds=LOCK_WAIT_SECONDS):
        result = replace_store(service, backup, now=service.clock.now())
        record_action(service, "restore", result.place, f"from {backup.name}")
    return result


def replace_store(service: Service, backup: Path, *, now: datetime) -> RestoreResult:
    """Put a backup in the place of the store: the file before it is kept, a database must be empty.

    What was forgotten in the file before it stays forgotten, and its audit trail goes on.
    Raises CallError where there is no such file, StoreError where it cannot be used, BusyError where another process
    uses the store; then nothing has changed.
    """
    if not backup.is_file():
        raise CallError(f"There is no file {backup}; name one of those in {service.home / BACKUPS}.")
    if service.database_url:
        place = restore_to_server(backup, service.database_url, service.home)
        return RestoreResult(backup, place, None)
    path = service.home / STORE_FILE
    return RestoreResult(backup, str(path), restore_to_file(backup, path, now=now, blank=drop_cells))


def move_store(service: Service, *, to_sqlite: bool = False) -> str:
    """Carry everything from the home folder's file into the empty database of DATABASE_URL, or back, and compare it.

    Return what was done and what to do next, in sentences; the audit trail records it in the new place.
    Raises CallError where there is nothing to move or nowhere to move it, StoreError where the target holds anything,
    BusyError at once where the web side or a job runs.
    """
    url, path = service.database_url, service.home / STORE_FILE
    with lock_out_web(service.home), lock_home(service.home, wait_seconds=LOCK_WAIT_SECONDS):
        if url is None:
            raise CallError(
                "DATABASE_URL is not set: set it to the database on the other end of the move, as "
                "postgresql+psycopg://user:password@host/name."
            )
        if to_sqlite:
            carried, moved = move_to_file(url, path), replace(service, database_url=None)
            next_steps = (
                f"are now in {path}, and each table was compared.\nThe database is as it was. Take DATABASE_URL away "
                "wherever the service runs: from now on the file counts."
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
