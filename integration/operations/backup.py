"""backup: a copy of the store that was read to its last page, beside those of the days before; and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.google.publishing.actual_state import drop_cells
from integration.adapters.store.backup import restore_to_file, restore_to_server, write_backup
from integration.adapters.store.move import move_to_file, move_to_server
from integration.errors import CallError
from integration.wiring import BACKUPS, STORE_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from integration.adapters.store.backup import Replaced
    from integration.adapters.store.inherit import Inherited
    from integration.wiring import Service

MEGABYTE = 1_000_000
NONE_BEFORE = (
    "There was no store there before, so none could be asked what was forgotten meanwhile; if you meant another place, "
    "name it (--home, DATABASE_URL)."
)
IS_BACK = (
    "What was forgotten after this backup was made and taken away is back: forget it again; the receipts in receipts/ "
    "say on which days."
)
READ_AGAIN = (
    "Answers that came since the backup was made are to be read again from where they are held: run sync, then "
    "reconcile."
)
KEYS = "keys.json is in no backup: keep a copy of it somewhere else"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A backup: where it lies, and how large it is."""

    path: Path
    size_bytes: int

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        return f"{self.path} written and checked ({self.size_bytes / MEGABYTE:.1f} MB); {KEYS}"


@dataclass(frozen=True, slots=True)
class RestoreResult:
    """A backup that was put in the place of the store; `before` is what became of the store before it, if any."""

    backup: Path
    place: str
    before: Replaced | None

    def in_words(self) -> str:
        """Return what was done and what to know, a sentence a line."""
        lines = [f"{self.place} is now what {self.backup} held."]
        if self.before is None:
            lines += [NONE_BEFORE, IS_BACK]
        else:
            lines.append(f"The store before it is kept as {self.before.aside}; remove it when you no longer need it.")
            lines += _kept_up(self.before.inherited)
        lines.append("The codes pair only with the keys.json that was in use then; it is in no backup.")
        lines.append(READ_AGAIN)
        return "\n".join(lines)


def _kept_up(inherited: Inherited) -> Iterator[str]:
    """Say what the restored store took over from the one before."""
    if inherited.problem:
        yield f"{inherited.problem}."
        yield IS_BACK
    if inherited.responses:
        yield f"What was forgotten since that backup stays forgotten; erased from it again: {inherited.responses}."
    elif not inherited.problem:
        yield "What was forgotten since that backup stays forgotten; nothing of it was in the backup."
    if inherited.lines:
        yield f"The audit trail goes on: {inherited.lines} of its lines since that backup were carried over."
    if not inherited.is_same_trail:
        yield (
            "The audit trail of the store before it is another one, and was not carried over: it stays in the file "
            "that was put aside, so keep that one."
        )


def back_up(service: Service, *, now: datetime) -> BackupResult:
    """Write a backup into the home folder; retention removes the old ones.

    Raises StoreError where the store is damaged; then no backup is written.
    """
    path = write_backup(service.store_url, service.home / BACKUPS, now=now)
    return BackupResult(path, path.stat().st_size)


def restore(service: Service, backup: Path, *, now: datetime) -> RestoreResult:
    """Put a backup in the place of the store: the file before it is kept, a database must be empty.

    What was forgotten in the file before it stays forgotten, and its audit trail goes on.
    Raises CallError where there is no such file, StoreError where it cannot be used, BusyError where somebody uses the
    store; then nothing has changed.
    """
    if not backup.is_file():
        raise CallError(f"There is no file {backup}; name one of those in {service.home / BACKUPS}.")
    if service.database_url:
        place = restore_to_server(backup, service.database_url, service.home)
        return RestoreResult(backup, place, None)
    path = service.home / STORE_FILE
    return RestoreResult(backup, str(path), restore_to_file(backup, path, now=now, blank=drop_cells))


def move_store(service: Service, *, now: datetime, to_sqlite: bool = False) -> str:
    """Carry everything over and compare it; return what was done and what to do next, in sentences.

    Raises CallError where there is nothing to move or nowhere to move it, StoreError where the target holds anything.
    """
    url, path = service.database_url, service.home / STORE_FILE
    if url is None:
        raise CallError(
            "DATABASE_URL is not set: set it to the database on the other end of the move, as "
            "postgresql+psycopg://user:password@host/name."
        )
    if to_sqlite:
        carried = move_to_file(url, path)
        return (
            f"{carried.in_words()} are now in {path}, and each table was compared.\n"
            "The database is as it was. Take DATABASE_URL away wherever the service runs: from now on the file counts."
        )
    if not path.exists():
        raise CallError(f"There is no store {path} to move; name the right folder with --home.")
    carried, aside = move_to_server(path, url, now=now)
    return (
        f"{carried.in_words()} are now in the database, and each table was compared.\n"
        f"The file is kept as {aside}, and nobody uses it any more: remove it when you no longer need it.\n"
        "Set DATABASE_URL wherever the service runs: from now on the database counts."
    )
