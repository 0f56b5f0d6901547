"""All publications of one authority as one system: which figures stand for the same people.

A figure that did not change stands for the same people. Where a figure of a measure and a period changed, an *era* of
them begins: answers may have changed since. Facts are what an era's cells tell, over all of its publications.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.disclosure.cells import TELLING, WHOLE, Place, State, read_amount

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tests.disclosure.cells import Cell, Period, Programme, Question
    from tests.disclosure.published import Publication
    from tests.disclosure.truth import Truth

CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Span:
    """Days that no published period cuts: the smallest part of time of which something can be computed."""

    start: date
    end: date

    def is_in(self, period: Period) -> bool:
        """Return whether all of its days are days of the period."""
        return period.start <= self.start and self.end <= period.end


@dataclass(frozen=True, slots=True)
class Fact:
    """What one cell told from the publication with the number `first` on, until its measure and period changed."""

    place: Place
    first: int
    cell: Cell
    is_stale: bool = False
    """Whether the truth of no publication known here gives the figure: it is older than all of them."""

    def __str__(self) -> str:
        """Say where it stands."""
        return f"{self.place} (publication {self.first + 1})" if self.first else str(self.place)


@dataclass(slots=True)
class Era:
    """One state of a measure in a period: the publications `first` to `last`, and the cell of each team.

    A survey round that the YAML moved is the same round: while its figures stand, they stand for the days of before.
    """

    period: Period
    first: int
    last: int
    cells: dict[str, Cell] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether any of its cells holds a number."""
        return any(cell.state in TELLING for cell in self.cells.values())


Key = tuple[str, object]
"""A measure, and what a period is known by."""


@dataclass(slots=True)
class History:
    """The publications of one authority in the order of time, and the truth of each where it is known."""

    programme: Programme
    authority: str
    publications: Sequence[Publication]
    truths: Sequence[Truth | None]
    eras: dict[Key, list[Era]] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Find the eras, and what is told in each."""
        for number, publication in enumerate(self.publications):
            cells: dict[tuple[str, Period], dict[str, Cell]] = {}
            for place, cell in publication.cells.items():
                cells.setdefault((place.measure, place.period), {})[place.team] = cell
            for (measure, period), by_team in cells.items():
                self._add(measure, period, number, by_team)
        facts: dict[Fact, None] = {}
        for (measure, _), eras in self.eras.items():
            for count, era in enumerate(eras, 1):
                for team, cell in era.cells.items():
                    facts[self._make_fact(measure, team, eras[:count], cell)] = None
        self.facts = list(facts)

    def _add(self, measure: str, period: Period, number: int, cells: dict[str, Cell]) -> None:
        eras = self.eras.setdefault((measure, identify(period)), [])
        if not eras or any(self._is_news(measure, eras[-1], team, cell) for team, cell in cells.items()):
            eras.append(Era(period, number, number, dict(cells)))
            return
        era = eras[-1]
        era.last = number
        for team, cell in cells.items():
            if team not in era.cells or (cell.state in TELLING and era.cells[team].state not in TELLING):
                era.cells[team] = cell

    def _is_news(self, measure: str, era: Era, team: str, cell: Cell) -> bool:
        before = era.cells.get(team)
        if before is not None and cell.tells_other_than(before):
            return True
        is_new = before is None or before.state not in TELLING
        return is_new and cell.state in TELLING and not self._is_of(Place(measure, team, era.period), era.first, cell)

    def _is_of(self, place: Place, number: int, cell: Cell) -> bool:
        """Return whether the truth of a publication gives what a cell tells; so it is where the truth is not known."""
        return agrees(self.truths[number], self.question(place.measure), place, cell)

    def _make_fact(self, measure: str, team: str, eras: Sequence[Era], cell: Cell) -> Fact:
        """Return what a cell of the last era tells, and of which answers: those at its beginning, or else earlier."""
        befores = [-1, *(era.first for era in eras)]
        for era, before in zip(reversed(eras), reversed(befores[:-1]), strict=True):
            place = Place(measure, team, era.period)
            for number in range(era.first, before, -1):
                if self._is_of(place, number, cell):
                    return Fact(place, number, cell)
        return Fact(Place(measure, team, eras[-1].period), eras[-1].first, cell, is_stale=True)

    def question(self, measure: str) -> Question:
        """Return what is asked by a measure."""
        return self.programme.questions[measure]

    def list_teams(self, team: str = WHOLE) -> tuple[str, ...]:
        """Return the teams of a figure."""
        return tuple(self.programme.teams[self.authority]) if team == WHOLE else (team,)

    def list_spans(self, form: str) -> tuple[Span, ...]:
        """Return the parts into which the periods of a form's figures cut the time."""
        own = (eras for (measure, _), eras in self.eras.items() if self.question(measure).form == form)
        periods = {era.period for eras in own for era in eras}
        cuts = sorted({day for period in periods for day in (period.start, period.end + timedelta(days=1))})
        spans = (Span(start, end - timedelta(days=1)) for start, end in pairwise(cuts))
        return tuple(span for span in spans if any(span.is_in(period) for period in periods))

    def find_era(self, measure: str, period: Period, number: int) -> Era | None:
        """Return the era of a measure and a period of these days that a publication belongs to."""
        eras = self.eras.get((measure, identify(period)), [])
        found = (era for era in reversed(eras) if era.first <= number <= era.last)
        return next((era for era in found if era.period == period), None)

    def is_newest(self, fact: Fact) -> bool:
        """Return whether a figure is hidden in the newest publication, and has been since its `first`."""
        era = self.find_era(fact.place.measure, fact.place.period, len(self.publications) - 1)
        return era is not None and era.first == fact.first and fact.cell.state is State.HIDDEN

    def list_around(self, measure: str, span: Span) -> list[list[Era]]:
        """Return the eras of each period of a measure that holds a part of time, the shortest period first."""
        held = [
            eras
            for (own, _), eras in self.eras.items()
            if own == measure and any(span.is_in(era.period) for era in eras)
        ]
        return sorted(held, key=lambda eras: (eras[0].period.end - eras[0].period.start, eras[0].period))

    def number_version(self, measure: str, span: Span, number: int) -> int:
        """Return which version of the answers within a part of time a publication shows, as a leader takes it.

        A version begins with the era of a period around it, but for one that has a shorter period within, around the
        same days, of which a figure stands unchanged.
        """
        around = self.list_around(measure, span)
        starts = set()
        for place, eras in enumerate(around):
            for era in eras[1:]:
                inner = [own for others in around[:place] for own in others if span.is_in(own.period)]
                if not any(own.first < era.first <= own.last and own.is_told for own in inner):
                    starts.add(era.first)
        return sum(start <= number for start in starts)


def identify(period: Period) -> object:
    """Return what a period is known by: a survey round by its name, whatever its days, any other by its days."""
    return (period.kind, period.name) if period.kind == "window" else period


def agrees(truth: Truth | None, question: Question, place: Place, cell: Cell) -> bool:
    """Return whether a cell tells what the truth says; so it does where it tells no number or no truth is known."""
    if truth is None or cell.state not in TELLING:
        return True
    told, count = read_amount(question, cell), truth.count_place(place)
    if question.kind == "response_rate":
        # A rate counts people, never more than were asked.
        answers = truth.select(question, truth.list_teams(place.team), place.period.start, place.period.end)
        return told.n in {count.n, truth.count_people(question, answers, place.period.start)}
    return told.n == count.n and told.low - CLOSE <= count.total <= told.high + CLOSE
