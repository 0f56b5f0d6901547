"""When a job runs, in words: `every 10 minutes`, `monthly on the second working day at 09:00`, `by hand`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import time

LAST = -1
"""Stands for the last such day of a month."""

HOUR, LONGEST_EVERY = 60, 7 * 24 * 60
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
        if self.kind == "day" and self.which != LAST:
            return f"monthly on the {numbered(self.which)} at {self.at:%H:%M}"
        which = "last" if self.which == LAST else (*ORDINALS, *map(numbered, range(6, 32)))[self.which - 1]
        return f"monthly on the {which} {self.kind} at {self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Never by itself."""

    def in_words(self) -> str:
        """Return it as it is written."""
        return "by hand"


When = Every | Daily | Weekly | Monthly | ByHand

MOST = {"day": 31, "working day": 15} | dict.fromkeys(WEEKDAYS, 5)
"""How many of a kind of day may be counted: every month has fifteen working days, not every one a fifth Tuesday."""

EXAMPLES = (
    "every 10 minutes", "every hour", "every 6 hours", "daily at 07:00", "every working day at 08:30",
    "weekly on Monday at 09:00", "monthly on the 5th at 09:00", "monthly on the second working day at 09:00",
    "monthly on the last working day at 16:00", "monthly on the first Tuesday at 10:00",
    "monthly on the last day at 18:00", "by hand",
)  # fmt: skip
"""One of each sort: what is told to a person whose words are none of them."""


AFTER_EVERY = ("10 minutes", "hour", "6 hours", "working day at 08:30", "Monday at 09:00")
"""The same of what may follow the key `every`."""


def numbered(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th and so on."""
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")  # noqa: PLR2004  # 11th, 12th, 13th
    return f"{number}{suffix}"
