"""The child process that reads a workbook. It limits itself first; the rows go out as JSON.

Every error that is not foreseen here ends the process, and its parent says that the workbook is broken.
"""

from __future__ import annotations

import io
import posixpath
import resource
import signal
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import msgspec

from config.spelling import fold_case
from integration.adapters.sources.workbook_cells import (
    TRUE,
    CellBeyondLimits,
    WorkbookFacts,
    elements,
    read_cells,
    read_patterns,
    read_strings,
)
from integration.adapters.sources.workbook_protocol import WorkbookReply, WorkbookRequest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integration.adapters.sources.workbook_protocol import WorkbookLimits

OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
"""How a file begins that is an old .xls, or a workbook under a password."""
SMALL_PART_BYTES = 64 * 2**10
ENCRYPTED = 0x1
ROOT, WORKBOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
NOT_A_WORKBOOK = "is not an .xlsx workbook; save it as .xlsx"


def main() -> None:
    """Answer the one request that stands in the standard input."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=WorkbookRequest)
    limit_process(request.limits)
    try:
        reply = msgspec.json.encode(read_tabs(request))
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


def read_tabs(request: WorkbookRequest) -> WorkbookReply:
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
            facts = read_facts(archive)
            sheets = {asked: archive.read(part) for asked, part in tabs.items()}
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError) as error:
        reason = NOT_A_WORKBOOK
        if content.startswith(OLD_OR_LOCKED):
            reason = "is an old .xls, or is protected by a password; save it as .xlsx without a password"
        elif content.startswith(b"PK"):
            reason = "is cut off or broken; save or download it again"
        raise WorkbookRefused(reason, hostile=False) from error
    del content
    try:
        rows = {asked: read_cells(sheet, facts, limits) for asked, sheet in sheets.items()}
    except CellBeyondLimits as cell:
        raise WorkbookRefused(
            f"has a cell {cell}, beyond the {limits.columns} columns and {limits.rows} rows that are read; delete what "
            "stands out there",
            hostile=True,
        ) from None
    return WorkbookReply(rows, facts.counts_from_1904)


def read_facts(archive: zipfile.ZipFile) -> WorkbookFacts:
    """Return what the meaning of cells rests on; a part that is not there says nothing."""
    parts = {
        relation["Type"].rpartition("/")[2]: _part_name(relation["Target"])
        for relation in _attributes(archive, RELATIONS, "Relationship")
    }
    strings, styles = (
        archive.read(parts[kind]) if parts.get(kind) in archive.namelist() else None
        for kind in ("sharedStrings", "styles")
    )
    properties = {
        name: value for each in _attributes(archive, WORKBOOK, "workbookPr", "calcPr") for name, value in each.items()
    }
    return WorkbookFacts(
        strings=read_strings(strings) if strings else (),
        patterns=read_patterns(styles) if styles else (),
        counts_from_1904=properties.get("date1904", "").casefold() in TRUE,
        results_are_due=properties.get("fullCalcOnLoad", "").casefold() in TRUE,
    )


def _part_name(target: str) -> str:
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _choose_tabs(parts: Mapping[str, str], asked: Sequence[str] | None) -> dict[str, str]:
    """Return, for each tab asked for that is there, its part of the archive."""
    by_folded_name = {fold_case(name): name for name in reversed(list(parts))}
    wanted = list(parts) if asked is None else asked
    names = {tab: tab if tab in parts else by_folded_name.get(fold_case(tab)) for tab in wanted}
    return {tab: parts[name] for tab, name in names.items() if name is not None}


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
        relation["Id"]: _part_name(relation["Target"])
        for relation in _attributes(archive, RELATIONS, "Relationship")
        if relation["Type"].endswith("/worksheet")
    }
    sheets = ((sheet["name"], sheet["id"]) for sheet in _attributes(archive, WORKBOOK, "sheet"))
    return {name: parts[relation] for name, relation in sheets if relation in parts}


def _attributes(archive: zipfile.ZipFile, part: str, *names: str) -> list[dict[str, str]]:
    """Return the attributes, without their namespaces, of each element of these names."""
    return [
        {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
        for element in elements(archive.read(part), *names)
    ]
