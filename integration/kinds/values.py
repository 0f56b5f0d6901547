"""One function for each type of value: it is given what was typed and returns the value, or the code of what is wrong.

What was typed is text, or what a spreadsheet's cell holds: a number, a truth value, a real date. Nothing is ever
guessed: what cannot be read as exactly one value is reported.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.spelling import INVISIBLE, clean_text, fold_case, visible_text
from integration.model import DateCell, FailedCell, IssueCode, SheetCell
from integration.text_format import MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

Raw = SheetCell
Value = str | float | None

TICK_SEPARATOR = "\x1f"
"""Stands between the ticks of one answer when they come one by one, as the Forms API gives them."""
JOINED_MARK = "\x1e"
"""Stands before an answer whose ticks one cell holds joined by commas, as a sheet or a CSV gives them."""

NO_RESULT_SHOWN = "(a formula without a result)"
"""What stands for a formula that no program has worked out, where only text can stand."""

OTHER = "other"
CODE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ReadValue:
    """What was read: a value, or the code of what is wrong. `other` is the text given with the value "other"."""

    value: Value = None
    code: IssueCode | None = None
    other: str | None = None
    ticks: int = 0


NO_VALUE = ReadValue()


def to_text(raw: Raw) -> str:
    """Return what a person would see in the cell: whole numbers without `.0`, dates as `YYYY-MM-DD`."""
    if raw is None:
        return ""
    if isinstance(raw, DateCell):
        return raw.iso
    if isinstance(raw, FailedCell):
        return raw.error or NO_RESULT_SHOWN
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, float) and raw.is_integer() and abs(raw) <= 2**53:  # exact as a float
        return str(int(raw))
    return str(raw)


_ERROR_WORD = re.compile(r"#(?:N/A|GETTING_DATA|#+|[A-Z0-9_/]+[!?])|Err:\d{3}")


def from_text(text: str) -> Raw:
    """Return the cell that `to_text` may have made this text of: that of an error or of a formula without a result."""
    if text == NO_RESULT_SHOWN:
        return FailedCell("")
    return FailedCell(text) if _ERROR_WORD.fullmatch(text) else text


def read_failed(cell: FailedCell, read: Callable[[Raw], ReadValue]) -> ReadValue:
    """Return why a cell without a value is reported; one that shows an error as what the rule `read` says of a word."""
    if not cell.error:
        return ReadValue(code=IssueCode.NO_RESULT)
    return ReadValue(code=read(cell.error).code or IssueCode.BAD_FORMAT)


def read_text(raw: Raw, pattern: re.Pattern[str] | None = None) -> ReadValue:
    """Read words: stripped and NFC only, line breaks kept. A pattern is that of what can be seen."""
    text = unicodedata.normalize("NFC", to_text(raw)).strip()
    if pattern and not pattern.search(text):
        text = visible_text(text)
        if not pattern.search(text):
            return ReadValue(code=IssueCode.BAD_FORMAT)
    return ReadValue(text or None)


_NUMBER = re.compile(
    r"(?:(?:about|approx|approximately|around|roughly|circa|c\.|~)\s*)?"
    r"(?P<sign>[+\-\u2212])?\s?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d*)?|[.,]\d+)"
    r"\s*(?:h|hr|hrs|hour|hours|%)?",
    re.IGNORECASE | re.ASCII,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


def read_number(
    raw: Raw, minimum: float | None = None, maximum: float | None = None, *, must_be_whole: bool = False
) -> ReadValue:
    """Read exactly one number; `12,5` is 12.5 and `1,200` is 1200.

    A range or a word is `not_a_number`, and so is 6.5 where it must be whole.
    """
    number = _parse_number(raw)
    if number is None or (must_be_whole and not number.is_integer()):
        return ReadValue(code=IssueCode.NOT_A_NUMBER)
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        return ReadValue(code=IssueCode.OUT_OF_RANGE)
    return ReadValue(number)


def read_scale(raw: Raw, low: int, high: int) -> ReadValue:
    """Read a whole number from low to high."""
    if isinstance(raw, str):
        whole = re.fullmatch(r"[+-]?\d{1,9}", visible_text(raw), re.ASCII)
        number = float(whole.group()) if whole else None
    else:
        number = _parse_number(raw)
    if number is None or not number.is_integer():
        return ReadValue(code=IssueCode.NOT_A_NUMBER)
    return ReadValue(number) if low <= number <= high else ReadValue(code=IssueCode.OUT_OF_RANGE)


def _parse_number(raw: Raw) -> float | None:
    if isinstance(raw, (bool, DateCell, FailedCell)) or raw is None:
        return None
    if isinstance(raw, (int, float)):
        return float(raw) if math.isfinite(raw) else None
    match = _NUMBER.fullmatch(visible_text(raw))
    if match is None:
        return None
    digits = match["digits"]
    digits = digits.replace(",", "") if _GROUPED.fullmatch(digits) else digits.replace(",", ".")
    number = float(digits)
    if not math.isfinite(number):
        return None
    return -number if match["sign"] in ("-", "\u2212") else number


LONDON = ZoneInfo("Europe/London")

TIME_OF_DAY = (
    r"(?:t|,? )(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?"
    r"(?: ?(?P<zone>z|bst|(?:gmt|utc)?(?P<offset>[+-]\d\d?(?::?\d\d)?)|gmt|utc))?"
)
"""What may follow a day in folded text, as a regular expression; `read_time_of_day` reads its match."""


def read_time_of_day(match: re.Match[str]) -> time:
    """Return the aware time, without its fraction; without a zone it is London's. Raises ValueError."""
    zone = _read_zone(match["zone"], match["offset"])
    return time(_read_hour(match["hour"], match["half"]), int(match["minute"]), int(match["second"] or 0), tzinfo=zone)


def _read_hour(hour: str, half: str | None) -> int:
    number = int(hour)
    if half is None:
        return number
    if not 1 <= number <= 12:  # noqa: PLR2004  # a clock of two halves
        raise ValueError(hour)
    return number % 12 + (12 if half == "p" else 0)


def _read_zone(zone: str | None, offset: str | None) -> tzinfo:
    if zone is None:
        return LONDON
    if zone == "bst":
        return timezone(timedelta(hours=1))
    if offset is None:
        return UTC
    hours, minutes = re.fullmatch(r".(\d\d?):?(\d\d)?", offset).groups()  # type: ignore[union-attr]  # as in TIME_OF_DAY
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if offset.startswith("-") else ahead)


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIMED = re.compile(rf"(?P<day>.*\d){TIME_OF_DAY}", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_MONTH_NAMED = re.compile(r"(\d{1,2}) ([a-z]+) (\d{4})", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_MONTH_NUMBERS = {
    spelling: number
    for number, name in enumerate(map(str.lower, MONTHS), start=1)
    for spelling in (name, name[:3], *(["sept"] if number == 9 else []))  # noqa: PLR2004  # September
}
_SERIAL_ZERO, _SERIAL_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIAL_FIRST, _SERIAL_LAST = 30000, 60000
_YEAR_FIRST, _YEAR_LAST = 1900, 2199


def read_date(raw: Raw) -> ReadValue:
    """Read a day, always day first; the value is `YYYY-MM-DD`. With a time in a zone it is the day in London."""
    day = _parse_date(raw)
    return ReadValue(code=IssueCode.NOT_A_DATE) if day is None else ReadValue(day.isoformat())


def _parse_date(raw: Raw) -> date | None:  # one return a spelling reads best
    if isinstance(raw, DateCell):
        return _date_from_parts(*raw.iso.partition(" ")[0].split("-"))
    if isinstance(raw, (bool, FailedCell)) or raw is None:
        return None
    if isinstance(raw, (int, float)):
        return _date_from_serial(float(raw))
    text = fold_case(raw)
    timed = _TIMED.fullmatch(text)
    day = _parse_day(timed["day"] if timed else text)
    if timed is None or day is None:
        return day
    try:
        return datetime.combine(day, read_time_of_day(timed)).astimezone(LONDON).date()
    except (ValueError, OverflowError):
        return None


def _parse_day(text: str) -> date | None:
    if match := _ISO.fullmatch(text):
        return _date_from_parts(*match.groups())
    if match := _DAY_FIRST.fullmatch(text):
        day, _, month, year = match.groups()
        return _date_from_parts(year if len(year) > 2 else f"20{year}", month, day)  # noqa: PLR2004  # YY
    if match := _MONTH_NAMED.fullmatch(text):
        day, name, year = match.groups()
        return _date_from_parts(year, str(_MONTH_NUMBERS.get(name, 0)), day)
    return _date_from_serial(float(text)) if _SERIAL.fullmatch(text) else None


def _date_from_parts(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _YEAR_FIRST <= found.year <= _YEAR_LAST else None


def count_from_1904(raw: Raw) -> Raw:
    """Return the day that a bare serial number means in a workbook of the 1904 system; anything else as it is."""
    number = float(raw) if isinstance(raw, str) and _SERIAL.fullmatch(visible_text(raw)) else raw
    if isinstance(number, (bool, str)) or not isinstance(number, (int, float)):
        return raw
    if not _SERIAL_FIRST <= number <= _SERIAL_LAST:
        return raw
    return DateCell((_SERIAL_ZERO_1904 + timedelta(days=math.floor(number))).isoformat())


def _date_from_serial(number: float) -> date | None:
    if not _SERIAL_FIRST <= number <= _SERIAL_LAST:
        return None
    return _SERIAL_ZERO + timedelta(days=math.floor(number))


def read_choice(raw: Raw, options: Mapping[str, str], no_answer: frozenset[str], *, other: bool) -> ReadValue:
    """Read one option; `options` maps folded names and aliases to the option's name."""
    text = to_text(raw)
    folded = fold_case(text)
    if folded in no_answer:
        return NO_VALUE
    if folded in options:
        return ReadValue(options[folded])
    return ReadValue(OTHER, other=clean_text(text)) if other else ReadValue(code=IssueCode.UNKNOWN_CHOICE)


def read_likert(raw: Raw, labels: Mapping[str, int], no_answer: frozenset[str]) -> ReadValue:
    """Read one of five labels, or a bare 1 to 5, as that number."""
    folded = fold_case(to_text(raw))
    if folded in no_answer:
        return NO_VALUE
    if folded in labels:
        return ReadValue(float(labels[folded]))
    is_number = re.fullmatch("[1-5]", folded, re.ASCII)
    return ReadValue(float(folded)) if is_number else ReadValue(code=IssueCode.UNKNOWN_CHOICE)


def read_name(raw: Raw, keys: Mapping[str, str], code: IssueCode) -> ReadValue:
    """Read the name of a team or an authority as its key; `keys` has it by folded names and aliases."""
    key = keys.get(fold_case(raw)) if isinstance(raw, str) else None
    return ReadValue(key) if key else ReadValue(code=code)


def read_choices(raw: Raw, options: Mapping[str, str], no_answer: frozenset[str], *, other: bool) -> ReadValue:
    """Read tick boxes: the known ones are kept, joined by `; `, and an unknown one is `unknown_choice`.

    From a sheet or a CSV one cell holds them joined by `, ` (or `;`): an option that itself contains a comma is
    read whole, and what matches nothing is, put together again, one text under Other.
    """
    text = to_text(raw)
    if isinstance(raw, str) and not raw.startswith(JOINED_MARK):
        parts: Sequence[str] = raw.split(TICK_SEPARATOR)
    else:
        parts = _split_joined(text.removeprefix(JOINED_MARK), options, no_answer)
    names: dict[str, None] = {}
    others: list[str] = []
    for part in parts:
        folded = fold_case(part)
        if folded in options:
            names[options[folded]] = None
        elif folded and folded not in no_answer:
            others.append(clean_text(part))
    if others and other:
        names[OTHER] = None
    return ReadValue(
        value="; ".join(names) or None,
        code=IssueCode.UNKNOWN_CHOICE if others and not other else None,
        other="; ".join(others) if others and other else None,
        ticks=len(names),
    )


_COMMA = re.compile(rf",[{INVISIBLE}]*\s|;\s?")


def _split_joined(text: str, options: Mapping[str, str], no_answer: frozenset[str]) -> list[str]:
    """Split at commas, but take the longest run that is an option first; join what matches nothing."""
    cuts = [(0, 0), *((m.start(), m.end()) for m in _COMMA.finditer(text)), (len(text), len(text))]
    starts, ends = [after for _, after in cuts[:-1]], [before for before, _ in cuts[1:]]
    known: list[str] = []
    unknown: list[str] = []
    position = 0
    while position < len(starts):
        for last in range(len(ends) - 1, position - 1, -1):
            part = text[starts[position] : ends[last]]
            if fold_case(part) in options or fold_case(part) in no_answer:
                known.append(part)
                position = last + 1
                break
        else:
            unknown.append(text[starts[position] : ends[position]])
            position += 1
    return known + ([", ".join(unknown)] if unknown else [])


def normalise_code(raw: Raw) -> str:
    """Return a respondent's code as it is compared: no white space, nothing invisible, in capitals."""
    return "".join(visible_text(to_text(raw)).split()).upper()


def read_code(raw: Raw, pattern: re.Pattern[str], key: bytes) -> ReadValue:
    """Read a respondent's own code as its keyed hash: the first 12 hexadecimal digits of HMAC-SHA256."""
    code = normalise_code(raw)
    if not pattern.search(code):
        return ReadValue(code=IssueCode.BAD_FORMAT)
    return ReadValue(hmac.new(key, code.encode(), hashlib.sha256).hexdigest()[:CODE_DIGITS])
