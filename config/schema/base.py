"""What every model is made of: its rules, and the kinds of text."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
JOB_PATTERN = r"^[a-z][a-z-]*$"
EMAIL_PATTERN = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=40)]
"""A key: lower-case letters, digits and underscores; it appears in files, tabs and commands."""

Words = Annotated[str, Field(min_length=1)]
"""Text, of one paragraph or several."""

Line = Annotated[str, Field(min_length=1, pattern=LINE_PATTERN)]
"""Text on one line: a name, a title, a label. It may stand in the header of a mail or in the name of a sheet."""


def _written_as(pattern: str, error: str) -> BeforeValidator:
    """Let a text through only in this form: pydantic would read a bare number as seconds since 1970 or midnight."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value.strip()):
            raise PydanticCustomError(error, "not written as it should be")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _written_as(DAY_PATTERN, "day_form")]
"""A day, written `YYYY-MM-DD`."""

TimeOfDay = Annotated[
    time,
    _written_as(TIME_PATTERN, "time_form"),
    # JSON Schema's own format for times asks for seconds and a zone, and would refuse 07:00 in an editor.
    WithJsonSchema({"type": "string", "pattern": TIME_PATTERN}),
]
"""A time of day, written `HH:MM`."""


class Model(BaseModel):
    """Every model: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        defer_build=True,  # each model is built once, inside the file that it belongs to
    )


FIXED_LENGTHS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(7),
}
MONTHS_PER_UNIT = {"month": 1, "year": 12}
SHORT_UNITS = ("minute", "hour", "day", "week")
LONG_UNITS = ("day", "week", "month", "year")
LONGEST_YEARS = 100

_WORDS = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day|week|month|year)s?")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of a unit: `minute`, `hour`, `day`, `week`, `month` or `year`; at least one, at most a hundred years."""

    count: int
    unit: str

    @property
    def timedelta(self) -> timedelta:
        """The exact length. Raises ValueError for months and years, which have none: ask `before` or `after`."""
        if self.unit not in FIXED_LENGTHS:
            raise ValueError(f"{self.in_words()} are not of one length; count them from a moment")
        return self.count * FIXED_LENGTHS[self.unit]

    def before(self, moment: datetime) -> datetime:
        """Return the moment that is so long before this one, which is aware; UTC.

        Months and years are those of the calendar: a month before 31 March is the last day of February.
        """
        return self._moved(moment, -1)

    def after(self, moment: datetime) -> datetime:
        """Return the moment that is so long after this one, likewise."""
        return self._moved(moment, 1)

    def in_words(self) -> str:
        """Return it as it is written: `1 hour`, `30 minutes`."""
        return f"{self.count} {self.unit}" if self.count == 1 else f"{self.count} {self.unit}s"

    def _moved(self, moment: datetime, way: int) -> datetime:
        moment = moment.astimezone(UTC)
        try:
            if self.unit in FIXED_LENGTHS:
                return moment + way * self.timedelta
            return _months_on(moment, way * self.count * MONTHS_PER_UNIT[self.unit])
        except (OverflowError, ValueError):  # beyond what a calendar here can hold
            return _FIRST if way < 0 else _LAST


def parse_duration(words: str, units: Sequence[str] = (*FIXED_LENGTHS, *MONTHS_PER_UNIT)) -> Duration:
    """Return what the words say, of one of the units. Raises ValueError, with what may be written."""
    match = _WORDS.fullmatch(fold_case(words))
    if match and match[2] in units:
        duration = Duration(int(match[1]), match[2])
        if duration.after(datetime(2000, 1, 1, tzinfo=UTC)) <= datetime(2000 + LONGEST_YEARS, 1, 1, tzinfo=UTC):
            return duration
    raise ValueError(describe_allowed_durations(units))


def describe_allowed_durations(units: Sequence[str]) -> str:
    """Return what may be written, in words."""
    *most, last = (f"{unit}s" for unit in units)
    return f"a number of {', '.join(most)} or {last}, such as 1 {units[0]} or 2 {last}"


def _months_on(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    days = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, days))


def _written(units: Sequence[str], error: str) -> GetPydanticSchema:
    """Let pydantic read the words, and write them where it writes a value."""

    def read(value: object) -> Duration:
        if isinstance(value, Duration) and value.unit in units:
            return value
        try:
            return parse_duration(value if isinstance(value, str) else "", units)
        except ValueError:
            raise PydanticCustomError(error, "not written as it should be") from None

    schema = core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(Duration.in_words)
    )
    return GetPydanticSchema(lambda _, __: schema)


def _shape(units: Sequence[str], *examples: str) -> WithJsonSchema:
    # An editor sees case where we do not; that it wants small letters does no harm.
    return WithJsonSchema(
        {"type": "string", "pattern": rf"^[1-9][0-9]{{0,5}} ({'|'.join(units)})s?$", "examples": list(examples)}
    )


ShortDuration = Annotated[
    Duration, _written(SHORT_UNITS, "short_duration"), _shape(SHORT_UNITS, "30 minutes", "2 hours")
]
"""How long something may take: minutes, hours, days or weeks, so that `timedelta` is known."""

LongDuration = Annotated[Duration, _written(LONG_UNITS, "long_duration"), _shape(LONG_UNITS, "24 months", "6 years")]
"""How long something is kept: days, weeks, months or years."""
