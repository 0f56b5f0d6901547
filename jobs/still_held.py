"""A last look: files in the home folder that hold the id of a response that was erased."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from jobs.old_copies import is_the_store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

LARGEST_MEMBER = 256 * 1024 * 1024
"""A larger part of a workbook is not unpacked: it is none that the service wrote."""


def still_held(home: Path, ids: Collection[str], *, but: Collection[str]) -> tuple[str, ...]:
    """Return the names of files under the home folder that hold one of the ids, `but` those under these folders.

    Workbooks are looked into. The store itself is not: it has been erased from.
    """
    wanted = [each.encode() for each in ids]
    held = []
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not is_the_store(name) and not name.startswith(tuple(f"{folder}/" for folder in but)):
            held += [name] if any(_holds(content, wanted) for content in _contents(path)) else []
    return tuple(held)


def _holds(content: bytes, wanted: Collection[bytes]) -> bool:
    return any(each in content for each in wanted)


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            yield from (book.read(part) for part in book.infolist() if part.file_size <= LARGEST_MEMBER)
