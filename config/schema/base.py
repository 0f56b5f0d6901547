"""What every model is made of: its rules, kinds of text, dates and times, durations and retention periods.

A duration is written in words (`30 minutes`, `6 years`), and so is a retention period
(`6 years after the programme ends`, `for ever`).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetPydanticSchema, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def _require_pattern(pattern: str, error: str) -> BeforeValidator:
    """Let a text through only in this form: pydantic would read a bare number as seconds since 1970 or midnight."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value.strip()):
            raise PydanticCustomError(error, "not written as it should be")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _require_pattern(DAY_PATTERN, "day_form")]
"""A day, written `YYYY-MM-DD`."""

TimeOfDay = Annotated[
    time,
    _require_pattern(TIME_PATTERN, "time_form"),
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
MAX_YEARS = 100

_FIRST_MOMENT, _LAST_MOMENT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_DURATION = re.compile(r"([1-9][0-9]{0,5}) (minute|hour|day|week|month|year)s?")


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
        return self._shift(moment, -1)

    def after(self, moment: datetime) -> datetime:
        """Return the moment that is so long after this one, likewise."""
        return self._shift(moment, 1)

    def in_words(self) -> str:
        """Return it as it is written: `1 hour`, `30 minutes`."""
        return f"{self.count} {self.unit}" if self.count == 1 else f"{self.count} {self.unit}s"

    def _shift(self, moment: datetime, direction: int) -> datetime:
        moment = moment.astimezone(UTC)
        try:
            if self.unit in FIXED_LENGTHS:
                return moment + direction * self.timedelta
            months = moment.year * 12 + moment.month - 1 + direction * self.count * MONTHS_PER_UNIT[self.unit]
            year, month = divmod(months, 12)
            last_day = calendar.monthrange(year, month + 1)[1]
            return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
        except (OverflowError, ValueError):  # beyond what a calendar here can hold
            return _FIRST_MOMENT if direction < 0 else _LAST_MOMENT


def parse_duration(words: str, units: Sequence[str] = (*FIXED_LENGTHS, *MONTHS_PER_UNIT)) -> Duration:
    """Return what the words say, of one of the units. Raises ValueError, with what may be written."""
    match = _DURATION.fullmatch(fold_case(words))
    if match and match[2] in units:
        duration = Duration(int(match[1]), match[2])
        if duration.after(datetime(2000, 1, 1, tzinfo=UTC)) <= datetime(2000 + MAX_YEARS, 1, 1, tzinfo=UTC):
            return duration
    raise ValueError(describe_allowed_durations(units))


def describe_allowed_durations(units: Sequence[str]) -> str:
    """Return what may be written, in words."""
    *most, last = (f"{unit}s" for unit in units)
    return f"a number of {', '.join(most)} or {last}, such as 1 {units[0]} or 2 {last}"


FOR_EVER = "for ever"
AFTER_PROGRAMME_END = "after the programme ends"
RETENTION_ADVICE = f"a length such as 12 months or 6 years, “6 years {AFTER_PROGRAMME_END}”, or “{FOR_EVER}”"


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """How long something is kept: so long after it came, or all of it until so long after the programme has ended.

    No `duration` is for ever.
    """

    duration: Duration | None
    after_programme_end: bool = False

    def cutoff(self, *, now: datetime, end: date) -> datetime | None:
        """Return the moment such that what is older has been kept long enough; None where nothing has.

        `end` is the programme's last day.
        """
        if self.duration is None:
            return None
        if not self.after_programme_end:
            return self.duration.before(now)
        midnight_after = datetime.combine(end + timedelta(days=1), time(), tzinfo=ZoneInfo("Europe/London"))
        return now if self.duration.after(midnight_after) <= now else None

    def in_words(self) -> str:
        """Return it as it is written."""
        if self.duration is None:
            return FOR_EVER
        words = self.duration.in_words()
        return f"{words} {AFTER_PROGRAMME_END}" if self.after_programme_end else words


def parse_retention_period(words: str) -> RetentionPeriod:
    """Return what the words say. Raises ValueError."""
    text = fold_case(words)
    if text == FOR_EVER:
        return RetentionPeriod(None)
    length = text.removesuffix(f" {AFTER_PROGRAMME_END}")
    return RetentionPeriod(parse_duration(length, LONG_UNITS), after_programme_end=length != text)


def _from_words(parse: Callable[[str], Duration | RetentionPeriod], error: str) -> GetPydanticSchema:
    """Let pydantic parse the words, and write them where it writes a value."""

    def read(value: object) -> Duration | RetentionPeriod:
        words = value.in_words() if isinstance(value, Duration | RetentionPeriod) else value
        try:
            return parse(words if isinstance(words, str) else "")
        except ValueError:
            raise PydanticCustomError(error, "not written as it should be") from None

    return validate_by(read)


def validate_by(read: Callable[[object], object]) -> GetPydanticSchema:
    """Let pydantic read a value by the function, and write it in its words."""
    schema = core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.in_words())
    )
    return GetPydanticSchema(lambda _, __: schema)


def _duration_schema(units: Sequence[str], *examples: str) -> WithJsonSchema:
    # An editor sees case where we do not; that it wants small letters does no harm.
    return WithJsonSchema(
        {"type": "string", "pattern": rf"^[1-9][0-9]{{0,5}} ({'|'.join(units)})s?$", "examples": list(examples)}
    )


ShortDuration = Annotated[
    Duration,
    _from_words(partial(parse_duration, units=SHORT_UNITS), "short_duration"),
    _duration_schema(SHORT_UNITS, "30 minutes", "2 hours"),
]
"""How long something may take: minutes, hours, days or weeks, so that `timedelta` is known."""

LongDuration = Annotated[
    Duration,
    _from_words(partial(parse_duration, units=LONG_UNITS), "long_duration"),
    _duration_schema(LONG_UNITS, "24 months", "6 years"),
]
"""How long something is kept: days, weeks, months or years."""

RetentionField = Annotated[
    RetentionPeriod,
    _from_words(parse_retention_period, "retention_form"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^({FOR_EVER}|[1-9][0-9]{{0,5}} ({'|'.join(LONG_UNITS)})s?( {AFTER_PROGRAMME_END})?)$",
            "examples": ["35 days", "6 years"],
        }
    ),
]
"""How long something is kept, in words."""
