"""retention.yaml: how long what is kept."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, GetPydanticSchema, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

from config.schema.base import LONG_UNITS, Duration, Model, parse_duration
from config.spelling import fold_case

FOR_EVER = "for ever"
AFTER_THE_END = "after the programme ends"
ALLOWED = f"a length such as 12 months or 6 years, “6 years {AFTER_THE_END}”, or “{FOR_EVER}”"


@dataclass(frozen=True, slots=True)
class RetentionPeriod:
    """How long something is kept: so long after it came, or all of it until so long after the programme has ended.

    No `duration` is for ever.
    """

    duration: Duration | None
    after_the_end: bool = False

    def until(self, *, now: datetime, end: date) -> datetime | None:
        """Return the moment such that what is older has been kept long enough; None where nothing has.

        `end` is the programme's last day.
        """
        if self.duration is None:
            return None
        if not self.after_the_end:
            return self.duration.before(now)
        return now if self.duration.after(_midnight_after(end)) <= now else None

    def in_words(self) -> str:
        """Return it as it is written."""
        if self.duration is None:
            return FOR_EVER
        return f"{self.duration.in_words()} {AFTER_THE_END}" if self.after_the_end else self.duration.in_words()


def parse_retention_period(words: str) -> RetentionPeriod:
    """Return what the words say. Raises ValueError."""
    text = fold_case(words)
    if text == FOR_EVER:
        return RetentionPeriod(None)
    length = text.removesuffix(f" {AFTER_THE_END}")
    return RetentionPeriod(parse_duration(length, LONG_UNITS), after_the_end=length != text)


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo("Europe/London"))


def _read(value: object) -> RetentionPeriod:
    if isinstance(value, RetentionPeriod):
        return value
    try:
        return parse_retention_period(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("keep_form", "not written as it should be") from None


_SCHEMA = core_schema.no_info_plain_validator_function(
    _read, serialization=core_schema.plain_serializer_function_ser_schema(lambda keep: keep.in_words())
)
_PATTERN = rf"^({FOR_EVER}|[1-9][0-9]{{0,5}} ({'|'.join(LONG_UNITS)})s?( {AFTER_THE_END})?)$"
RetentionField = Annotated[
    RetentionPeriod,
    GetPydanticSchema(lambda _, __: _SCHEMA),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["35 days", "6 years"]}),
]
"""How long something is kept, in words."""


def _kept(words: str, description: str) -> RetentionPeriod:
    kept: RetentionPeriod = Field(
        default=parse_retention_period(words), description=description, json_schema_extra={"default": words}
    )
    return kept


class Retention(Model):
    """retention.yaml: how long what is kept; what is older is erased every night. A line left out is as here."""

    answers: RetentionField = _kept(
        f"6 years {AFTER_THE_END}", "People's answers, counted from when they were last submitted, everywhere."
    )
    corrections: RetentionField = _kept(f"6 years {AFTER_THE_END}", "Corrections that the project team typed.")
    sheets: RetentionField = _kept(
        "12 months", "Older readings of the shared sheets; the newest of each is always kept."
    )
    packs: RetentionField = _kept("6 years", "Built packs, and to whom they were mailed.")
    mails: RetentionField = _kept("12 months", "Copies of mails in the outbox folder.")
    backups: RetentionField = _kept("35 days", "Backups of the store in the home folder.")
    runs: RetentionField = _kept("24 months", "The ledger of runs, and alerts that are over.")
    receipts: RetentionField = _kept("6 years", "Receipts of what was erased.")
    audit: RetentionField = _kept("6 years", "Who did what.")
