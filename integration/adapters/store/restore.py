"""Restoring a backup: in the place of a store's file, or to a server.

The file that is replaced hands over what happened since (`inheritance`). The two are exchanged at one stroke: whenever
the machine stops, the store is the one before or the backup's. A note in the home folder says that it was under way, so
that the next command can tell which of them it is, and finishes what was left (`settle`).
"""

from __future__ import annotations

import json
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from integration.adapters.home import RESTORE_NOTE
from integration.adapters.store.backup import erase_in_old_copy
from integration.adapters.store.copy import copy_store
from integration.adapters.store.faults import LockTimeoutError
from integration.adapters.store.file import (
    INDEX_SUFFIX,
    as_store_error,
    check_file,
    copy_of_file,
    is_blank_file,
    is_foreign_file,
    make_whole,
    name_aside,
    put_in_place,
    refuse_others,
    remove_leftovers,
    sync_to_disk,
    temporary_folder,
)
from integration.adapters.store.health import check_store_file, has_our_tables
from integration.adapters.store.inheritance import WHY, Inheritance, inherit
from integration.adapters.store.sqlite import LOG_SUFFIX, lock_file
from integration.adapters.store.store import Database, bring_up_to_date, is_blank
from integration.errors import BusyError, CrescendoError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ReplacedStore:
    """What became of the store before: where it lies now, None where there was none, and what was taken over of it."""

    aside: Path | None
    inherited: Inheritance


def restore_to_file(
    backup: Path, path: Path, *, buried: Sequence[dict[str, Any]], now: datetime, blank: Callable[[bytes], bytes]
) -> ReplacedStore:
    """Put a backup in the place of the SQLite file at the path; return what became of the file before it.

    What happened in that file since goes on in the copy; what was erased from it, or is among the tombstones `buried`,
    stays erased; `blank` takes the cells out of an image. The backup stays as it is; the copy is brought up to date.
    Raises StoreError where the backup is damaged, holds no store, or is of a newer version of the service; BusyError
    where another process has the store open. Then nothing has changed. `finish` is to be called afterwards.
    """
    remove_leftovers(path.parent)
    try:
        with _copy_of_today(backup, path) as copy, lock_file(path, wait_seconds=1):
            old = None if is_blank_file(path) or is_foreign_file(path) else path
            if old:
                refuse_others(path)
            inherited = inherit(copy, old, buried=buried, now=now, blank=blank)
            is_there = path.exists() or _log(path).exists()
            aside = name_aside(path, why="before-restore", now=now) if is_there else None
            _write_note(path.parent, backup, aside)
            _exchange(copy, path, aside)
            if aside and inherited.also_in_old:
                inherited = _erase_aside(aside, inherited, now=now, blank=blank)
    except LockTimeoutError:
        raise BusyError(
            f"The store {path} is being written by somebody; stop the jobs of this home, then run again."
        ) from None
    return ReplacedStore(aside, inherited)


def _erase_aside(aside: Path, inherited: Inheritance, *, now: datetime, blank: Callable[[bytes], bytes]) -> Inheritance:
    """Erase from the store before, too, what the receipts say was erased; the result says so where that failed."""
    try:
        erase_in_old_copy(aside, inherited.also_in_old, why=WHY, now=now, blank=blank)
    except CrescendoError as error:
        return replace(inherited, uncleaned=str(error))
    return inherited


def restore_to_server(  # noqa: PLR0913  # what goes where, and what must not
    backup: Path, url: str, folder: Path, *, buried: Sequence[dict[str, Any]], now: datetime,
    blank: Callable[[bytes], bytes],
) -> tuple[str, Inheritance]:  # fmt: skip
    """Put a backup into an empty database; return its address without the password, and what was erased again.

    Raises StoreError where the backup cannot be used, or where the database holds anything. `finish` is to be called
    afterwards.
    """
    with _copy_of_today(backup, folder / backup.name) as copy:
        inherited = inherit(copy, None, buried=buried, now=now, blank=blank)
        with closing(Database(f"sqlite:///{copy}")) as source, closing(Database(url)) as target:
            bring_up_to_date(target)
            _write_note(folder, backup, None)
            try:
                copy_store(source, target)
            except StoreError:
                finish(folder)
                raise
            return target.name, inherited


@contextmanager
def _copy_of_today(backup: Path, path: Path) -> Iterator[Path]:
    """Give a temporary copy of the backup beside the path, brought up to date. Raises StoreError if unusable."""
    if problem := check_store_file(backup).problem:
        raise problem
    check_file(backup)
    if not has_our_tables(backup):
        raise StoreError(f"The file {backup} holds no store of this service; name another backup.")
    with temporary_folder(path.parent) as made_in:
        copy = made_in / path.name
        copy_of_file(backup, copy)
        with closing(Database(f"sqlite:///{copy}")) as database:
            bring_up_to_date(database)
        yield copy


def make_new_file(path: Path, *, now: datetime, fill: Callable[[str], object]) -> Path | None:
    """Put a new store, as `fill` makes it at an address, in the place of a file that is blank or missing.

    Return where lies what was there before, None where nothing was. Raises BusyError where another process has it open.
    """
    remove_leftovers(path.parent)
    try:
        with temporary_folder(path.parent) as made_in, lock_file(path, wait_seconds=1):
            made = made_in / path.name
            fill(f"sqlite:///{made}")
            make_whole(made)
            is_there = path.exists() or _log(path).exists()
            aside = name_aside(path, why="before-new-store", now=now) if is_there else None
            _exchange(made, path, aside)
    except LockTimeoutError:
        raise BusyError(f"The store {path} is in use; stop the jobs of this home, then run again.") from None
    return aside


# --- the exchange -----------------------------------------------------------------------------------------


def _write_note(home: Path, backup: Path, aside: Path | None) -> None:
    """Say in the home folder, safe from a power cut, that a backup is being put in the place of the store."""
    note = home / RESTORE_NOTE
    text = json.dumps({"backup": str(backup), "aside": aside.name if aside else ""})
    made = note.with_name(f".{note.name}")
    with as_store_error(note):
        made.write_text(text, encoding="utf-8")
        made.chmod(0o600)
    put_in_place(made, note)


def finish(home: Path) -> None:
    """Take the note away: the restore has ended, and is written down."""
    with as_store_error(home / RESTORE_NOTE):
        (home / RESTORE_NOTE).unlink(missing_ok=True)
        sync_to_disk(home)


def _exchange(copy: Path, path: Path, aside: Path | None) -> None:
    """Put the copy in the place of the file, which keeps its content under the other name, at one stroke."""
    if aside:
        with as_store_error(aside):
            if path.exists():
                _name_twice(path, aside)
            if _log(path).exists():  # of a file that is damaged or gone; SQLite would take it for the new one's
                _log(path).rename(_log(aside))
            path.with_name(path.name + INDEX_SUFFIX).unlink(missing_ok=True)
            sync_to_disk(path.parent)
    put_in_place(copy, path)


def _name_twice(path: Path, aside: Path) -> None:
    """Give the file a second name; where a disk knows no second names, another one."""
    try:
        aside.hardlink_to(path)
    except OSError:
        path.rename(aside)


def _log(path: Path) -> Path:
    return path.with_name(path.name + LOG_SUFFIX)


@dataclass(frozen=True, slots=True)
class CutShort:
    """A restore that was cut short: of which backup, whether it had taken place, and where the store before lies."""

    backup: str
    is_in_place: bool
    aside: str


def settle(path: Path) -> CutShort | None:
    """Leave the store at the path as it was before a restore that was cut short, or as the backup; say which.

    None where none was cut short. The caller holds the lock of the home folder, and calls `finish` afterwards.
    """
    note = _read_note(path.parent)
    if note is None:
        return None
    remove_leftovers(path.parent)
    aside = path.with_name(note["aside"]) if note["aside"] else None
    with lock_file(path), as_store_error(path):
        if aside is None or not (aside.exists() or _log(aside).exists()):
            return CutShort(note["backup"], not aside and not is_blank_file(path), "")
        if path.exists() and not (aside.exists() and path.samefile(aside)) and not is_blank_file(path):
            return CutShort(note["backup"], is_in_place=True, aside=str(aside))
        if _log(aside).exists():
            _log(aside).rename(_log(path))
        if path.exists():
            aside.unlink(missing_ok=True)
        elif aside.exists():
            aside.rename(path)
        sync_to_disk(path.parent)
    return CutShort(note["backup"], is_in_place=False, aside="")


def settle_server(url: str, home: Path) -> CutShort | None:
    """Say the same of a database, which holds all of the backup or nothing."""
    note = _read_note(home)
    if note is None:
        return None
    with closing(Database(url)) as database:
        return CutShort(note["backup"], not is_blank(database), "")


def _read_note(home: Path) -> dict[str, str] | None:
    with suppress(OSError, ValueError):
        note = json.loads((home / RESTORE_NOTE).read_text(encoding="utf-8"))
        return {"backup": str(note["backup"]), "aside": str(note["aside"])}
    return None
