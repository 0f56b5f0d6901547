"""The cells of a workbook's tab, from its XML: values, what number formats show of them, formulas that failed.

Runs in the child process that reads workbooks. Each cell becomes what a person sees in it:

1. `read_strings`, `read_patterns`: the texts that cells share, and the number format of each style.
2. `read_cells`: every cell at its place, whatever line breaks or namespaces the XML has, with or without references.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from integration.adapters.sources.number_formats import (
    BUILT_IN_PATTERNS,
    FIRST_DAY,
    FIRST_DAY_1904,
    NO_SUCH_DAY,
    is_special,
    show_number,
    write_day,
)
from integration.text_format import LONDON, format_column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.adapters.sources.workbook_protocol import SentCell, WorkbookLimits

_REFERENCE = re.compile(r"\s*([A-Za-z]{1,4})([0-9]{1,8})\s*", re.ASCII)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ISO_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d*)?\s*(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
FIRST_YEAR = 1900
MIDNIGHT = time()
TRUE = {"1", "true"}
TEXTS = {"str", "inlineStr"}
UNWORKED = {"0"}
"""What a library writes as the result of a formula that it did not work out."""


class CellBeyondLimits(Exception):  # noqa: N818  # named for what it says
    """A cell with something in it stands beyond the columns and rows that are read; the message is its reference."""


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """What a cell's meaning rests on: the shared texts, the number format of each style, the workbook's date system.

    `results_are_due` says that the workbook asks the program that opens it to work out every formula: a result of 0 is
    then what a library writes where it knows none.
    """

    strings: Sequence[str] = ()
    patterns: Sequence[str] = ()
    counts_from_1904: bool = False
    results_are_due: bool = False


def read_strings(part: bytes) -> list[str]:
    """Return the texts that cells share, in their order."""
    return [_rich_text(element) for element in elements(part, "si")]


def read_patterns(part: bytes) -> list[str]:
    """Return the number format of each style of cells; "" where it shows numbers as they are."""
    own: dict[int, str] = {}
    styles: list[int] = []
    for element in elements(part, "numFmt", "cellXfs"):
        if _name(element) == "numFmt":
            own.setdefault(int(element.get("numFmtId", "-1")), element.get("formatCode", ""))
        else:
            styles = [int(style.get("numFmtId", "0")) for style in element if _name(style) == "xf"]
    patterns = [own.get(number, BUILT_IN_PATTERNS.get(number, "")) for number in styles]
    return [pattern if is_special(pattern) else "" for pattern in patterns]


def read_cells(part: bytes, facts: WorkbookFacts, limits: WorkbookLimits) -> list[list[SentCell]]:
    """Return the rows of a tab, from the first that holds anything. Raises CellBeyondLimits, ParseError."""
    rows: dict[int, dict[int, SentCell]] = {}
    number = -1
    for row in elements(part, "row"):
        number, column = _row_number(row, number), -1
        for element in row:
            if _name(element) != "c":
                continue
            place = _REFERENCE.fullmatch(element.get("r", ""))
            here, column = (int(place[2]) - 1, column_number(place[1])) if place else (number, column + 1)
            cell = _read_cell(element, facts)
            if cell is None:  # without anything in it, it is only formatted, wherever it stands
                continue
            if not 0 <= here < limits.rows or column >= limits.columns:
                raise CellBeyondLimits(f"{format_column_letters(column)}{here + 1}")
            rows.setdefault(here, {})[column] = cell
    return _to_rows(rows)


def _to_rows(cells: Mapping[int, Mapping[int, SentCell]]) -> list[list[SentCell]]:
    """Return the rows from the first that holds anything; each ends with its last cell."""
    if not cells:
        return []
    rows: list[list[SentCell]] = []
    for number in range(min(cells), max(cells) + 1):
        here = cells.get(number, {})
        row: list[SentCell] = [None] * (max(here, default=-1) + 1)
        for column, cell in here.items():
            row[column] = cell
        rows.append(row)
    return rows


def _row_number(element: ET.Element, before: int) -> int:
    number = element.get("r", "").strip()
    return int(number) - 1 if number.isascii() and number.isdigit() and len(number) <= 8 else before + 1  # noqa: PLR2004


def _read_cell(element: ET.Element, facts: WorkbookFacts) -> SentCell:
    """Return a cell as it is sent: what a person sees in it."""
    text: str | None = None
    has_formula = False
    for child in element:
        name = _name(child)
        if name == "v":
            text = child.text or ""
        elif name == "f":
            has_formula = True
        elif name == "is":
            return _rich_text(child) or None
    kind, bare = element.get("t", "n"), text.strip() if text else ""
    if kind in TEXTS and text is not None:
        return _unescape(text) or None
    if not bare or (facts.results_are_due and has_formula and kind == "n" and bare in UNWORKED):
        return ["failed", ""] if has_formula or kind == "e" else None
    return _read_number(bare, element.get("s", ""), facts) if kind == "n" else _read_typed(kind, bare, facts)


def _read_typed(kind: str, text: str, facts: WorkbookFacts) -> SentCell:
    """Return what a cell holds that says what it is. Raises ValueError, IndexError where it names no shared text."""
    if kind == "s":
        if not text.isdigit():
            raise ValueError(text)
        return facts.strings[int(text)] or None
    if kind == "b":
        return text.casefold() in TRUE
    if kind == "e":
        return ["failed", text]
    return _read_iso(text) if kind == "d" else text


def _read_number(text: str, style: str, facts: WorkbookFacts) -> SentCell:
    try:
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number) or "_" in text:
        return text
    pattern = facts.patterns[int(style)] if style.isdigit() and int(style) < len(facts.patterns) else ""
    if not pattern:
        return number
    first_day = FIRST_DAY_1904 if facts.counts_from_1904 else FIRST_DAY
    shown = show_number(number, pattern, first_day=first_day, has_leap_day_1900=not facts.counts_from_1904)
    if isinstance(shown, date):
        return ["date", write_day(shown)]
    return ["failed", NO_SUCH_DAY] if shown == NO_SUCH_DAY else shown


def _read_iso(text: str) -> SentCell:
    """Return a day or a moment as ISO 8601 writes it, with a zone in London's time; a time of day as its text."""
    found = _ISO_DAY.fullmatch(text)
    if not found:
        return text
    day, hours, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{hours or '00:00'}{zone or ''}")
        if moment.year < FIRST_YEAR and hours:
            return hours
        here = moment.astimezone(LONDON) if zone else moment
        is_day = MIDNIGHT in {moment.time(), here.time()}  # a day by the clock of whoever wrote it, or by ours
        return ["date", write_day(here.date() if is_day else here.replace(tzinfo=None))]
    except (ValueError, OverflowError):
        return text


def _rich_text(element: ET.Element) -> str:
    """Return a text with all its runs; how it is pronounced is left out."""
    runs = [
        inner.text or ""
        for child in element
        if _name(child) in {"t", "r"}
        for inner in ([child] if _name(child) == "t" else child)
        if _name(inner) == "t"
    ]
    return _unescape("".join(runs))


def _unescape(text: str) -> str:
    """Return the text with what XML cannot hold, written `_x000D_`; half a character becomes U+FFFD."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_NAMES: dict[str, str] = {}
MOST_NAMES = 1000


def _name(element: ET.Element) -> str:
    """Return the element's name without its namespace."""
    tag = element.tag
    name = _NAMES.get(tag)
    if name is None:
        name = tag.rpartition("}")[2]
        if len(_NAMES) < MOST_NAMES:
            _NAMES[tag] = name
    return name


def elements(part: bytes, *names: str) -> Iterator[ET.Element]:
    """Yield each element of these names, without its namespace, once all of it was read."""
    for _, element in ET.iterparse(io.BytesIO(part), events=("end",)):  # noqa: S314  # the child has limits
        if _name(element) in names:
            yield element
            element.clear()


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the index of a column, from 0, by its letters: 0 for A, 26 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
