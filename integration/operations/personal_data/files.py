"""Files of the home folder that may hold a person's answers: backups, stores put aside, whatever has an id in it."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from integration.adapters.home import BACKUPS, STORE_FILE
from integration.adapters.store_place import list_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

STORE_SUFFIXES = ("-wal", "-shm", "-journal", ".lock")
"""How the names of the files end that belong to a store and are none."""


def backup_files(home: Path) -> list[Path]:
    """Return the backups, the oldest first. Raises StoreError where the service may not look."""
    return list_files(home / BACKUPS, "*.db")


def replaced_stores(home: Path) -> list[Path]:
    """Return the stores that `restore` and `move-store` have put aside, such as `crescendo.db.moved-…`."""
    return sorted(path for path in home.glob(f"{STORE_FILE}.*") if not path.name.endswith(STORE_SUFFIXES))


LARGEST_PART = 256 * 1024 * 1024
"""A larger part of a workbook, in bytes, is not unpacked: it is none that the service wrote."""


def find_files_with_ids(
    home: Path, ids: Collection[str], *, excluded: Collection[str], told: Collection[str] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of files under the home folder that hold one of the ids, but for those in excluded folders.

    Behind them a sentence of each file or folder that could not be read. Workbooks are looked into. The store itself is
    not, nor are the files `told`: they have been erased from, or the receipt says why not.
    """
    wanted = [each.encode() for each in ids]
    skipped = tuple(f"{folder}/" for folder in excluded)
    of_the_store = {STORE_FILE, *(f"{STORE_FILE}{suffix}" for suffix in STORE_SUFFIXES), *told}
    found, unread = [], []
    faults: list[OSError] = []
    walked = os.walk(home, onerror=faults.append)
    for path in sorted(Path(folder, name) for folder, _, names in walked for name in names):
        name = path.relative_to(home).as_posix()
        if not path.is_file() or name in of_the_store or name.startswith(skipped):
            continue
        try:
            if any(each in content for content in _contents(path) for each in wanted):
                found.append(name)
        except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
            unread.append(_say_unread(name, error))
    unread += [_say_unread(Path(fault.filename).relative_to(home).as_posix(), fault) for fault in faults]
    return tuple(found), tuple(unread)


def _say_unread(name: str, error: Exception) -> str:
    return f"{name}: it cannot be read ({getattr(error, 'strerror', None) or error})."


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield from (book.read(part) for part in book.infolist() if part.file_size <= LARGEST_PART)
