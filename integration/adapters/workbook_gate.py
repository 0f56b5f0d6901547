"""The gate before a workbook: what its archive says of itself is checked before any cell is read."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

    from integration.adapters.workbook_protocol import Limits

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


class Refused(Exception):  # noqa: N818  # named for what is done
    """A workbook is not read; the message goes after the file's name. `hostile`: it asks for too much."""

    def __init__(self, what: str, *, hostile: bool) -> None:
        super().__init__(what)
        self.hostile = hostile


def check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Raise Refused if the archive has too many parts, unpacks to too much, or is no .xlsx."""
    parts = archive.infolist()
    if len(parts) > limits.parts:
        raise Refused(f"has {len(parts)} parts, where {limits.parts} are allowed", hostile=True)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Refused(f"unpacks to more than {limits.unpacked_bytes // 10**6} MB", hostile=True)
    for part in parts:
        if part.flag_bits & ENCRYPTED:
            raise Refused("is protected by a password; save it without one", hostile=False)
        if part.file_size > max(SMALL_PART_BYTES, limits.ratio * part.compress_size):
            raise Refused(f"unpacks to more than {limits.ratio} times its size", hostile=True)
    if not {ROOT, WORKBOOK, RELATIONS} <= set(archive.namelist()):
        raise Refused(NOT_A_WORKBOOK, hostile=False)


def find_tabs(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each tab, by the tab's name, in order. Charts are no tabs."""
    parts = {
        relation["Id"]: posixpath.normpath(posixpath.join("/xl", relation["Target"])).lstrip("/")
        for relation in _elements(archive, RELATIONS, "Relationship")
        if relation["Type"].endswith("/worksheet")
    }
    sheets = ((sheet["name"], sheet["id"]) for sheet in _elements(archive, WORKBOOK, "sheet"))
    return {name: parts[relation] for name, relation in sheets if relation in parts}


def check_references(sheet: bytes, limits: Limits) -> None:
    """Raise Refused if a cell of the sheet says that it stands beyond the columns or rows allowed."""
    near: set[bytes] = set()
    for cell in _CELL.finditer(sheet):
        letters, row = cell.groups()
        if letters not in near and column_number(letters) <= limits.columns:
            near.add(letters)
        if letters not in near or int(row) > limits.rows:
            raise Refused(
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
