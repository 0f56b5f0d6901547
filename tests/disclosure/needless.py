"""Which hidden figures are needlessly hidden: all else as published, showing one alone breaks no rule.

A figure that is hidden is taken as shown with what the truth gives, as a number or as a band; it is needless where the
audit then finds nothing that it does not find without it. Of a whole and two parts no part can be shown alone: so
figures of one measure and period are also tried together, and those are counted apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING

from tests.disclosure.audit import kind_of
from tests.disclosure.cells import TELLING, Cell, State
from tests.disclosure.intruder import ask_of_fact, split
from tests.disclosure.subtraction import check_differences, check_remainders, find_broken_rule, make_term
from tests.disclosure.system import System

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.disclosure.cells import Place
    from tests.disclosure.history import Fact, History
    from tests.disclosure.intruder import Finding, Part, Question
    from tests.disclosure.subtraction import Term
    from tests.disclosure.truth import Truth


@dataclass(frozen=True, slots=True)
class Needless:
    """A figure that could have been shown, and how."""

    place: Place
    cell: Cell


@dataclass(slots=True)
class Thrift:
    """How many figures of the newest publication are hidden, and which of them needlessly, by group and period.

    `together` are those that could be shown only with others of their measure and period.
    """

    hidden: Counter[tuple[str, str]]
    needless: list[Needless] = field(default_factory=list)
    together: list[Needless] = field(default_factory=list)


def count_by_kind(figures: Iterable[Needless]) -> Counter[tuple[str, str]]:
    """Return how many figures there are by "team" or "authority" and the kind of period."""
    return Counter((kind_of(one.place), one.place.period.kind) for one in figures)


def find_needless(history: History) -> Thrift:
    """Return what the newest publication hides needlessly; it needs the truth of each publication."""
    hidden = [fact for fact in history.facts if history.is_newest(fact)]
    thrift = Thrift(Counter((kind_of(fact.place), fact.place.period.kind) for fact in hidden))
    for form in history.programme.surveys:
        trial = Trial(System(history, form), {fact.place for fact in hidden})
        candidates: dict[tuple[str, object], list[Fact]] = defaultdict(list)
        for fact in hidden:
            if history.question(fact.place.measure).form == form and (shown := trial.show(fact)) is not None:
                candidates[fact.place.measure, fact.place.period].append(shown)
        for facts in candidates.values():
            alone = [fact for fact in facts if trial.holds([fact])]
            thrift.needless += [Needless(fact.place, fact.cell) for fact in alone]
            rest = [fact for fact in facts if fact not in alone]
            sizes = range(len(rest), 1, -1)
            sets = (chosen for size in sizes for chosen in combinations(rest, size))
            most = next((chosen for chosen in sets if trial.holds(chosen)), ())
            thrift.together += [Needless(fact.place, fact.cell) for fact in most]
    return thrift


class Trial:
    """Shows hidden figures of one measure and period, and holds everything that can be computed against the rules."""

    def __init__(self, system: System, hidden: set[Place]) -> None:
        """Take everything that is published, and what the intruder knows of it already."""
        self._system, self._hidden = system, hidden
        self._owners = {number: part for part in split(system) for number in part.numbers}
        self._answered: dict[int, set[Question]] = {}
        self._terms: dict[str, list[Term]] = defaultdict(list)
        for fact in system.facts:
            if fact.cell.state in TELLING:
                self._terms[fact.place.measure].append(make_term(system, fact))
        self._figures = {frozenset(system.express(fact, "n")): fact for fact in system.facts}

    def show(self, fact: Fact) -> Fact | None:
        """Return what a leader would see of a hidden figure, None where it breaks a rule by itself.

        It is held back, and so None, where its answers have changed since the figures beside it were published.
        """
        history = self._system.history
        before, now = history.truths[fact.first], history.truths[-1]
        if before is None or now is None or before.count_place(fact.place) != now.count_place(fact.place):
            return None
        shown = replace(fact, cell=write_cell(self._system, fact.place, before))
        if shown.cell.state is State.NOT_AVAILABLE:
            return None if any(self._is_beside(fact.place, other) for other in self._hidden - {fact.place}) else shown
        return None if find_broken_rule(self._system, make_term(self._system, shown)) else shown

    def _is_beside(self, place: Place, other: Place) -> bool:
        is_same_form = self._system.history.question(other.measure).form == self._system.form
        return is_same_form and (other.team, other.period) == (place.team, place.period)

    def holds(self, shown: Sequence[Fact]) -> bool:
        """Return whether nothing new breaks a rule, and nothing new can be known, where these are shown as well."""
        terms = [make_term(self._system, fact) for fact in shown]
        others = self._terms[shown[0].place.measure]
        figures = {numbers for numbers, fact in self._figures.items() if all(fact.place != one.place for one in shown)}
        if set(self._check(terms, [*others, *terms], figures)) - set(self._check(terms, others, figures)):
            return False
        part = self._owners[min(terms[0].unknowns)]
        own = {question for fact in shown for question in self._ask_hidden(fact)}
        answered = self._answer(part)
        questions = [question for question in part.questions if question not in own and question not in answered]
        rows = [row for fact in shown for row in self._system.write_fact(fact)]
        bands = [question for fact in shown for question in ask_of_fact(self._system, fact)]
        return not part.with_rows(rows, [*questions, *bands], shown[0].place.measure).ask(first_only=True)

    def _check(self, shown: Sequence[Term], terms: Sequence[Term], figures: set[frozenset[int]]) -> list[Finding]:
        """Return what is wrong with everything in which one of the shown figures can be used."""
        system = self._system
        question = system.history.question(shown[0].fact.place.measure)
        touching = [whole for whole in terms if any(whole.unknowns & term.unknowns for term in shown)]
        findings = [
            finding for whole in touching for finding in check_remainders(system, question, whole, touching, figures)
        ]
        if len(system.history.publications) > 1:
            touching = [whole for whole in terms if any(whole.region & term.region for term in shown)]
            findings += check_differences(system, question, touching)
        return findings

    def _ask_hidden(self, shown: Fact) -> list[Question]:
        return ask_of_fact(self._system, replace(shown, cell=Cell(State.HIDDEN)))

    def _answer(self, part: Part) -> set[Question]:
        if id(part) not in self._answered:
            self._answered[id(part)] = set(part.ask())
        return self._answered[id(part)]


def write_cell(system: System, place: Place, truth: Truth) -> Cell:
    """Return the cell that a leader would see of a figure by the truth: as a number or as a band."""
    question, count = system.history.question(place.measure), truth.count_place(place)
    if count.n == 0:
        return Cell(State.NOT_AVAILABLE)
    if question.is_mean:
        return Cell(State.SHOWN, n=count.n, figure=round(count.total / count.n, 1 if question.rounding == 0.1 else 2))
    if question.kind == "response_rate":
        answers = truth.select(question, truth.list_teams(place.team), place.period.start, place.period.end)
        asked = sum(truth.headcount(team, place.period.start) or 0 for team in truth.list_teams(place.team))
        return Cell(State.SHOWN, n=asked, numerator=truth.count_people(question, answers, place.period.start))
    counted = round(count.total)
    if counted <= 1 or counted >= count.n - 1:
        return Cell(State.BAND, n=count.n, is_high=counted >= count.n - 1)
    return Cell(State.SHOWN, n=count.n, numerator=counted, figure=round(counted / count.n, 2))
