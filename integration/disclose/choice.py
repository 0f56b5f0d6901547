"""Which figures are hidden beyond those that may not be shown alone: as little as possible, and what matters least.

What leaders need most is kept: the whole authority before its teams, survey rounds before fortnights, the measures of
the first page before others; of equals the one on more people. It is a choice of least weight (`scipy.optimize.milp`):
each sum that gives something away, and each finding of the audit, is a rule that the next choice keeps, until none is
left. No weight is the same as another, so that there is one answer, on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from config.schema import PeriodKind
from integration.disclose.audit import list_exposed
from integration.disclose.over_time import needs_decision, stand_as_published
from integration.disclose.sums import gives_away, group_by_period, list_sums, spread_hidden
from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from integration.disclose.figures_on_people import PeopleFigure
    from integration.disclose.sums import Sum

MAX_ROUNDS = 200
"""After so many everything that is still to be decided is hidden."""


def choose_hidden(figures: Sequence[PeopleFigure], minimum: int) -> list[PeopleFigure]:
    """Decide how leaders see each figure of one form of one authority; return those that are given away all the same.

    Of those that were published before and stand nothing is decided: they are as they were. Figures are given away
    where only what stands already gives them away.
    """
    exposed: list[PeopleFigure] = []
    for figure in figures:
        if not figure.is_free:
            stand_as_published(figure)
    sums = list_sums(figures)
    by_figure: dict[PeopleFigure, list[Sum]] = {}
    for each in sums:
        for figure in each.list_all():
            by_figure.setdefault(figure, []).append(each)
    for group in group_by_period(figures, sums):
        if any(needs_decision(figure) for figure in group):
            own = list(dict.fromkeys(each for figure in group for each in by_figure.get(figure, ())))
            exposed += _choose(group, own, minimum)
        else:
            for figure in group:
                if figure.is_free:
                    figure.show()
            spread_hidden(group)
    return exposed


def _choose(figures: Sequence[PeopleFigure], sums: Sequence[Sum], minimum: int) -> list[PeopleFigure]:
    free = [figure for figure in figures if figure.is_free]
    places = {figure: place for place, figure in enumerate(free)}
    rules: list[tuple[list[int], list[int]]] = []
    forced = [figure.alone is ShownAs.HIDDEN for figure in free]
    empty = [figure for figure in free if figure.alone is ShownAs.NO_ANSWERS]
    hidden = np.array(forced)
    exposed: list[PeopleFigure] = []
    for _ in range(MAX_ROUNDS):
        _apply(free, hidden)
        spread_hidden(figures)
        new = [rule for each in sums if gives_away(each, minimum) and (rule := _write_rule(each.list_all(), places))]
        if not new:
            if not any(figure.shown_as in {ShownAs.HIDDEN, ShownAs.BAND} for figure in figures):
                return []
            exposed = list_exposed(figures, minimum)
            of_audit = (_write_rule_of_audit(figure, figures, places) for figure in exposed)
            new = [rule for rule in of_audit if rule]
        if not new:
            return exposed
        rules += new
        if (found := _solve(free, forced, empty, rules)) is None:
            break  # what stands already gives something away, whatever else is done
        hidden = found
    _apply(free, [True] * len(free))
    return list_exposed(figures, minimum)


def _apply(free: Sequence[PeopleFigure], hidden: Iterable[bool]) -> None:
    for figure, is_hidden in zip(free, hidden, strict=True):
        if is_hidden:
            figure.hide()
        else:
            figure.show()


def _write_rule(figures: Iterable[PeopleFigure], places: dict[PeopleFigure, int]) -> tuple[list[int], list[int]] | None:
    """Return that one of these must be seen otherwise: one of the first hidden, or one of the second shown."""
    to_hide: list[int] = []
    to_show: list[int] = []
    for figure in figures:
        if figure in places and figure.alone is not ShownAs.HIDDEN:
            (to_hide if figure.is_known else to_show).append(places[figure])
    return (to_hide, to_show) if to_hide or to_show else None


def _write_rule_of_audit(
    exposed: PeopleFigure, figures: Sequence[PeopleFigure], places: dict[PeopleFigure, int]
) -> tuple[list[int], list[int]] | None:
    """Return that one more figure must be hidden that speaks of the exposed one, or it must be shown itself.

    Of it speak those of its own measure, and who responded in its period.
    """
    own = [figure for figure in figures if figure.measure == exposed.measure or _is_response_to(figure, exposed)]
    for others in (own, figures):
        to_hide = [places[each] for each in others if each in places and each.is_known]
        if to_hide:
            to_show = exposed in places and exposed.alone is not ShownAs.HIDDEN and not exposed.is_known
            return to_hide, [places[exposed]] if to_show else []
    return None


def _is_response_to(figure: PeopleFigure, exposed: PeopleFigure) -> bool:
    is_within = exposed.first <= figure.first and figure.last <= exposed.last
    return figure.disclosed_as is DisclosedAs.RESPONSES and is_within


def _solve(
    free: Sequence[PeopleFigure],
    forced: Sequence[bool],
    empty: Sequence[PeopleFigure],
    rules: Sequence[tuple[list[int], list[int]]],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]] | None:
    """Return which are hidden: the choice of least weight that keeps every rule; None where there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  # half a second to import

    matrix, least = np.zeros((len(rules), len(free))), np.zeros(len(rules))
    for row, (to_hide, to_show) in enumerate(rules):
        matrix[row, to_hide] = 1
        matrix[row, to_show] = -1
        least[row] = 1 - len(to_show)
    spread = [
        (one, other)
        for one, figure in enumerate(free)
        for other, another in enumerate(free)
        if figure in empty and figure is not another and figure.group == another.group
    ]
    if spread:  # what is without answers is hidden wherever another of its group is
        more = np.zeros((len(spread), len(free)))
        for row, (one, other) in enumerate(spread):
            more[row, one], more[row, other] = 1, -1
        matrix, least = np.vstack([matrix, more]), np.concatenate([least, np.zeros(len(spread))])
    found = milp(
        _weigh(free),
        integrality=np.ones(len(free)),
        bounds=Bounds(np.array(forced, dtype=float), np.ones(len(free))),
        constraints=LinearConstraint(matrix, least, float(len(free))),  # no infinite bound: see the audit
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return np.asarray(found.x > 0.5, dtype=bool)  # noqa: PLR2004  # 0 or 1, but for rounding


AUTHORITY, ROUND, HEADLINE = 256, 16, 2
"""How much more one such figure weighs than another; teams and fortnights of one round together weigh less."""


def _weigh(free: Sequence[PeopleFigure]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weights = []
    for place, figure in enumerate(free):
        weight = 1.0
        weight *= AUTHORITY if not figure.team else 1
        weight *= ROUND if figure.period[0] != PeriodKind.FORTNIGHT else 1
        weight *= HEADLINE if figure.is_headline else 1
        weight *= 0.125 if figure.alone is ShownAs.NO_ANSWERS else 1
        of_equals = min(figure.people, 100) / 1000 + place / (100 * 1000)
        weights.append(weight * (1 + of_equals))
    return np.array(weights)
