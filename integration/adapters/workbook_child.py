"""The child process that reads a workbook. It limits itself first; what it finds goes out as JSON.

Whatever is not foreseen here ends the process, and its parent says that the workbook is broken.
"""

from __future__ import annotations

import io
import math
import resource
import signal
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import msgspec
import python_calamine

from config.fold import fold
from integration.adapters.workbook_gate import (
    NOT_A_WORKBOOK,
    Refused,
    check_archive,
    check_references,
    error_cells,
    find_tabs,
)
from integration.adapters.workbook_protocol import Answer, Question, Sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.adapters.workbook_protocol import Limits

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How a file begins that is an old .xls, or a workbook under a password."""


def main() -> None:
    """Answer the one question that stands in the standard input."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    limit_myself(question.limits)
    try:
        answer = msgspec.json.encode(Answer(tabs=read(question)))
    except Refused as refused:
        answer = msgspec.json.encode(Answer(refused=str(refused), hostile=refused.hostile))
    except MemoryError:
        answer = msgspec.json.encode(Answer(refused="asks for more memory than is given", hostile=True))
    sys.stdout.buffer.write(answer)


def limit_myself(limits: Limits) -> None:
    """Let the kernel end this process when it asks for too much, even if its parent is gone."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(limits.wall_seconds)


def read(question: Question) -> dict[str, list[list[Sent]]]:
    """Return the rows of the tabs asked for, under the names that were asked for. Raises Refused."""
    path, limits = Path(question.path), question.limits
    if path.stat().st_size > limits.unpacked_bytes:
        raise Refused(f"is larger than {limits.unpacked_bytes // 10**6} MB", hostile=True)
    # Read once, so that what is checked is what is read.
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, limits)
            tabs = _choose(find_tabs(archive), question.tabs)
            errors = {name: _check_tab(archive.read(part), limits) for name, part in tabs.values()}
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError) as error:
        raise Refused(_not_a_workbook(content), hostile=False) from error
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        return {asked: _rows(workbook, name, errors[name], limits) for asked, (name, _) in tabs.items()}


def _not_a_workbook(content: bytes) -> str:
    if content.startswith(OLD_OR_LOCKED):
        return "is an old .xls, or is protected by a password; save it as .xlsx without a password"
    if content.startswith(b"PK"):
        return "is cut off or broken; save or download it again"
    return NOT_A_WORKBOOK


def _choose(parts: Mapping[str, str], asked: Sequence[str] | None) -> dict[str, tuple[str, str]]:
    """Return, for each tab asked for that is there, its own name and its part of the archive."""
    by_words = {fold(name): name for name in reversed(list(parts))}
    wanted = list(parts) if asked is None else asked
    names = {tab: tab if tab in parts else by_words.get(fold(tab)) for tab in wanted}
    return {tab: (name, parts[name]) for tab, name in names.items() if name is not None}


def _check_tab(sheet: bytes, limits: Limits) -> dict[tuple[int, int], str]:
    """Check where the cells stand; return those that show an error, which calamine gives as blank."""
    check_references(sheet, limits)
    return {(row, column): shown for row, column, shown in error_cells(sheet)}


def _rows(
    workbook: python_calamine.CalamineWorkbook,
    name: str,
    errors: Mapping[tuple[int, int], str],
    limits: Limits,
) -> list[list[Sent]]:
    sheet = workbook.get_sheet_by_name(name)
    # Cells may come without a reference, so what was found counts too.
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= limits.rows or last_column >= limits.columns:
        raise Refused(f"has more than {limits.columns} columns or {limits.rows} rows", hostile=True)
    rows = [[_sent(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), shown in errors.items():
        _put(rows, row, column, shown)
    return _trim(rows)


def _sent(cell: object) -> Sent:
    """Return a cell as it is sent; a time of day or a length of time is sent as its text."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, bool | int):
        return cell
    return [cell.isoformat()[:10]] if isinstance(cell, date) else str(cell)


def _put(rows: list[list[Sent]], row: int, column: int, shown: str) -> None:
    while len(rows) <= row:
        rows.append([])
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = shown


def _trim(rows: list[list[Sent]]) -> list[list[Sent]]:
    """Take away blank cells at the ends of rows, and blank rows above the heading and below the last."""
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    first = next((place for place, row in enumerate(rows) if row), 0)
    return rows[first:]
