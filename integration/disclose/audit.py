"""The audit: what a reader could work out of everything that is shown of one form in periods that touch.

How many answered each question in each team and period, and how many of them so, are unknown whole numbers. Everything
that is shown says something of their sums, and so do headcounts, responses and the rules of disclosure themselves; how
was chosen what else to hide, the reader does not know. Of each hidden number another value than the true one must be
possible, and so must the other end of a figure that is told in words. That another is possible is shown by finding one
(`scipy.optimize.milp`, HiGHS).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from integration.disclose.figures_on_people import UNKNOWN
from integration.disclose.sums import is_part
from integration.errors import DisclosureError
from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from integration.disclose.figures_on_people import PeopleFigure

Terms = dict[int, float]
"""A sum of unknown numbers: the factor of each, by its number."""


@dataclass(slots=True)
class _Unknowns:
    """The unknown whole numbers, each with its true value and its greatest, and what a reader knows of their sums."""

    true: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    rows: list[Terms] = field(default_factory=list)
    said_by: list[PeopleFigure | None] = field(default_factory=list)
    least_sums: list[float] = field(default_factory=list)
    greatest_sums: list[float] = field(default_factory=list)

    def add(self, true: float, most: float) -> int:
        self.true.append(true)
        self.most.append(max(most, true))
        return len(self.true) - 1

    def forget_all_but(self, first: int) -> None:
        """Keep of what is known only so much as was noted first."""
        for kept in (self.rows, self.said_by, self.least_sums, self.greatest_sums):
            del kept[first:]

    def value(self, terms: Terms) -> float:
        """Return the true value of a sum."""
        return sum(factor * self.true[number] for number, factor in terms.items())

    def know(self, terms: Terms, least: float, greatest: float, *, said_by: PeopleFigure | None = None) -> None:
        """Note between which values a sum lies, and which figure says so; None for what everybody knows.

        A reader cannot know what is not true: that is left out.
        """
        if least <= self.value(terms) <= greatest:
            self.rows.append(terms)
            self.said_by.append(said_by)
            self.least_sums.append(least)
            self.greatest_sums.append(greatest)


@dataclass(frozen=True, slots=True)
class _Target:
    """A sum that must be able to have another value: a greater one, a lesser one, or either."""

    figure: PeopleFigure
    terms: Terms
    directions: tuple[int, ...]


class Audit:
    """The audit of the figures of one form that touch; it may be asked again after figures are seen otherwise."""

    def __init__(self, figures: Sequence[PeopleFigure], minimum: int) -> None:
        self._figures, self._minimum = figures, minimum
        self._unknowns = _Unknowns()
        self._expressions = _express(figures, self._unknowns)
        _link_questions(figures, self._expressions, self._unknowns)
        self._always_known = len(self._unknowns.rows)
        self._found: list[NDArray[np.float64]] = []

    def list_exposed(self) -> list[Exposed]:
        """Return every figure of which a reader can work out what is hidden, and by which others.

        Raises DisclosureError where what is shown contradicts itself.
        """
        self._unknowns.forget_all_but(self._always_known)
        targets: list[_Target] = []
        for figure in self._figures:
            n, x = self._expressions[figure]
            _know_what_is_shown(figure, n, x, self._unknowns, self._minimum)
            targets += _list_targets(figure, n, x)
        if not targets:
            return []
        search = _Search(targets, self._unknowns)
        # What was found before may do again: hiding more only makes more possible.
        self._found = [found for found in self._found if search.try_out(found)][-KEPT:]
        self._found += search.look_further()
        return search.list_exposed()


@dataclass(frozen=True, slots=True)
class Exposed:
    """A figure of which a reader can work out what is hidden, and figures that are enough for it; empty if unknown."""

    figure: PeopleFigure
    by: frozenset[PeopleFigure]


KEPT = 40
"""So many findings are kept for the next time."""


Expressions = dict["PeopleFigure", tuple[Terms, Terms | None]]


def _express(figures: Sequence[PeopleFigure], unknowns: _Unknowns) -> Expressions:
    """Return n and x of each figure as sums of what is unknown: of the undivided periods of teams."""
    expressions: Expressions = {}
    by_measure: dict[str, list[PeopleFigure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    for own in by_measure.values():
        lengths = {figure.period[0]: figure.last - figure.first for figure in own}
        shortest = min(lengths, key=lambda kind: lengths[kind])
        for figure in sorted(own, key=lambda each: (not each.team, each.period[0] != shortest)):
            parts = [] if figure.disclosed_as is DisclosedAs.RESPONSES else _find_parts(figure, own, shortest)
            teams = [each for each in own if each.team and each.period == figure.period] if not figure.team else []
            parts = teams or parts
            is_whole = bool(teams) or sum((p.last - p.first).days + 1 for p in parts) == (
                (figure.last - figure.first).days + 1
            )
            expressions[figure] = _add_up(figure, [expressions[part] for part in parts], unknowns, is_whole=is_whole)
    return expressions


def _find_parts(figure: PeopleFigure, own: Sequence[PeopleFigure], shortest: str) -> list[PeopleFigure]:
    return [p for p in own if p.team == figure.team and p.period[0] == shortest and is_part(p, figure)]


def _add_up(
    figure: PeopleFigure, parts: Sequence[tuple[Terms, Terms | None]], unknowns: _Unknowns, *, is_whole: bool
) -> tuple[Terms, Terms | None]:
    """Return the sums of the parts, with what is in none of them as a number of its own."""
    n: Terms = {number: factor for part, _ in parts for number, factor in part.items()}
    x: Terms = {number: factor for _, part in parts if part for number, factor in part.items()}
    counts_some = figure.disclosed_as is DisclosedAs.SHARE
    true_n = _count(figure)
    rest = true_n - unknowns.value(n)
    if not parts or not is_whole or rest:
        leaf = unknowns.add(rest, _find_most(figure))
        n[leaf] = 1.0
        if counts_some:
            some = unknowns.add(figure.x - unknowns.value(x), _find_most(figure))
            x[some] = 1.0
            unknowns.know({leaf: 1.0, some: -1.0}, 0, np.inf)
    return n, x if counts_some else None


def _count(figure: PeopleFigure) -> int:
    """Return how many answers the figure rests on; of a response rate, how many responded."""
    return figure.x if figure.disclosed_as is DisclosedAs.RESPONSES else figure.n


def _find_most(figure: PeopleFigure) -> float:
    """Return how many there can be at most, where a reader knows nothing else."""
    return 4.0 * max(figure.n, 10)


def _link_questions(figures: Sequence[PeopleFigure], expressions: Expressions, unknowns: _Unknowns) -> None:
    """Note that no more answered a question than responded, and that no more responded than there are people."""
    responses = {f.group: expressions[f][0] for f in figures if f.disclosed_as is DisclosedAs.RESPONSES}
    for figure in figures:
        if not figure.team:
            continue
        n, _ = expressions[figure]
        if figure.disclosed_as is DisclosedAs.RESPONSES:
            unknowns.know(n, 0, figure.n)
        elif figure.group in responses:
            difference = dict(n)
            for number, factor in responses[figure.group].items():
                difference[number] = difference.get(number, 0) - factor
            unknowns.know(difference, -np.inf, 0)
        elif not np.isnan(figure.headcount) and len(n) == 1:
            unknowns.know(n, 0, figure.headcount)


def _know_what_is_shown(figure: PeopleFigure, n: Terms, x: Terms | None, unknowns: _Unknowns, minimum: int) -> None:
    """Note what leaders see of the figure. Of one that stands as published they know that few have changed since."""
    count = _count(figure)
    if figure.shown_as is ShownAs.HIDDEN:
        return
    if not figure.is_known:
        if UNKNOWN in figure.changed:  # as many as there are may have changed
            return
        was, changed = figure.published, max(len(figure.changed), minimum - 1)
        if was is not None and was.n is not None and figure.disclosed_as is not DisclosedAs.RESPONSES:
            unknowns.know(n, was.n - changed, was.n + changed, said_by=figure)
        if was is not None and was.numerator is not None and x is not None:
            unknowns.know(x, was.numerator - changed, was.numerator + changed, said_by=figure)
        return
    unknowns.know(n, count, count, said_by=figure)
    if x is not None:
        unknowns.know(x, *figure.range_of_x(), said_by=figure)


def _list_targets(figure: PeopleFigure, n: Terms, x: Terms | None) -> Iterator[_Target]:
    either = (-1, 1)
    if figure.shown_as is ShownAs.HIDDEN:
        yield _Target(figure, n, either)
        if x is not None:
            yield _Target(figure, x, either)
            if figure.n and figure.x == figure.n:
                yield _Target(figure, {**{k: -v for k, v in n.items()}, **x}, (-1,))
    elif figure.shown_as is ShownAs.BAND and figure.is_known and x is not None:
        low, high = figure.range_of_x()
        yield _Target(figure, x, (1,) if figure.x == low and low != high else (-1,))


class _Search:
    """Looks for numbers that satisfy everything that is known, and give targets another value than the true one."""

    def __init__(self, targets: Sequence[_Target], unknowns: _Unknowns) -> None:
        self._targets, self._unknowns = targets, unknowns
        self._solver = _Solver(unknowns)
        self._terms = np.array([self._solver.as_row(target.terms) for target in targets])
        self._true = self._terms @ np.array(unknowns.true)
        self._up = np.array([1 in target.directions for target in targets], dtype=bool)
        self._down = np.array([-1 in target.directions for target in targets], dtype=bool)
        self._is_open = np.ones(len(targets), dtype=bool)
        self._exposed: dict[PeopleFigure, frozenset[PeopleFigure]] = {}

    def try_out(self, found: NDArray[np.float64]) -> bool:
        """Return whether these numbers satisfy what is known now; targets that have another value by them are done."""
        if not self._solver.satisfies(found):
            return False
        self._strike_out(found)
        return True

    def _strike_out(self, found: NDArray[np.float64]) -> bool:
        difference = np.round(self._terms @ found - self._true)
        done = self._is_open & ((self._up & (difference > 0)) | (self._down & (difference < 0)))
        self._is_open &= ~done
        return bool(done.any())

    def look_further(self) -> list[NDArray[np.float64]]:
        """Look for numbers that move the targets that are left; return what was found."""
        found: list[NDArray[np.float64]] = []
        # One finding moves many numbers at once: some up, the others down, each time others.
        for attempt in range(ATTEMPTS):
            if not self._is_open.any():
                return found
            signs = np.where((np.arange(len(self._targets)) + attempt // 2) % (2 + attempt // 2), 1.0, -1.0)
            signs *= -1 if attempt % 2 else 1
            found.append(self._solver.find_least((signs * self._is_open) @ self._terms))
            if not self._strike_out(found[-1]) and attempt:
                break
        for place, target in enumerate(self._targets):
            if self._is_open[place] and target.figure not in self._exposed:
                found += self._try_target(place)
        return found

    def _try_target(self, place: int) -> list[NDArray[np.float64]]:
        """Look for another value of one target; note that it is exposed where there is none.

        Numbers that need not be whole come first: often the most and the least of them are whole, and where even they
        allow no other value, what binds them are the reasons.
        """
        target, takes_whole_numbers = self._targets[place], False
        reasons: set[PeopleFigure] = set()
        found: list[NDArray[np.float64]] = []
        for direction in target.directions:
            numbers, binding = self._solver.find_most_of_any_numbers(direction * self._terms[place])
            if direction * (self._terms[place] @ numbers - self._true[place]) < 1 - TOLERANCE:
                reasons.update(figure for row in binding if (figure := self._unknowns.said_by[row]) is not None)
                continue
            whole = np.round(numbers)
            if not self._solver.satisfies(whole) or direction * (self._terms[place] @ whole - self._true[place]) < 1:
                whole = self._solver.find_least(-direction * self._terms[place])
                takes_whole_numbers = True
            found.append(whole)
            self._strike_out(whole)
            if not self._is_open[place]:
                return found
        self._exposed[target.figure] = frozenset() if takes_whole_numbers else frozenset(reasons)
        return found

    def list_exposed(self) -> list[Exposed]:
        """Return the figures of which a target can have no other value than the true one."""
        return [Exposed(figure, by) for figure, by in self._exposed.items()]


TOLERANCE = 1e-6
ATTEMPTS = 8
"""So often many numbers are moved at once, before each that is left is tried for itself."""


class _Solver:
    """Finds whole numbers that satisfy everything that is known."""

    def __init__(self, unknowns: _Unknowns) -> None:
        from scipy.optimize import Bounds, LinearConstraint  # noqa: PLC0415  # half a second to import

        self._size = len(unknowns.true)
        self._bounds = Bounds(np.zeros(self._size), np.array(unknowns.most))
        rows = unknowns.rows or [{}]
        self._matrix = np.array([self.as_row(terms) for terms in rows])
        # No bound is infinite: HiGHS takes some systems that have one for impossible.
        beyond = float(np.abs(self._matrix).sum(axis=1).max() * max(unknowns.most))
        least, greatest = unknowns.least_sums or [0.0], unknowns.greatest_sums or [0.0]
        self._least, self._greatest = (np.clip(sums, -beyond, beyond) for sums in (least, greatest))
        self._constraint = LinearConstraint(self._matrix, self._least, self._greatest)

    def as_row(self, terms: Terms) -> NDArray[np.float64]:
        """Return a sum as the factors of all unknown numbers."""
        row = np.zeros(self._size)
        row[list(terms)] = list(terms.values())
        return row

    def satisfies(self, numbers: NDArray[np.float64]) -> bool:
        """Return whether the numbers satisfy everything that is known."""
        sums = self._matrix @ numbers
        return bool(((self._least <= sums) & (sums <= self._greatest)).all())

    def find_most_of_any_numbers(self, objective: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[int]]:
        """Return numbers, which need not be whole, for which the objective is most, and the rows that bind it."""
        from scipy.optimize import linprog  # noqa: PLC0415  # as above

        is_equal = self._least == self._greatest
        others = self._matrix[~is_equal]
        found = linprog(
            -objective,
            A_ub=np.vstack([others, -others]),
            b_ub=np.concatenate([self._greatest[~is_equal], -self._least[~is_equal]]),
            A_eq=self._matrix[is_equal],
            b_eq=self._greatest[is_equal],
            bounds=np.column_stack([self._bounds.lb, self._bounds.ub]),
            method="highs",
        )
        if found.x is None:
            raise DisclosureError(self._describe_failure(found.message))
        binding = np.zeros(len(self._matrix))
        binding[is_equal] = np.abs(found.eqlin.marginals)
        binding[~is_equal] = np.abs(found.ineqlin.marginals).reshape(2, -1).max(axis=0)
        return np.asarray(found.x, dtype=np.float64), np.flatnonzero(binding > TOLERANCE).tolist()

    @staticmethod
    def _describe_failure(message: str) -> str:
        return (
            f"What leaders are to see contradicts itself ({message}), so nothing was published and what stood before "
            "stays: this is a fault of the program; report it."
        )

    def find_least(self, objective: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return numbers for which the objective is least. Raises DisclosureError where there are none."""
        from scipy.optimize import milp  # noqa: PLC0415  # as above

        for presolve in (True, False):  # what it finds impossible at once it sometimes solves in the plain way
            found = milp(
                objective,
                integrality=np.ones(self._size),
                bounds=self._bounds,
                constraints=self._constraint,
                options={"mip_rel_gap": 0.0, "presolve": presolve},
            )
            if found.x is not None:
                return np.asarray(np.round(found.x), dtype=np.float64)
        raise DisclosureError(self._describe_failure(found.message))
