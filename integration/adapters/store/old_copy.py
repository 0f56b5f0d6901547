"""Erasing from an old copy of the store, such as a backup: in a file that then takes its place at one stroke."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.adapters.home import TEMPORARY_SUFFIX
from integration.adapters.store import erasure
from integration.adapters.store.database import Database
from integration.adapters.store.erasures import TOUCHED
from integration.adapters.store.migrate import bring_up_to_date
from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""How the names of the files end that are made beside a database."""


def erase_in_old_copy(
    path: Path,
    doomed: Mapping[str, Collection[str]],
    *,
    why: str,
    now: datetime,
    blank: Callable[[bytes], bytes],
) -> int:
    """Erase responses by source from the SQLite file, moved to this version of the tables; return how many versions.

    The file keeps its time. `blank` takes the cells out of an image. Raises StoreError, or BusyError, and the file
    then is as it was.
    """
    with _in_its_place(path) as copy:
        database = Database(f"sqlite:///{copy}")
        try:
            bring_up_to_date(database)
            with database.writing() as connection:
                gone = erasure.erase_in_copy(connection, doomed, why=why, now=write_moment(now), blank=blank)
            database.scrub(TOUCHED)
            _check(database)
        except StoreError as error:
            raise StoreError(str(error).replace(str(copy), str(path))) from None
        finally:
            database.close()
    return gone


def _check(database: Database) -> None:
    """Read the whole file. Raises StoreError."""
    with database.reading() as connection:
        if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
            raise database.error("is damaged")


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
        _sync(copy)
        os.utime(copy, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        for ending in BESIDE:
            path.with_name(f"{path.name}{ending}").unlink(missing_ok=True)
        copy.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise StoreError(f"The file {path} cannot be written anew ({error.strerror or error}).") from None
    finally:
        for ending in ("", *BESIDE):
            copy.with_name(f"{copy.name}{ending}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
