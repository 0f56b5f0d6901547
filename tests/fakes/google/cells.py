"""What stands in a cell, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
GENERAL_DIGITS = 15
WHOLE = 2**53
DEFAULT_PATTERNS = {
    "DATE": "dd/mm/yyyy", "DATE_TIME": "dd/mm/yyyy hh:mm:ss", "TIME": "hh:mm:ss",
    "PERCENT": "0.00%", "NUMBER": "#,##0.00", "CURRENCY": '"£"#,##0.00',
}  # fmt: skip
IN_TIME = {"DATE", "DATE_TIME", "TIME"}
DATE_PARTS = re.compile(r'"[^"]*"|\\.|y+|m+|d+|h+|s+|[^ymdhs"\\]+', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as typed, and the result that it shows."""

    text: str
    result: str | int | float | bool


Value = str | int | float | bool | Formula | None
"""Text, a number, a truth, a formula; None is an empty cell. Days are serial numbers."""

CellFormat = dict[str, Any]
"""Everything of a `CellData` but its value; never changed in place, since many cells share one."""


def serial(moment: date) -> float | int:
    """Return a day or a moment as the days since 30 December 1899."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return number((moment.replace(tzinfo=UTC) - EPOCH) / timedelta(days=1))


def moment_of(days: float) -> datetime:
    """Return the moment (UTC by name only) of a serial number, to the second."""
    return EPOCH + timedelta(seconds=round(days * 86400))


def number(value: float) -> float | int:
    """Return a number as JSON from Google has it: every one is a double, whole ones without a point."""
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < WHOLE else value


def plain(value: Value) -> str | int | float | bool:
    """Return the value as UNFORMATTED_VALUE gives it; "" where there is none."""
    if value.__class__ is Formula:
        return value.result
    return "" if value is None else value  # type: ignore[return-value]  # no formula, see above


def number_format(cell_format: CellFormat | None) -> dict[str, str]:
    """Return the `NumberFormat` of a cell format, {} where it has none."""
    found: dict[str, str] = (cell_format or {}).get("userEnteredFormat", {}).get("numberFormat", {})
    return found


def is_in_time(cell_format: CellFormat | None) -> bool:
    """Return whether numbers are shown as days or times."""
    return number_format(cell_format).get("type") in IN_TIME


def shown(value: Value, cell_format: CellFormat | None) -> str:
    """Return the text that a person sees in the cell."""
    found = plain(value)
    if isinstance(found, bool):
        return "TRUE" if found else "FALSE"
    if isinstance(found, str):
        return found
    form = number_format(cell_format)
    pattern = form.get("pattern") or DEFAULT_PATTERNS.get(form.get("type", ""), "")
    if form.get("type") in IN_TIME:
        return _in_time(found, pattern)
    return _in_digits(found, pattern) if re.search("[0#]", pattern) else _general(found)


def _general(found: float) -> str:
    return f"{found:.{GENERAL_DIGITS}g}".replace("e+", "E+").replace("e-", "E-")


def _in_digits(found: float, pattern: str) -> str:
    positive = pattern.split(";", maxsplit=1)[0]
    picture = re.search(r"[#0,]*[0#](?:\.[0#]+)?(%?)", positive)
    if not picture:
        return _general(found)
    decimals = len(re.findall("[0#]", picture[0].partition(".")[2]))
    required = picture[0].partition(".")[2].count("0")
    grouped = "," if "," in picture[0] else ""
    text = f"{found * (100 if picture[1] else 1):{grouped}.{decimals}f}"
    for _ in range(decimals - required):
        text = text.removesuffix("0")
    before, after = positive[: picture.start()], positive[picture.end() :]
    return (before + text.removesuffix(".") + picture[1] + after).replace('"', "").replace("\\", "")


def _in_time(days: float, pattern: str) -> str:
    hours, rest = divmod(round(days * 86_400), 3600)
    pattern = re.sub(r"\[h+\]", lambda found: f'"{hours:0{len(found[0]) - 2}}"', pattern)
    pattern = pattern.replace("mm", f'"{rest // 60:02}"', 1) if pattern.startswith('"') else pattern
    moment = moment_of(days)
    parts = DATE_PARTS.findall(pattern)
    text, in_hours = "", False
    for part in parts:
        text += _part(part, moment, in_hours=in_hours)
        if part[0].lower() in "hs":
            in_hours = True
        elif part[0].lower() in "ymd":
            in_hours = False
    return text


def _part(part: str, moment: datetime, *, in_hours: bool) -> str:
    kind, length = part[0].lower(), min(len(part), 4)
    if kind not in "ymdhs":
        return part.strip('"').removeprefix("\\")
    if kind == "m" and in_hours:
        kind = "minute"
    codes = {
        ("y", 4): "%Y", ("y", 2): "%y", ("m", 4): "%B", ("m", 3): "%b", ("m", 2): "%m", ("d", 4): "%A", ("d", 3): "%a",
        ("d", 2): "%d", ("h", 2): "%H", ("s", 2): "%S", ("minute", 2): "%M",
    }  # fmt: skip
    if code := codes.get((kind, length)):
        return moment.strftime(code)
    one = {"y": moment.year, "m": moment.month, "d": moment.day, "h": moment.hour, "s": moment.second}
    return str(one.get(kind, moment.minute))
