"""Folders in which a copy of the store is made or tried out: gone afterwards, and known as left behind if not.

Whoever works in one holds its lock, which the system frees when they die.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKING, TRYING = ".making-", ".dry-run-"
"""How their names begin: a copy is made there, or a job is tried out."""


@contextmanager
def workshop(folder: Path, name: str = MAKING) -> Iterator[Path]:
    """Give an empty folder inside the folder, for us alone and gone afterwards. Raises StoreError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made, handle = _make(folder, name)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror}); give the right to write there, or make room."
        ) from None
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(handle)


def sweep(folder: Path, name: str = MAKING) -> tuple[str, ...]:
    """Take away what killed processes left in the folder; return the names of those that somebody works in."""
    in_use = []
    for left in sorted(folder.glob(f"{name}*")):
        try:
            handle = _lock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            in_use.append(left.name)
        except OSError:  # gone meanwhile, or no folder
            continue
        else:
            shutil.rmtree(left, ignore_errors=True)
            os.close(handle)
    return tuple(in_use)


def _make(folder: Path, name: str) -> tuple[Path, int]:
    while True:
        made = Path(tempfile.mkdtemp(prefix=name, dir=folder))
        with suppress(FileNotFoundError):  # taken for a leftover between its making and its lock: make another
            handle = _lock(made, fcntl.LOCK_EX)
            if made.is_dir():
                return made, handle
            os.close(handle)


def _lock(folder: Path, how: int) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, how)
    except OSError:
        os.close(handle)
        raise
    return handle
