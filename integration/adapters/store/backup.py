"""Backups of a store: SQLite files in a folder, whichever database the store lies in; and the way back."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from integration.adapters.store import waiting
from integration.adapters.store.copy import copy_store
from integration.adapters.store.database import Database
from integration.adapters.store.file import (
    check_file,
    check_store,
    copy_of_file,
    copy_to_file,
    put_aside,
    put_in_place,
    refuse_others,
)
from integration.adapters.store.inherit import inherit
from integration.adapters.store.look import look_at_store
from integration.adapters.store.migrate import bring_up_to_date
from integration.adapters.store.sqlite import lock_file
from integration.adapters.store.workshop import sweep, workshop
from integration.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from integration.adapters.store.inherit import Inherited

_NAME = re.compile(r"crescendo-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)\.db")
_MOMENT = "%Y-%m-%dT%H-%M-%SZ"


def write_backup(url: str, folder: Path, *, now: datetime) -> Path:
    """Write a backup of the store at the URL into the folder, for its owner alone; return its path.

    The store is read to its last page before, and the backup after. Raises StoreError where either is damaged: then
    no file is made, and those there are stay.
    """
    path = folder / f"crescendo-{moment_in_names(now)}.db"
    sweep(folder)
    with workshop(folder) as made_in, closing(Database(url)) as database:
        check_store(database)
        copy_to_file(database, made_in / path.name)
        check_file(made_in / path.name)
        put_in_place(made_in / path.name, path)
    return path


def backups_before(folder: Path, moment: datetime) -> list[Path]:
    """Return the backups that were written before the moment, but never the newest one; the oldest first."""
    return [path for path in backups(folder)[:-1] if _written_at(path) < moment.replace(microsecond=0)]


def backups(folder: Path) -> list[Path]:
    """Return the backups in the folder, the oldest first."""
    return sorted(path for path in folder.glob("crescendo-*.db") if _NAME.fullmatch(path.name))


def moment_in_names(now: datetime) -> str:
    """Return a moment as it stands in the name of a file."""
    return f"{now.astimezone(UTC):{_MOMENT}}"


@dataclass(frozen=True, slots=True)
class Replaced:
    """The file that a backup has replaced: where it lies now, and what the restored store took over from it."""

    aside: Path
    inherited: Inherited


def restore_to_file(backup: Path, path: Path, *, now: datetime, blank: Callable[[bytes], bytes]) -> Replaced | None:
    """Put a backup in the place of the SQLite file at the path; return what became of the file before it, if any.

    What was forgotten in that file stays forgotten, and its audit trail goes on; `blank` takes the cells out of an
    image. The backup stays as it is; the copy is brought up to date. Raises StoreError where the backup is damaged, or
    of a newer version of the service; BusyError where somebody has the store open. Then nothing has changed.
    """
    _refuse_unusable(backup)
    with workshop(path.parent) as made_in:
        copy = made_in / path.name
        _bring_copy_up_to_date(backup, copy)
        try:
            with lock_file(path, wait_seconds=1):
                if not path.exists():
                    put_in_place(copy, path)
                    return None
                refuse_others(path)
                inherited = inherit(copy, path, now=now, blank=blank)
                aside = put_aside(path, why="before-restore", moment=moment_in_names(now))
                put_in_place(copy, path)
        except waiting.Busy:
            raise BusyError(
                f"The store {path} is being written by somebody; stop the jobs of this home, then run again."
            ) from None
    return Replaced(aside or path, inherited)


def restore_to_server(backup: Path, url: str, folder: Path) -> str:
    """Put a backup into an empty database; return its address without the password.

    Raises StoreError where the backup cannot be used, or where the database holds anything.
    """
    _refuse_unusable(backup)
    with workshop(folder) as made_in:
        copy = made_in / backup.name
        _bring_copy_up_to_date(backup, copy)
        with closing(Database(f"sqlite:///{copy}")) as source, closing(Database(url)) as target:
            bring_up_to_date(target)
            copy_store(source, target)
            return target.name


def _refuse_unusable(backup: Path) -> None:
    if problem := look_at_store(backup).problem:
        raise problem
    check_file(backup)


def _bring_copy_up_to_date(backup: Path, copy: Path) -> None:
    copy_of_file(backup, copy)
    with closing(Database(f"sqlite:///{copy}")) as database:
        bring_up_to_date(database)


def _written_at(path: Path) -> datetime:
    match = _NAME.fullmatch(path.name)
    return datetime.strptime(match[1] if match else "", _MOMENT).replace(tzinfo=UTC)
