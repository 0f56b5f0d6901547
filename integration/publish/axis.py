"""The axis of a chart for leaders: periods of one kind, oldest first, and their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.words import MONTHS, month_words, span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from config.schema import Span

OVER_TIME = {PeriodKind.FORTNIGHT: "fortnight", PeriodKind.MONTH: "month", PeriodKind.WINDOW: "survey round"}
"""Of the kinds of period that a measure has, the first of these in which it has a line is charted; with its noun."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A period on the axis; places sort as time goes."""

    start: date
    end: date
    period: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The periods of a chart, all of one kind, oldest first."""

    kind: PeriodKind
    places: tuple[Place, ...]
    windows: Mapping[str, Span]

    @property
    def noun(self) -> str:
        """What one of the periods is called."""
        return OVER_TIME[self.kind]

    def label(self, place: Place) -> str:
        """Return a period's name on the axis; of a fortnight its first day, so that many find room."""
        if self.kind is PeriodKind.FORTNIGHT:
            return f"{place.start.day} {MONTHS[place.start.month - 1][:3]} {place.start.year}"
        if self.kind is PeriodKind.MONTH:
            return month_words(place.start)
        window = self.windows.get(place.period)
        return window.title if window else place.period

    def words(self, place: Place) -> str:
        """Return a period as a sentence names it."""
        return span(place.start, place.end) if self.kind is PeriodKind.FORTNIGHT else self.label(place)
