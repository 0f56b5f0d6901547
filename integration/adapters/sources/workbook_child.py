"""The child process that reads a workbook. It limits itself first; the rows go out as JSON.

Every error that is not foreseen here ends the process, and its parent says that the workbook is broken.
"""

from __future__ import annotations

import io
import math
import posixpath
import re
import resource
import signal
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import ParseError

import msgspec
import python_calamine

from config.spelling import fold_case
from integration.adapters.sources.workbook_protocol import SentCell, WorkbookReply, WorkbookRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.sources.workbook_protocol import WorkbookLimits

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How a file begins that is an old .xls, or a workbook under a password."""
SMALL_PART_BYTES = 64 * 2**10
ENCRYPTED = 0x1
ROOT, WORKBOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NOT_A_WORKBOOK = "is not an .xlsx workbook; save it as .xlsx"

# A cell that closes itself is only formatted: it holds nothing, and no reader makes room for it.
_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,8})[\"'][^<>]*(?<!/)>")
_ERROR = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*\bt\s*=\s*[\"']e[\"'][^<>]*)>"
    rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>(#[^<]{1,20})</"
)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,4})(\d{1,8})[\"']")


def main() -> None:
    """Answer the one request that stands in the standard input."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=WorkbookRequest)
    limit_process(request.limits)
    try:
        reply = msgspec.json.encode(WorkbookReply(tabs=read_tabs(request)))
    except WorkbookRefused as refused:
        reply = msgspec.json.encode(WorkbookReply(refused=str(refused), hostile=refused.hostile))
    except MemoryError:
        reply = msgspec.json.encode(WorkbookReply(refused="asks for more memory than is given", hostile=True))
    sys.stdout.buffer.write(reply)


def limit_process(limits: WorkbookLimits) -> None:
    """Let the kernel end this process when it asks for too much, even if its parent is gone."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.alarm(limits.wall_seconds)


def read_tabs(request: WorkbookRequest) -> dict[str, list[list[SentCell]]]:
    """Return the rows of the tabs asked for, under the names that were asked for. Raises WorkbookRefused."""
    path, limits = Path(request.path), request.limits
    if path.stat().st_size > limits.unpacked_bytes:
        raise WorkbookRefused(f"is larger than {limits.unpacked_bytes // 10**6} MB", hostile=True)
    # Read once, so that what is checked is what is read.
    content = path.read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, limits)
            tabs = _choose_tabs(find_tabs(archive), request.tabs)
            errors = {}
            for name, part in tabs.values():
                sheet = archive.read(part)
                check_cell_references(sheet, limits)
                errors[name] = list(error_cells(sheet))  # calamine gives them as blank
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError) as error:
        reason = NOT_A_WORKBOOK
        if content.startswith(OLD_OR_LOCKED):
            reason = "is an old .xls, or is protected by a password; save it as .xlsx without a password"
        elif content.startswith(b"PK"):
            reason = "is cut off or broken; save or download it again"
        raise WorkbookRefused(reason, hostile=False) from error
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        return {asked: _read_rows(workbook, name, errors[name], limits) for asked, (name, _) in tabs.items()}


def _choose_tabs(parts: Mapping[str, str], asked: Sequence[str] | None) -> dict[str, tuple[str, str]]:
    """Return, for each tab asked for that is there, its own name and its part of the archive."""
    by_folded_name = {fold_case(name): name for name in reversed(list(parts))}
    wanted = list(parts) if asked is None else asked
    names = {tab: tab if tab in parts else by_folded_name.get(fold_case(tab)) for tab in wanted}
    return {tab: (name, parts[name]) for tab, name in names.items() if name is not None}


def _read_rows(
    workbook: python_calamine.CalamineWorkbook,
    name: str,
    errors: Sequence[tuple[int, int, str]],
    limits: WorkbookLimits,
) -> list[list[SentCell]]:
    """Return the rows with their errors, without blank cells at their ends, blank rows above the heading and below."""
    sheet = workbook.get_sheet_by_name(name)
    # Cells may come without a reference, so where calamine puts them counts too.
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= limits.rows or last_column >= limits.columns:
        raise WorkbookRefused(f"has more than {limits.columns} columns or {limits.rows} rows", hostile=True)
    rows = [[_to_sent(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for row, column, shown in errors:
        while len(rows) <= row:
            rows.append([])
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = shown
    for cells in rows:
        while cells and cells[-1] is None:
            cells.pop()
    while rows and not rows[-1]:
        rows.pop()
    first = next((index for index, cells in enumerate(rows) if cells), 0)
    return rows[first:]


def _to_sent(cell: object) -> SentCell:
    """Return a cell as it is sent; a time of day or a length of time is sent as its text."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, bool | int):
        return cell
    return [cell.isoformat()[:10]] if isinstance(cell, date) else str(cell)


class WorkbookRefused(Exception):  # noqa: N818  # named for what is done
    """A workbook is not read; the message goes after the file's name. `hostile`: it asks for too much."""

    def __init__(self, what: str, *, hostile: bool) -> None:
        super().__init__(what)
        self.hostile = hostile


def check_archive(archive: zipfile.ZipFile, limits: WorkbookLimits) -> None:
    """Raise Refused if the archive has too many parts, unpacks to too much, or is no .xlsx."""
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise WorkbookRefused(f"has {len(parts)} parts, where {limits.parts} are allowed", hostile=True)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise WorkbookRefused(f"unpacks to more than {limits.unpacked_bytes // 10**6} MB", hostile=True)
    for part in parts:
        if part.flag_bits & ENCRYPTED:
            raise WorkbookRefused("is protected by a password; save it without one", hostile=False)
        if part.file_size > max(SMALL_PART_BYTES, limits.ratio * part.compress_size):
            raise WorkbookRefused(f"unpacks to more than {limits.ratio} times its size", hostile=True)
    if not {ROOT, WORKBOOK, RELATIONS} <= set(archive.namelist()):
        raise WorkbookRefused(NOT_A_WORKBOOK, hostile=False)


def find_tabs(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each tab, by the tab's name, in order. Charts are no tabs."""
    parts = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"])).lstrip("/")
        for relation in _elements(archive, RELATIONS, "Relationship")
        if relation["Type"].endswith("/worksheet")
    }
    sheets = ((sheet["name"], sheet["id"]) for sheet in _elements(archive, WORKBOOK, "sheet"))
    return {name: parts[relation] for name, relation in sheets if relation in parts}


def check_cell_references(sheet: bytes, limits: WorkbookLimits) -> None:
    """Raise Refused if a cell of the sheet says that it stands beyond the columns or rows allowed."""
    near: set[bytes] = set()
    for cell in _CELL.finditer(sheet):
        letters, row = cell.groups()
        if letters not in near and column_number(letters) <= limits.columns:
            near.add(letters)
        if letters not in near or int(row) > limits.rows:
            raise WorkbookRefused(
                f"has a cell {(letters + row).decode()}, beyond the {limits.columns} columns and"
                f" {limits.rows} rows that are read; delete what stands out there",
                hostile=True,
            )


def error_cells(sheet: bytes) -> Iterator[tuple[int, int, str]]:
    """Give row and column, from 0, of each cell that shows an error, and the error, such as `#N/A`."""
    for attributes, shown in _ERROR.findall(sheet):
        place = _REFERENCE.search(attributes)
        if place:
            yield int(place[2]) - 1, column_number(place[1]) - 1, shown.decode("ascii", "replace")


def column_number(letters: bytes) -> int:
    """Return the number of a column from its letters: 1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _elements(archive: zipfile.ZipFile, part: str, name: str) -> list[dict[str, str]]:
    """Return the attributes, without their namespaces, of each element of that name."""
    root = ET.fromstring(archive.read(part))  # noqa: S314  # expat stops entities that grow; the child has limits
    return [
        {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        for element in root.iter()
        if element.tag.rpartition("}")[2] == name
    ]
