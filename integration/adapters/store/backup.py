"""Backups of a store: SQLite files in a folder, whichever database the store lies in; and erasing from old ones."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing, contextmanager
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from integration.adapters.home import TEMPORARY_SUFFIX
from integration.adapters.store.copy import copy_to_file
from integration.adapters.store.erasure import Erasures
from integration.adapters.store.file import (
    check_file,
    moment_in_names,
    put_in_place,
    remove_leftovers,
    sync_to_disk,
    temporary_folder,
)
from integration.adapters.store.state import State
from integration.adapters.store.store import Database, bring_up_to_date
from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

_NAME = re.compile(r"crescendo-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db")
BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""How the names of the files end that are made beside a database."""


def write_backup(url: str, folder: Path, *, now: datetime) -> Path:
    """Write a backup of the store at the URL into the folder, for its owner alone; return its path.

    The store is read to its last page before, and the backup after. Raises StoreError where either is damaged: then
    no file is made, and those there are stay.
    """
    path = folder / f"crescendo-{moment_in_names(now)}.db"
    remove_leftovers(folder)
    with temporary_folder(folder) as made_in, closing(Database(url)) as database:
        database.check_pages()
        copy_to_file(database, made_in / path.name)
        check_file(made_in / path.name)
        put_in_place(made_in / path.name, path)
    return path


def backups_before(folder: Path, moment: datetime, *, now: datetime) -> list[Path]:
    """Return the backups that were written before the moment, but never the newest one; the oldest first.

    The newest one is that of a time that has come: a clock that was ahead gives a name of a time to come.
    """
    first_kept, first_ahead = (f"crescendo-{moment_in_names(each)}.db" for each in (moment, now + timedelta(days=1)))
    written = [path for path in backups(folder) if path.name < first_ahead]
    return [path for path in written[:-1] if path.name < first_kept]


def backups(folder: Path) -> list[Path]:
    """Return the backups in the folder, the oldest first: their names sort by the moment of writing."""
    return sorted(path for path in folder.glob("crescendo-*.db") if _NAME.fullmatch(path.name))


def erase_in_old_copy(
    path: Path, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime, blank: Callable[[bytes], bytes]
) -> int:
    """Erase responses by source from the SQLite file, moved to this version of the tables; return how many versions.

    The file keeps its time. `blank` takes the cells out of an image. Raises StoreError, or BusyError, and the file
    then is as it was.
    """
    with _in_its_place(path) as copy:
        database = Database(f"sqlite:///{copy}")
        erasures = Erasures(database, State(database))
        try:
            bring_up_to_date(database)
            with database.writing() as connection:
                gone = erasures.erase_from_copy(connection, doomed, why=why, now=now, blank=blank)
            erasures.vacuum()
            with database.reading() as connection:
                if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
                    raise database.error("is damaged")
        except StoreError as error:
            raise StoreError(str(error).replace(str(copy), str(path))) from None
        finally:
            database.close()
    return gone


@contextmanager
def _in_its_place(path: Path) -> Iterator[Path]:
    """Give a copy of the file that takes its place when the block has ended well."""
    copy = path.with_name(f".{path.name}.{token_hex(4)}{TEMPORARY_SUFFIX}")
    try:
        facts = path.stat()
        for ending in ("", "-wal"):
            beside = path.with_name(f"{path.name}{ending}")
            if beside.exists():
                shutil.copyfile(beside, copy.with_name(f"{copy.name}{ending}"))
        copy.chmod(0o600)
        yield copy
        sync_to_disk(copy)
        os.utime(copy, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        for ending in BESIDE:
            path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
        copy.replace(path)
        sync_to_disk(path.parent)
    except OSError as error:
        raise StoreError(f"The file {path} cannot be written anew ({error.strerror or error}).") from None
    finally:
        for ending in ("", *BESIDE):
            copy.with_name(f"{copy.name}{ending}").unlink(missing_ok=True)
