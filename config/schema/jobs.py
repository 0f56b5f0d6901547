"""jobs.yaml: when each job runs, written in words: `every 10 minutes`, `monthly on the second working day at 09:00`.

The kinds of schedule, the parser of their words (`parse_schedule`), and the models.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, GetPydanticSchema, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from config.schema.base import JOB_PATTERN, Duration, Model, ShortDuration, Words, validate_by
from config.spelling import fold_case, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST_OF_MONTH = -1
"""Stands for the last such day of a month."""

MINUTES_PER_HOUR, MAX_INTERVAL_MINUTES = 60, 7 * 24 * 60
"""In minutes."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted in UTC from the midnight that began 1970: no change of the clocks moves a slot."""

    minutes: int

    def in_words(self) -> str:
        """Return it as it is written."""
        hours, rest = divmod(self.minutes, MINUTES_PER_HOUR)
        count, unit = (self.minutes, "minute") if rest else (hours, "hour")
        return f"every {unit}" if count == 1 else f"every {count} {unit}s"


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day, or once each working day, at a time of the clock on the wall."""

    at: time
    working: bool = False

    def in_words(self) -> str:
        """Return it as it is written."""
        return f"every working day at {self.at:%H:%M}" if self.working else f"daily at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Weekly:
    """On one day of the week; 0 is Monday."""

    weekday: int
    at: time

    def in_words(self) -> str:
        """Return it as it is written."""
        return f"weekly on {WEEKDAYS[self.weekday]} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Monthly:
    """On one day of each month: the `which`-th (or LAST_OF_MONTH) day of a kind.

    The `kind` is `day`, `working day`, or a day of the week. A `day` that the month is too short for (29 to 31) is its
    last; a fifth Tuesday is only in some months.
    """

    which: int
    kind: str
    at: time

    def in_words(self) -> str:
        """Return it as it is written."""
        if self.kind == "day" and self.which != LAST_OF_MONTH:
            return f"monthly on the {format_ordinal(self.which)} at {self.at:%H:%M}"
        in_order = (*ORDINALS, *map(format_ordinal, range(6, 32)))
        which = "last" if self.which == LAST_OF_MONTH else in_order[self.which - 1]
        return f"monthly on the {which} {self.kind} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Never by itself."""

    def in_words(self) -> str:
        """Return it as it is written."""
        return "by hand"


Schedule = Every | Daily | Weekly | Monthly | ByHand

MAX_ORDINALS = {"day": 31, "working day": 15} | dict.fromkeys(WEEKDAYS, 5)
"""The highest ordinal of each kind of day: every month has fifteen working days, not every one a fifth Tuesday."""

SCHEDULE_EXAMPLES = (
    "every 10 minutes", "every hour", "every 6 hours", "daily at 07:00", "every working day at 08:30",
    "weekly on Monday at 09:00", "monthly on the 5th at 09:00", "monthly on the second working day at 09:00",
    "monthly on the last working day at 16:00", "monthly on the first Tuesday at 10:00",
    "monthly on the last day at 18:00", "by hand",
)  # fmt: skip
"""One of each kind, for the message about words that are no schedule."""
EVERY_EXAMPLES = ("10 minutes", "hour", "6 hours", "working day at 08:30", "Monday at 09:00")
"""The same for what may follow the key `every`."""


def format_ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th and so on."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")  # noqa: PLR2004  # 11th, 12th, 13th
    return f"{number}{suffix}"


def parse_schedule(words: str) -> Schedule:
    """Return the schedule that the words say; case and white space do not matter.

    Raises ValueError, with what was probably meant or "", where they say none.
    """
    text = fold_case(words)
    schedule = _parse(text)
    if schedule is None:
        corrected = " ".join(_correct_words(text.split()))
        guess = _parse(corrected) or _parse(f"{EVERY}{corrected}")
        raise ValueError(guess.in_words() if guess else "")
    return schedule


EVERY = "every "
_INTERVAL = re.compile(r"every (?:(?P<count>[1-9][0-9]{0,4}) )?(?P<unit>minute|hour)s?")
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_WEEKLY = re.compile(rf"(?:weekly on|every) (?P<weekday>{'|'.join(map(fold_case, WEEKDAYS))})")
_MONTHLY = re.compile(r"monthly on (?:day (?P<number>[1-9][0-9]?)|the (?P<which>\w+)(?: (?P<kind>[a-z ]+))?)")
_ORDINALS = {word: number for number, word in enumerate(ORDINALS, 1)} | {format_ordinal(n): n for n in range(1, 32)}
_KINDS = {fold_case(kind): kind for kind in MAX_ORDINALS}


def _parse(text: str) -> Schedule | None:
    if text == "by hand":
        return ByHand()
    if interval := _INTERVAL.fullmatch(text):
        minutes = int(interval["count"] or 1) * (MINUTES_PER_HOUR if interval["unit"] == "hour" else 1)
        return Every(minutes) if minutes <= MAX_INTERVAL_MINUTES else None
    days, _, clock = text.rpartition(" at ")
    if not _CLOCK.fullmatch(clock):
        return None
    at = time.fromisoformat(clock)
    if days in {"daily", "every day", "every working day"}:
        return Daily(at, working=days == "every working day")
    if weekly := _WEEKLY.fullmatch(days):
        return Weekly([fold_case(day) for day in WEEKDAYS].index(weekly["weekday"]), at)
    return _parse_monthly(days, at)


def _parse_monthly(days: str, at: time) -> Monthly | None:
    match = _MONTHLY.fullmatch(days)
    if match is None:
        return None
    kind = _KINDS.get(match["kind"] or "day")
    if match["which"] == "last" and match["kind"]:
        which: int | None = LAST_OF_MONTH
    else:
        which = int(match["number"]) if match["number"] else _ORDINALS.get(match["which"])
    return Monthly(which, kind, at) if which and kind and which <= MAX_ORDINALS[kind] else None


_VOCABULARY = tuple(
    dict.fromkeys(word for example in (*SCHEDULE_EXAMPLES, *ORDINALS, *WEEKDAYS) for word in fold_case(example).split())
)
_SYNONYMS = (
    dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "workingday"), "working day")
    | {fold_case(day)[:3]: fold_case(day) for day in WEEKDAYS}
    | {"manually": "by hand", "mins": "minutes", "hrs": "hours", "midnight": "00:00", "noon": "12:00"}
)
"""Words that mean another one, which their spelling alone would not show."""
_LOOSE_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?P<half>am|pm)?")


def _correct_words(words: list[str]) -> Iterator[str]:
    """Give each word as it was probably meant: a time as HH:MM, a misspelt word as the nearest that is known."""
    for place, word in enumerate(words):
        loose = _LOOSE_TIME.fullmatch(word)
        if loose and place and words[place - 1] == "at":
            hour = int(loose["hour"])
            if loose["half"]:
                hour = hour % 12 + (12 if loose["half"] == "pm" else 0)
            yield f"{hour:02}:{loose['minute'] or '00'}"
        elif word[0].isdigit() or word in _VOCABULARY:
            yield word
        else:
            yield _SYNONYMS.get(word) or nearest(word, _VOCABULARY) or word


def _schedule_in_words(prefix: str, error: str) -> GetPydanticSchema:
    """Let pydantic parse the words after the prefix, which the key has said already, and write them anew."""

    def read(value: object) -> Schedule:
        if isinstance(value, Schedule):
            return value
        try:
            return parse_schedule(prefix + value if isinstance(value, str) else "")
        except ValueError as wrong:
            guess = str(wrong)
            meant = guess.removeprefix(prefix) if guess.startswith(prefix) else ""
            raise PydanticCustomError(error, "says no schedule", {"guess": meant}) from None

    return validate_by(read)


# The JSON Schema checks only how the words begin: its patterns cannot ignore case. The parser is strict.
WhenField = Annotated[
    Schedule,
    _schedule_in_words("", "when_form"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(?:[Ee]very|[Dd]aily|[Ww]eekly|[Mm]onthly|[Bb]y) .+$",
            "examples": list(SCHEDULE_EXAMPLES),
        }
    ),
]
"""A schedule in words: `daily at 07:00`."""

EveryField = Annotated[
    Schedule,
    _schedule_in_words(EVERY, "every_form"),
    WithJsonSchema({"type": "string", "examples": list(EVERY_EXAMPLES)}),
]
"""A schedule in the words that follow `every`: `10 minutes`."""


class Job(Model):
    """When a job runs, how long it may take, and what is done about a run that was missed or failed."""

    about: Words = Field(description="What it does, in a sentence.")
    when: WhenField = Field(
        default_factory=ByHand,
        description="When it runs, by the clock on the wall in London. Say either `when` or `every`.",
    )
    every: EveryField | None = Field(default=None, description="The same for `when: every …`, such as 10 minutes.")
    missed: Literal["once", "each"] = Field(
        default="once", description="After an outage: one run makes good all that was missed, or one run for each."
    )
    within: ShortDuration = Field(
        default=Duration(1, "hour"),
        description="A run that takes longer is stopped.",
        json_schema_extra={"default": "1 hour"},
    )
    late_after: ShortDuration = Field(
        default=Duration(30, "minute"),
        description="A run that has not ended so long after it was due counts as late.",
        json_schema_extra={"default": "30 minutes"},
    )

    @model_validator(mode="after")
    def _one_schedule(self) -> Self:
        """See to it that `when` holds the schedule, whichever key it was written under."""
        written = [key for key in ("when", "every") if key in self.model_fields_set]
        if len(written) != 1:
            raise PydanticCustomError("one_schedule", "say either when or every")
        if self.every is not None:
            self.__dict__["when"] = self.every  # nothing else refers to the model yet, so it may still change
        return self


class Jobs(Model):
    """jobs.yaml: every job by its name."""

    jobs: dict[Annotated[str, Field(pattern=JOB_PATTERN)], Job] = Field(min_length=1)


JOB_NAMES = ("sync", "publish", "pack", "retention", "backup", "lookout", "reconcile", "renew-watches")
