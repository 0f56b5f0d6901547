"""What a spreadsheet shows of a number by its number format: per cent, a day, a time; alike for Excel and Google.

A per-cent cell is read as what it shows, `25%`, and a time or a duration as its text, `5:30`: the same words as in a
CSV download, so that every route gives the same value. A time whose text alone could be taken for a number (`[m]`,
`h.mm`) is written out, `5:30:00`: it is a number nowhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from functools import lru_cache

FIRST_DAY = date(1899, 12, 30)
"""Day 0 of the serial numbers of dates."""
FIRST_DAY_1904 = date(1904, 1, 1)
"""Day 0 in a workbook of the 1904 system."""
LAST_DAY = date(9999, 12, 31)
LEAP_DAY_1900 = 60
"""Excel's number of 29 February 1900, a day that no calendar has."""
DAY_SECONDS = 86_400
NO_SUCH_DAY = "########"
"""What is shown where no calendar has such a day, as Excel does."""

LONGEST_PATTERN = 255
"""Characters of a number format that are looked at; no program lets people type more."""
MOST_DECIMALS = 30


class Shown(StrEnum):
    """What a number is shown as."""

    NUMBER = "number"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"


DEFAULT_PATTERNS = {"DATE": "dd/mm/yyyy", "DATE_TIME": "dd/mm/yyyy hh:mm:ss", "TIME": "hh:mm:ss", "PERCENT": "0.00%"}
"""By Google's type of a number format, for one that comes without a pattern."""

BUILT_IN_PATTERNS = {
    9: "0%", 10: "0.00%",
    14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
    21: "h:mm:ss", 22: "dd/mm/yyyy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    **dict.fromkeys([*range(27, 32), 36, *range(50, 55), 57, 58], "yyyy-mm-dd"),
    **dict.fromkeys([32, 33, 34, 35, 55, 56], "h:mm:ss"),
}  # fmt: skip
"""The number formats that a workbook names by number alone (ECMA-376, 18.8.30), those of days, times and shares."""

_PART = re.compile(
    r'"[^"]*"?|\\.|[_*].|(?P<elapsed>\[(?:h+|m+|s+)\])|\[(?P<condition>[<>=]+)(?P<limit>-?[\d.]+)\]|\[[^\]]*\]'
    r"|(?P<half>AM/PM|A/P)|(?P<time>h+|s+)|(?P<day>y+|d+)|(?P<month>m+)|(?P<percent>%)|(?P<general>general)"
    r"|(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)|(?P<end>;)|.",
    re.IGNORECASE | re.DOTALL,
)
_COMPARE = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__, "<>": float.__ne__,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the up to four parts of a number format, each for numbers of its own.

    `parts` are its pieces in order, `condition` and `limit` say for which numbers it is; `shown` is what it makes of
    them, `decimals` the places after the point, each with its sign.
    """

    parts: tuple[re.Match[str], ...]
    condition: str
    limit: float
    shown: Shown
    decimals: str

    def holds(self, value: float) -> bool:
        """Return whether the section is for this number."""
        return not self.condition or _COMPARE[self.condition](float(value), self.limit)


@lru_cache(maxsize=1024)
def _split(pattern: str) -> tuple[_Section, ...]:
    sections: list[list[re.Match[str]]] = [[]]
    for part in _PART.finditer(pattern[:LONGEST_PATTERN]):
        if part["end"]:
            sections.append([])
        else:
            sections[-1].append(part)
    return tuple(_make_section(parts) for parts in sections)


def _make_section(parts: list[re.Match[str]]) -> _Section:
    kinds = {kind for part in parts for kind, found in part.groupdict().items() if found}
    has_time = bool(kinds & {"time", "elapsed", "half"})
    shown = Shown.NUMBER
    if "day" in kinds or ("month" in kinds and not has_time):
        shown = Shown.DATE
    elif has_time:
        shown = Shown.TIME
    elif "percent" in kinds:
        shown = Shown.PERCENT
    condition, limit = "", 0.0
    for part in parts:
        if part["condition"] in _COMPARE and re.fullmatch(r"-?\d+\.?\d*|-?\.\d+", part["limit"]):
            condition, limit = part["condition"], float(part["limit"])
    digits = "".join(part["digits"] for part in parts if part["digits"])
    decimals = digits.partition(".")[2].replace(",", "").replace("?", "0")[:MOST_DECIMALS]
    return _Section(tuple(parts), condition, limit, shown, decimals)


def _section_for(pattern: str, value: float) -> _Section:
    sections = _split(pattern)
    if len(sections) == 1:
        return sections[0]
    if any(section.condition for section in sections):
        return next((each for each in sections if each.holds(value)), sections[-1])
    if value == 0:
        return sections[2] if len(sections) > 2 else sections[0]  # noqa: PLR2004  # the third is for zero
    return sections[0 if value > 0 else 1]


@lru_cache(maxsize=1024)
def is_special(pattern: str) -> bool:
    """Return whether some numbers are shown as per cent, days or times by this number format."""
    return any(section.shown is not Shown.NUMBER for section in _split(pattern))


@lru_cache(maxsize=16_384)
def show_number(
    value: float, pattern: str, *, first_day: date = FIRST_DAY, has_leap_day_1900: bool = False
) -> float | str | date:
    """Return what a cell with a number shows: the number, `25%`, a day, or a time in the words of its format.

    A day that is shown with a time is a datetime, unless it is midnight. A day that no calendar has is `NO_SUCH_DAY`.
    Excel's numbers of days begin with 1 for 1 January 1900, and have a 29 February 1900 (`has_leap_day_1900`); Google's
    are the same from 1 March 1900 on, and before that count without a gap.
    """
    section = _section_for(pattern, value)
    if section.shown is Shown.PERCENT:
        return _show_percent(value, section)
    if section.shown is Shown.TIME:
        return _show_time(value, section)
    if section.shown is Shown.DATE:
        if any(part["time"] or part["half"] or part["elapsed"] for part in section.parts):
            value = round(value * DAY_SECONDS) / DAY_SECONDS if math.isfinite(value * DAY_SECONDS) else value
        days = value // 1
        if has_leap_day_1900 and days < LEAP_DAY_1900:
            days = days + 1 if days > 0 else -math.inf
        elif has_leap_day_1900 and days == LEAP_DAY_1900:
            return NO_SUCH_DAY
        if not 1 <= first_day.toordinal() + days <= LAST_DAY.toordinal():
            return NO_SUCH_DAY
        day = first_day + timedelta(days=int(days))
        return _with_time(day, value) if any(part["time"] or part["half"] for part in section.parts) else day
    return value


def write_day(day: date) -> str:
    """Return a day that a cell shows as `2022-03-01`; with the time where it shows one, `2022-03-01 10:30`."""
    if not isinstance(day, datetime):
        return day.isoformat()
    return day.isoformat(" ", "seconds" if day.second else "minutes")


def _with_time(day: date, value: float) -> date:
    """Return the day with the time that the part behind the point of the number is; the day alone at midnight."""
    seconds = round(value % 1 * DAY_SECONDS)
    return datetime.combine(day, time()) + timedelta(seconds=seconds) if seconds else day


def _show_percent(value: float, section: _Section) -> str:
    places = section.decimals
    scale = 2 * sum(bool(part["percent"]) for part in section.parts)
    # repr gives the shortest decimal of the float, so that 0.29 is 29 and not 28.999999999999996.
    exact = Decimal(repr(float(value))).scaleb(scale)
    if exact.adjusted() > MOST_DECIMALS:
        return f"{float(exact)!r}%"
    context = Context(prec=2 * MOST_DECIMALS + 2)  # as many digits as can stand before and behind the point
    rounded = exact.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP, context) or Decimal(0)
    text = f"{rounded:f}"
    for place in reversed(places):
        if place != "#" or not text.endswith("0"):
            break
        text = text[:-1]
    return text.removesuffix(".") + "%"


def _show_time(value: float, section: _Section) -> str:
    if abs(value) > LAST_DAY.toordinal():
        return NO_SUCH_DAY
    parts = section.parts
    places = next((len(p["digits"]) - 1 for p in parts if p["digits"] and p["digits"].startswith(".")), 0)
    unit = 10 ** min(places, 6)
    seconds, rest = divmod(round(abs(value) * DAY_SECONDS * unit), unit)
    fraction = f".{rest:0{places}}" if places else ""
    has_half = any(part["half"] for part in parts)
    text = "".join(_show_part(part, seconds, fraction, has_half=has_half) for part in parts).strip()
    if not has_half and _ONE_NUMBER.fullmatch(text):
        hours = seconds // 3600
        if not any(part["elapsed"] for part in parts):
            hours %= 24
        text = f"{hours}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
    return f"-{text}" if value < 0 else text


_ONE_NUMBER = re.compile(r"\D*\d+(?:[.,]\d+)*\D*", re.ASCII)
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def _show_part(part: re.Match[str], seconds: int, fraction: str, *, has_half: bool) -> str:
    """Return what one piece of a format for times makes of so many seconds."""
    kind, found = part.lastgroup, part[0]
    letter, width = found.strip("[")[:1].lower(), len(found.strip("[]"))
    if kind == "elapsed":
        return f"{seconds // _SECONDS[letter]:0{width}}"
    if kind == "half":
        return found.split("/")[seconds // 43_200 % 2]
    if kind in {"time", "month"}:
        number = seconds // _SECONDS[letter] % (24 if letter == "h" else 60)
        number = (number % 12 or 12) if letter == "h" and has_half else number
        return f"{number:0{min(width, 2)}}"
    if kind == "digits":
        return fraction if found.startswith(".") else found
    return {'"': found.strip('"'), "\\": found[1:], "_": " ", "[": "", "*": ""}.get(found[0], found)
