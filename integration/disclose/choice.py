"""Which figures are hidden beyond those that may not be shown alone: as little as possible, and what matters least.

What leaders need most is kept: the whole authority before its teams, survey rounds before fortnights, the measures of
the first page before others; of equals the one on more people. It is a choice of least weight (`scipy.optimize.milp`):
each sum that gives something away, and each finding of the audit, is a rule that the next choice keeps, until none is
left. No weight is the same as another, so that there is one answer, on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from config.schema import PeriodKind
from integration.disclose.audit import Audit, Exposed
from integration.disclose.figures_on_people import needs_decision, spread_hidden, stand_as_published
from integration.disclose.sums import gives_away, group_by_period, list_sums
from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from integration.disclose.figures_on_people import PeopleFigure
    from integration.disclose.sums import Sum

MAX_RULES = 20_000
"""With more of them everything that is still to be decided is hidden."""


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


Rule = tuple[tuple[int, ...], tuple[int, ...]]
"""By their places: one of the first must be hidden, or one of the second shown."""


def _choose(figures: Sequence[PeopleFigure], sums: Sequence[Sum], minimum: int) -> list[PeopleFigure]:
    free = [figure for figure in figures if figure.is_free]
    places = {figure: place for place, figure in enumerate(free)}
    hidden = {f.group for f in figures if not f.is_free and f.shown_as is ShownAs.HIDDEN}
    for figure in free:  # without answers, beside what stands hidden
        if figure.alone is ShownAs.NO_ANSWERS and figure.group in hidden:
            figure.alone = ShownAs.HIDDEN
    choice, audit = _Choice(free), Audit(figures, minimum)
    while len(choice.rules) <= MAX_RULES:
        _apply(free, choice.hidden)
        spread_hidden(figures)
        new = [rule for each in sums if gives_away(each, minimum) and (rule := _write_rule(each.list_all(), places))]
        exposed: list[Exposed] = []
        if not new and any(figure.shown_as in {ShownAs.HIDDEN, ShownAs.BAND} for figure in figures):
            exposed = audit.list_exposed()
            of_audit = (_write_rule_of_audit(each, figures, places) for each in exposed)
            new = [rule for rule in of_audit if rule]
        if not new:
            return [each.figure for each in exposed]
        # Where no choice keeps them, or has kept them in vain, what stands already gives something away.
        if set(new) <= set(choice.rules) or not choice.keep(new):
            break
    _apply(free, [True] * len(free))
    return [each.figure for each in audit.list_exposed()]


def _apply(free: Sequence[PeopleFigure], hidden: Iterable[bool]) -> None:
    for figure, is_hidden in zip(free, hidden, strict=True):
        if is_hidden:
            figure.hide()
        else:
            figure.show()


def _write_rule(figures: Iterable[PeopleFigure], places: dict[PeopleFigure, int]) -> Rule | None:
    """Return that one of these must be seen otherwise."""
    own = [each for each in figures if each in places and each.alone is not ShownAs.HIDDEN]
    to_hide = tuple(places[each] for each in own if each.is_known)
    to_show = tuple(places[each] for each in own if not each.is_known)
    return (to_hide, to_show) if own else None


def _write_rule_of_audit(
    exposed: Exposed, figures: Sequence[PeopleFigure], places: dict[PeopleFigure, int]
) -> Rule | None:
    """Return that one more figure must be hidden that speaks of the exposed one, or it must be shown itself.

    Where the audit does not say which do, it is those of its own measure, and who responded in its period.
    """
    of = exposed.figure
    near = [figure for figure in figures if figure.measure == of.measure or _is_response_to(figure, of)]
    for others in [exposed.by] if exposed.by else [near, figures]:
        to_hide = tuple(sorted(places[each] for each in others if each in places and each.is_known))
        if to_hide:
            to_show = of in places and of.alone is not ShownAs.HIDDEN and not of.is_known
            return to_hide, (places[of],) if to_show else ()
    return None


def _is_response_to(figure: PeopleFigure, exposed: PeopleFigure) -> bool:
    is_within = exposed.first <= figure.first and figure.last <= exposed.last
    return figure.disclosed_as is DisclosedAs.RESPONSES and is_within


class _Choice:
    """Which figures are hidden: the choice of least weight that keeps every rule so far.

    Figures that no rule joins have nothing to do with each other, and each group of those that are joined is solved for
    itself, and only when it got a new rule.
    """

    def __init__(self, free: Sequence[PeopleFigure]) -> None:
        self._weights = _weigh(free)
        self._forced = np.array([figure.alone is ShownAs.HIDDEN for figure in free], dtype=bool)
        self._group = list(range(len(free)))
        # What is without answers is hidden wherever another of its group is.
        self.rules: list[Rule] = [
            ((one,), (other,))
            for one, figure in enumerate(free)
            for other, another in enumerate(free)
            if figure.alone is ShownAs.NO_ANSWERS and figure is not another and figure.group == another.group
        ]
        self.hidden = self._forced.copy()
        self._join(self.rules)
        self._solve({self._group[place] for rule in self.rules for place in rule[0]})

    def keep(self, rules: Sequence[Rule]) -> bool:
        """Choose anew with further rules; return whether there is any choice that keeps all."""
        self.rules += rules
        self._join(rules)
        return self._solve({self._group[(*to_hide, *to_show)[0]] for to_hide, to_show in rules})

    def _join(self, rules: Iterable[Rule]) -> None:
        for to_hide, to_show in rules:
            joined = {self._group[place] for place in (*to_hide, *to_show)}
            if len(joined) > 1:
                first = min(joined)
                self._group = [first if group in joined else group for group in self._group]

    def _solve(self, groups: Iterable[int]) -> bool:
        for group in groups:
            places = [place for place, own in enumerate(self._group) if own == group]
            columns = {place: column for column, place in enumerate(places)}
            rules = [rule for rule in self.rules if self._group[(*rule[0], *rule[1])[0]] == group]
            matrix, least = np.zeros((len(rules), len(places))), np.zeros(len(rules))
            for row, (to_hide, to_show) in enumerate(rules):
                matrix[row, [columns[place] for place in to_hide]] = 1
                matrix[row, [columns[place] for place in to_show]] = -1
                least[row] = 1 - len(to_show)
            forced = self._forced[places].astype(float)
            find = _try_each_choice if len(places) <= FEW_PLACES else _find_choice
            found = find(self._weights[places], forced, matrix, least)
            if found is None:
                return False
            self.hidden[places] = found
        return True


FEW_PLACES = 10
"""Of so few figures every choice is tried, which takes less time than to ask the solver."""

Choice = NDArray[np.bool_] | None


def _try_each_choice(
    weights: NDArray[np.float64], forced: NDArray[np.float64], matrix: NDArray[np.float64], least: NDArray[np.float64]
) -> Choice:
    choices = (np.arange(2 ** len(weights))[:, np.newaxis] >> np.arange(len(weights))) & 1
    allowed = choices[(choices >= forced).all(axis=1) & (choices @ matrix.T >= least).all(axis=1)]
    return np.asarray(allowed[np.argmin(allowed @ weights)], dtype=bool) if len(allowed) else None


def _find_choice(
    weights: NDArray[np.float64], forced: NDArray[np.float64], matrix: NDArray[np.float64], least: NDArray[np.float64]
) -> Choice:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  # half a second to import

    found = milp(
        weights,
        integrality=np.ones(len(weights)),
        bounds=Bounds(forced, np.ones(len(weights))),
        constraints=LinearConstraint(matrix, least, float(len(weights))),  # no infinite bound: see the audit
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else np.asarray(found.x > 0.5, dtype=bool)  # noqa: PLR2004  # but for rounding


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
