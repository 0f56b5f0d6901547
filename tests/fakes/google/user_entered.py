"""What Google makes of words that a person types into a cell (USER_ENTERED, in a British spreadsheet)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakes.google.cells import CellFormat

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TIME = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")
DAY = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number, and the type and pattern of the number format that it was given as it was typed."""

    value: float
    type: str
    pattern: str

    @property
    def cell_format(self) -> CellFormat:
        """The format of its cell."""
        found: dict[str, Any] = {"type": self.type, "pattern": self.pattern}
        return {"userEnteredFormat": {"numberFormat": found}}


def as_typed(words: object) -> Any:
    """Return what stands in a cell once this was typed; what is no text is that already."""
    if not isinstance(words, str):
        return words
    if words.startswith("'"):
        return words[1:]
    if words.endswith("%") and NUMBER.fullmatch(words[:-1]):
        return ShownNumber(float(words[:-1]) / 100, "PERCENT", "0.00%" if "." in words else "0%")
    if match := TIME.fullmatch(words):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        pattern = "[h]:mm:ss" if hours >= 24 or match[3] else "hh:mm"  # more than a day is a duration
        return ShownNumber(((hours * 60 + minutes) * 60 + seconds) / 86_400, "TIME", pattern)
    if match := DAY.fullmatch(words):
        day, month, year = map(int, match.groups())
        return date(year, month, day)
    return float(words) if NUMBER.fullmatch(words) else words
