"""A person at data.xlsx: types a correction into needs_attention, and saves in the way of one program or another."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY, CORRECTION = 2, 5
"""The columns of needs_attention, counted from 1."""


def typed(content: bytes, key: str, value: str) -> bytes:
    """Return the workbook with a correction of this key."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    tab = book["needs_attention"]
    row = next(row for row in range(2, tab.max_row + 1) if tab.cell(row, KEY).value == key)
    tab.cell(row, CORRECTION).value = value
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def save_by_renaming(path: Path, content: bytes, pause: float) -> None:
    """Write a new file and rename it over the old one, as LibreOffice does."""
    new = path.with_name(f"lu{os.getpid()}.tmp")
    new.write_bytes(content)
    time.sleep(pause)
    new.replace(path)


def save_by_putting_the_old_one_aside(path: Path, content: bytes, pause: float) -> None:
    """Write a new file, rename the old one away, and the new one into its place, as Excel does."""
    new, old = path.with_name("A1B2C3D4"), path.with_name("E5F6A7B8.tmp")
    new.write_bytes(content)
    path.rename(old)
    time.sleep(pause / 4)
    new.replace(path)
    old.unlink()


def save_in_place(path: Path, content: bytes, pause: float) -> None:
    """Empty the file and write into it."""
    with path.open("wb") as file:
        for part in (content[: len(content) // 2], content[len(content) // 2 :]):
            time.sleep(pause)
            file.write(part)
            file.flush()


def save_over_the_old_bytes(path: Path, content: bytes, pause: float) -> None:
    """Write over the old bytes, and cut the file at the end."""
    with path.open("r+b") as file:
        time.sleep(pause)
        file.write(content[: len(content) // 2])
        file.flush()
        time.sleep(pause)
        file.write(content[len(content) // 2 :])
        file.truncate()


STYLES: dict[str, Callable[[Path, bytes, float], None]] = {
    "by renaming": save_by_renaming,
    "in place": save_in_place,
    "the old one aside": save_by_putting_the_old_one_aside,
    "over the old bytes": save_over_the_old_bytes,
}


def read_whole(path: Path) -> bytes:
    """Return the file's content; a program asks again where it is not there just now."""
    for _ in range(1_000):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            time.sleep(0.002)
    raise FileNotFoundError(path)


def correct(path: Path, key: str, value: str, *, style: str, pause: float = 0.0) -> None:
    """Open the workbook, type, and save."""
    STYLES[style](path, typed(read_whole(path), key, value), pause)


def correct_with_it_held_open(path: Path, key: str, value: str, *, pause: float) -> None:
    """Open the workbook as a program does that holds it open, type, and save into what was opened, wherever it is."""
    with path.open("r+b") as file:
        content = typed(file.read(), key, value)
        time.sleep(pause)
        file.seek(0)
        file.write(content)
        file.truncate()
