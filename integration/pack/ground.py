"""What every part of a pack is worked out from, laid out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.pack.figures import read_book
from integration.pack.measures import count_rules, describe
from integration.pack.things import cleaned
from integration.pack.words import first_day
from integration.words import MONTHS, month_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from config.schema import Authority, Settings
    from integration.model import Shown, ShownThing
    from integration.pack.content import CountRule, Measure
    from integration.pack.figures import Book


@dataclass(frozen=True, slots=True)
class Ground:
    """The figures and things of one authority now and a month before. `after` is the last day of the month before."""

    settings: Settings
    authority: Authority
    first: date
    after: date
    as_of: date
    measures: Mapping[str, Measure]
    rules: Mapping[str, CountRule]
    things: tuple[ShownThing, ...]
    now: Book
    before: Book

    @property
    def month_words(self) -> str:
        """The pack's month: "July 2022"."""
        return month_words(self.first)

    @property
    def before_words(self) -> str:
        """The month before: "June"."""
        return MONTHS[self.after.month - 1]


def lay_ground(*, settings: Settings, authority: str, month: str, now: Shown, before: Shown) -> Ground:
    """Return the ground of the pack of `month` ("YYYY-MM")."""
    measures = describe(settings)
    return Ground(
        settings=settings,
        authority=settings.programme.authorities[authority],
        first=first_day(month),
        after=before.as_of,
        as_of=now.as_of,
        measures=measures,
        rules=count_rules(settings),
        things=cleaned(now.things),
        now=read_book(now, measures, settings.programme),
        before=read_book(before, measures, settings.programme),
    )
