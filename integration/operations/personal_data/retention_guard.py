"""The guard of retention: what it holds back until a person has looked at the clock.

Answers, with the corrections: where more than a fifth of all would go at once, or any after a long silence.

Everything else goes by the day, a few at a time, for the job runs every night. Of a kind for which it did so within the
last days, a few may go whatever their share is. Where it did not, the clock may have jumped meanwhile: then more than a
fifth of a kind is held, and anything of it after a long silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from integration.clock_jumps import TOLERANCE
from integration.model import RetentionCategory
from integration.text_format import format_count, format_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from integration.wiring import Service

LARGEST_SHARE = 0.2
"""More than this part of all that is stored goes at once only where an operator confirms it."""
LONGEST_SILENCE = timedelta(days=400)
"""So long after the last thing that was received, either the programme has ended or the clock is wrong."""
EVERY_NIGHT = timedelta(days=7)
"""Where the last run is not longer ago, what goes has become old since then, and not because the clock jumped."""
A_FEW = 5
"""So many of a kind may go in a nightly run, however few there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """How much of a kind would go, of how much there is; `what` one of it is called."""

    what: str
    going: int
    stored: int

    @property
    def is_large(self) -> bool:
        """Whether it is more than may go at once."""
        # Rounded, because 0.29 of 100 is 28.999999999999996 in a computer's arithmetic.
        return self.going > round(self.stored * LARGEST_SHARE, 6)

    def in_words(self) -> str:
        """Return such as "5 of 6 mails in the outbox"."""
        return f"{self.going:,} of {format_count(self.stored, self.what)}"


@dataclass(frozen=True, slots=True)
class Held:
    """What is held back: of each kind as retention.yaml calls it."""

    parts: Mapping[str, Part]

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of which nothing goes."""
        return self.parts.keys()

    def in_words(self, service: Service, *, now: datetime) -> str:
        """Return in a sentence why a person must confirm that these go; "" where nothing is held."""
        if not self.parts:
            return ""
        newest = max(service.store.newest_received().values(), default=None)
        last = (
            f"the last answer or sheet came on {format_date(newest.date())}" if newest else "nothing was ever received"
        )
        listed = [part.in_words() for part in self.parts.values()]
        them = " and of ".join(filter(None, [", of ".join(listed[:-1]), listed[-1]]))
        return (
            f"By this machine's clock it is {format_date(now.date())}, and {last}; so the time of {them} is over "
            "(retention.yaml). None of these was erased: check the clock, and if they are to go for good, run: "
            "python -m jobs run retention --confirm"
        )


def hold_answers(responses: Part, corrections: Part, *, newest: datetime | None, now: datetime) -> dict[str, Part]:
    """Return what is held of answers and corrections: both, or nothing."""
    if not responses.going and not corrections.going:
        return {}
    if not responses.is_large and newest is not None and now - newest <= LONGEST_SILENCE:
        return {}
    return {"answers": responses, RetentionCategory.CORRECTIONS: corrections}


def is_held(part: Part, *, newest: datetime | None, last_run: datetime | None, now: datetime) -> bool:
    """Return whether nothing may go of a kind besides."""
    if last_run is not None and now - EVERY_NIGHT <= last_run <= now + TOLERANCE:
        return part.is_large and part.going > A_FEW
    is_silent = newest is None or now - newest > LONGEST_SILENCE
    return bool(part.going) and (part.is_large or is_silent)
