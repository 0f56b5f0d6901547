"""When a job runs, in words: `every 10 minutes`, `monthly on the second working day at 09:00`, `by hand`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, GetPydanticSchema, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, core_schema

from config.schema.base import JOB_PATTERN, Duration, Model, ShortDuration, Words
from config.spelling import fold_case, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LAST_OF_MONTH = -1
"""Stands for the last such day of a month."""

HOUR, MAX_INTERVAL_MINUTES = 60, 7 * 24 * 60
"""In minutes."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ORDINALS = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted in UTC from the midnight that began 1970: no change of the clocks moves a slot."""

    minutes: int

    def in_words(self) -> str:
        """Return it as it is written."""
        count, unit = (self.minutes // HOUR, "hour") if self.minutes % HOUR == 0 else (self.minutes, "minute")
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
    """On one day of each month: the `which`-th (or LAST) `kind` of day: `day`, `working day`, or a day of the week.

    A `day` that the month is too short for (29 to 31) is its last; a fifth Tuesday is only in some months.
    """

    which: int
    kind: str
    at: time

    def in_words(self) -> str:
        """Return it as it is written."""
        if self.kind == "day" and self.which != LAST_OF_MONTH:
            return f"monthly on the {format_ordinal(self.which)} at {self.at:%H:%M}"
        which = (
            "last" if self.which == LAST_OF_MONTH else (*ORDINALS, *map(format_ordinal, range(6, 32)))[self.which - 1]
        )
        return f"monthly on the {which} {self.kind} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Never by itself."""

    def in_words(self) -> str:
        """Return it as it is written."""
        return "by hand"


Schedule = Every | Daily | Weekly | Monthly | ByHand

MAX_ORDINALS = {"day": 31, "working day": 15} | dict.fromkeys(WEEKDAYS, 5)
"""How many of a kind of day may be counted: every month has fifteen working days, not every one a fifth Tuesday."""

SCHEDULE_EXAMPLES = (
    "every 10 minutes", "every hour", "every 6 hours", "daily at 07:00", "every working day at 08:30",
    "weekly on Monday at 09:00", "monthly on the 5th at 09:00", "monthly on the second working day at 09:00",
    "monthly on the last working day at 16:00", "monthly on the first Tuesday at 10:00",
    "monthly on the last day at 18:00", "by hand",
)  # fmt: skip
"""One of each sort: what is told to a person whose words are none of them."""


EVERY_EXAMPLES = ("10 minutes", "hour", "6 hours", "working day at 08:30", "Monday at 09:00")
"""The same of what may follow the key `every`."""


def format_ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th and so on."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")  # noqa: PLR2004  # 11th, 12th, 13th
    return f"{number}{suffix}"


def parse_schedule(words: str) -> Schedule:
    """Return the schedule that the words say; case and white space do not matter.

    Raises ValueError, with what was probably meant or "", where they say none.
    """
    when = _read(fold_case(words))
    if when is None:
        raise ValueError(_guess(fold_case(words)))
    return when


def _read(text: str) -> Schedule | None:
    for pattern, make in _FORMS:
        match = pattern.fullmatch(text)
        if match:
            return make(match)
    return None


_WHICH = {word: number for number, word in enumerate(ORDINALS, 1)} | {format_ordinal(n): n for n in range(1, 32)}
_WHICH_OR_LAST = _WHICH | {"last": LAST_OF_MONTH}
_KINDS = {fold_case(kind): kind for kind in MAX_ORDINALS}


def _every(match: re.Match[str]) -> Every | None:
    minutes = int(match["count"] or 1) * (HOUR if match["unit"] == "hour" else 1)
    return Every(minutes) if minutes <= MAX_INTERVAL_MINUTES else None


def _weekly(match: re.Match[str]) -> Weekly:
    return Weekly([fold_case(day) for day in WEEKDAYS].index(match["weekday"]), _at(match))


def _monthly(match: re.Match[str]) -> Monthly | None:
    which, kind = _WHICH_OR_LAST[match["which"]], _KINDS[match["kind"]]
    return Monthly(which, kind, _at(match)) if which <= MAX_ORDINALS[kind] else None


def _on_a_day(match: re.Match[str]) -> Monthly | None:
    which = int(match["number"]) if match["number"] else _WHICH[match["which"]]
    return Monthly(which, "day", _at(match)) if which <= MAX_ORDINALS["day"] else None


def _at(match: re.Match[str]) -> time:
    return time.fromisoformat(match["at"])


_AT = r"at (?P<at>(?:[01][0-9]|2[0-3]):[0-5][0-9])"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Schedule | None]], ...] = (
    (re.compile(r"every (?:(?P<count>[1-9][0-9]{0,4}) )?(?P<unit>minute|hour)s?"), _every),
    (re.compile(rf"(?:daily|every day) {_AT}"), lambda match: Daily(_at(match))),
    (re.compile(rf"every working day {_AT}"), lambda match: Daily(_at(match), working=True)),
    (re.compile(rf"(?:weekly on|every) (?P<weekday>{'|'.join(map(fold_case, WEEKDAYS))}) {_AT}"), _weekly),
    (re.compile(rf"monthly on the (?P<which>{'|'.join(_WHICH_OR_LAST)}) (?P<kind>{'|'.join(_KINDS)}) {_AT}"), _monthly),
    (re.compile(rf"monthly on (?:day (?P<number>[1-9][0-9]?)|the (?P<which>{'|'.join(_WHICH)})) {_AT}"), _on_a_day),
    (re.compile(r"by hand"), lambda _: ByHand()),
)

_VOCABULARY = tuple(
    dict.fromkeys(word for example in (*SCHEDULE_EXAMPLES, *ORDINALS, *WEEKDAYS) for word in fold_case(example).split())
)
_MEANT = (
    dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "workingday"), "working day")
    | {fold_case(day)[:3]: fold_case(day) for day in WEEKDAYS}
    | {"manually": "by hand", "mins": "minutes", "hrs": "hours", "midnight": "00:00", "noon": "12:00"}
)
"""Words of which the spelling alone would lead astray."""
_LOOSE_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?P<half>am|pm)?")


def _guess(text: str) -> str:
    """Return the schedule that the words come nearest to, each word mended by itself; "" where that is still none."""
    mended = " ".join(_mended(text.split()))
    when = _read(mended) or _read(f"every {mended}")
    return when.in_words() if when else ""


def _mended(words: list[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        loose = _LOOSE_TIME.fullmatch(word)
        if loose and place and words[place - 1] == "at":
            yield _clock(loose)
        elif word[0].isdigit() or word in _VOCABULARY:
            yield word
        else:
            yield _MEANT.get(word) or nearest(word, _VOCABULARY) or word


def _clock(loose: re.Match[str]) -> str:
    noon = {"am": 0, "pm": 12}
    hour = int(loose["hour"])
    hour = hour % 12 + noon[loose["half"]] if loose["half"] else hour
    return f"{hour:02}:{loose['minute'] or '00'}"


EVERY = "every "


def _written(before: str, error: str) -> GetPydanticSchema:
    """Let pydantic read the words, behind what the key has said `before` them, and write them anew."""

    def read(value: object) -> Schedule:
        if isinstance(value, Schedule):
            return value
        try:
            return parse_schedule(before + value if isinstance(value, str) else "")
        except ValueError as wrong:
            guess = str(wrong)
            meant = guess.removeprefix(before) if guess.startswith(before) else ""
            raise PydanticCustomError(error, "says no schedule", {"guess": meant}) from None

    schema = core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(lambda when: when.in_words())
    )
    return GetPydanticSchema(lambda _, __: schema)


# Editors are told only how the words begin: their patterns know no “whatever its case”. The reader is strict.
WhenField = Annotated[
    Schedule,
    _written("", "when_form"),
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
    Schedule, _written(EVERY, "every_form"), WithJsonSchema({"type": "string", "examples": list(EVERY_EXAMPLES)})
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
            self.__dict__["when"] = self.every  # not yet anybody else's, so it may still change
        return self


class Jobs(Model):
    """jobs.yaml: every job by its name."""

    jobs: dict[Annotated[str, Field(pattern=JOB_PATTERN)], Job] = Field(min_length=1)


JOB_NAMES = ("sync", "publish", "pack", "retention", "backup", "lookout", "reconcile", "renew-watches")
