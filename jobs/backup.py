"""backup: a copy of the store that was read to its last page, beside those of the days before; and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.adapters.store.backup import restore_to_file, restore_to_server, write_backup
from integration.errors import CallError
from integration.wiring import BACKUPS, STORE_FILE

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from integration.wiring import Service

MEGABYTE = 1_000_000
KEYS = "keys.json is in no backup: keep a copy of it somewhere else"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup: where it lies, and how large it is."""

    path: Path
    size_bytes: int

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        return f"{self.path} written and checked ({self.size_bytes / MEGABYTE:.1f} MB); {KEYS}"


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put in the place of the store; `aside` is where the store before it lies."""

    backup: Path
    place: str
    aside: Path | None

    def in_words(self) -> str:
        """Return what was done and what to know, a sentence a line."""
        lines = [f"{self.place} is now what {self.backup} held."]
        if self.aside:
            lines.append(f"The store before it is kept as {self.aside}; remove it when you no longer need it.")
        lines.append("Whatever was forgotten after that backup is back: forget it again.")
        lines.append("The codes pair only with the keys.json that was in use then; it is in no backup.")
        return "\n".join(lines)


def back_up(service: Service, *, now: datetime) -> BackedUp:
    """Write a backup into the home folder; retention removes the old ones.

    Raises StoreError where the store is damaged; then no backup is written.
    """
    path = write_backup(service.store_url, service.home / BACKUPS, now=now)
    return BackedUp(path, path.stat().st_size)


def restore(service: Service, backup: Path, *, now: datetime) -> Restored:
    """Put a backup in the place of the store: the file before it is kept, a database must be empty.

    Raises CallError where there is no such file, StoreError where it cannot be used, BusyError where somebody uses the
    store; then nothing has changed.
    """
    if not backup.is_file():
        raise CallError(f"There is no file {backup}; name one of those in {service.home / BACKUPS}.")
    if service.database_url:
        place = restore_to_server(backup, service.database_url, service.home)
        return Restored(backup, place, None)
    path = service.home / STORE_FILE
    return Restored(backup, str(path), restore_to_file(backup, path, now=now))
