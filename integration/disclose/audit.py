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
    least_sums: list[float] = field(default_factory=list)
    greatest_sums: list[float] = field(default_factory=list)

    def add(self, true: float, most: float) -> int:
        self.true.append(true)
        self.most.append(max(most, true))
        return len(self.true) - 1

    def value(self, terms: Terms) -> float:
        """Return the true value of a sum."""
        return sum(factor * self.true[number] for number, factor in terms.items())

    def know(self, terms: Terms, least: float, greatest: float) -> None:
        """Note between which values a sum lies. What is not true nobody can know, and is left out."""
        if least <= self.value(terms) <= greatest:
            self.rows.append(terms)
            self.least_sums.append(least)
            self.greatest_sums.append(greatest)


@dataclass(frozen=True, slots=True)
class _Target:
    """A sum that must be able to have another value: a greater one, a lesser one, or either."""

    figure: PeopleFigure
    terms: Terms
    directions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """The unknown numbers of one group in one undivided period: how many answered, and how many of them so."""

    n: int
    x: int | None


def list_exposed(figures: Sequence[PeopleFigure], minimum: int) -> list[PeopleFigure]:
    """Return every figure of which a reader can work out what is hidden; `figures` are those of one form that touch.

    Raises DisclosureError where what is shown contradicts itself.
    """
    unknowns = _Unknowns()
    expressions = _express(figures, unknowns)
    _link_questions(figures, expressions, unknowns)
    targets: list[_Target] = []
    for figure in figures:
        n, x = expressions[figure]
        _know_what_is_shown(figure, n, x, unknowns, minimum)
        targets += _list_targets(figure, n, x)
    return _find_determined(targets, unknowns)


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
        was, changed = figure.published, max(len(figure.changed), minimum - 1)
        if was is not None and was.n is not None and figure.disclosed_as is not DisclosedAs.RESPONSES:
            unknowns.know(n, was.n - changed, was.n + changed)
        if was is not None and was.numerator is not None and x is not None:
            unknowns.know(x, was.numerator - changed, was.numerator + changed)
        return
    unknowns.know(n, count, count)
    if x is not None:
        unknowns.know(x, *figure.range_of_x())


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


def _find_determined(targets: Sequence[_Target], unknowns: _Unknowns) -> list[PeopleFigure]:
    """Return the figures of the targets that can have no other value than the true one."""
    if not targets:
        return []
    solve = _Solver(unknowns)
    terms = [solve.as_row(target.terms) for target in targets]
    true = np.array([unknowns.value(target.terms) for target in targets])
    is_open = np.ones(len(targets), dtype=bool)

    def strike_out(found: NDArray[np.float64]) -> None:
        for place in np.flatnonzero(is_open).tolist():
            difference = round(float(terms[place] @ found) - true[place])
            if any(difference * direction > 0 for direction in targets[place].directions):
                is_open[place] = False

    # One finding moves many numbers at once: each second one up, the others down; then the other way round.
    signs = np.where(np.arange(len(targets)) % 2, 1.0, -1.0)
    for weights in (signs, -signs):
        if is_open.any():
            objective = weights[is_open] @ np.array(terms)[is_open]
            strike_out(solve.find_least(objective))
    for place in range(len(targets)):
        for direction in targets[place].directions:
            if is_open[place]:
                strike_out(solve.find_least(-direction * terms[place]))
    return list(dict.fromkeys(targets[place].figure for place in np.flatnonzero(is_open).tolist()))


class _Solver:
    """Finds whole numbers that satisfy everything that is known."""

    def __init__(self, unknowns: _Unknowns) -> None:
        from scipy.optimize import Bounds, LinearConstraint  # noqa: PLC0415  # half a second to import

        self._size = len(unknowns.true)
        self._bounds = Bounds(np.zeros(self._size), np.array(unknowns.most))
        self._constraints = []
        if unknowns.rows:
            matrix = np.array([self.as_row(terms) for terms in unknowns.rows])
            # No bound is infinite: HiGHS takes some systems that have one for impossible.
            beyond = float(np.abs(matrix).sum(axis=1).max() * max(unknowns.most))
            least, greatest = (np.clip(sums, -beyond, beyond) for sums in (unknowns.least_sums, unknowns.greatest_sums))
            self._constraints.append(LinearConstraint(matrix, least, greatest))

    def as_row(self, terms: Terms) -> NDArray[np.float64]:
        """Return a sum as the factors of all unknown numbers."""
        row = np.zeros(self._size)
        row[list(terms)] = list(terms.values())
        return row

    def find_least(self, objective: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return numbers for which the objective is least. Raises DisclosureError where there are none."""
        from scipy.optimize import milp  # noqa: PLC0415  # as above

        for presolve in (True, False):  # what it finds impossible at once it sometimes solves in the plain way
            found = milp(
                objective,
                integrality=np.ones(self._size),
                bounds=self._bounds,
                constraints=self._constraints,
                options={"mip_rel_gap": 0.0, "presolve": presolve},
            )
            if found.x is not None:
                return np.asarray(np.round(found.x), dtype=np.float64)
        raise DisclosureError(
            f"What leaders are to see contradicts itself ({found.message}), so nothing was published and what stood "
            "before stays: this is a fault of the program; report it."
        )
