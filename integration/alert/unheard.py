"""A webhook that once worked and fell silent, while answers still came to its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from integration.alert.words import COMMAND, moment
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

GRACE = timedelta(hours=1)
"""So long an answer may be known only by reading: the script of its form tries again by itself."""

CLOCKS_DIFFER = timedelta(minutes=2)
"""So far our clock may be behind Google's: an answer that seems to come after the hint about it did not."""


class CameBetween(Protocol):
    """Says how many responses of a form were submitted last after a moment, and stored after it until another."""

    def __call__(self, *, after: datetime, until: datetime) -> int:
        """Return how many."""
        ...


@dataclass(frozen=True, slots=True)
class Unheard:
    """A form whose webhook has been silent `since`; so many `answers` submitted after came only by reading."""

    form: str
    since: datetime
    answers: int

    @property
    def came_in_words(self) -> str:
        """Return how many answers came only by reading."""
        return "1 answer" if self.answers == 1 else f"{self.answers:,} answers"

    @property
    def to_do(self) -> str:
        """Return what a person can do about it."""
        return (
            "In the form's script editor run connect again; or print a new script with: "
            f"{COMMAND} connect {self.form} (where a watch of Google brings the answers, look at it with: "
            f"{COMMAND} check --live)"
        )


def unheard(form: str, heard_at: datetime | None, came: CameBetween, *, now: datetime) -> Unheard | None:
    """Return a silent webhook; None while it speaks, while nobody answers, and where it never was heard of.

    What was stored after it was heard of last came by reading, and counts once the time of grace is over.
    """
    if heard_at is None or now - heard_at <= GRACE:
        return None
    answers = came(after=heard_at + CLOCKS_DIFFER, until=now - GRACE)
    return Unheard(form, heard_at, answers) if answers else None


def what_is_unheard(webhooks: Iterable[Unheard]) -> Iterator[Trouble]:
    """Give `unheard/<form>` for each webhook that is silent."""
    for each in webhooks:
        says = (
            f"The webhook of the form “{each.form}” has been silent since {moment(each.since)}; {each.came_in_words} "
            "came only by reading. None is lost, but each comes later than it could."
        )
        yield Trouble(f"unheard/{each.form}", says, each.to_do)
