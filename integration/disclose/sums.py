"""Whatever follows from what is shown counts as shown: which figures add up to which, and what their sums give away.

A sum is a total with its parts: an authority with its teams, a survey round with the fortnights in it. What remains of
a total when the parts that are shown are taken away is a group of people like any other: the rules for a figure alone
hold for it. Where only figures remain that stand as they were published before, the difference between then and now is
such a group: those whose answers have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from integration.disclose.figures_on_people import NEARLY, PEOPLE_ABOVE_MINIMUM, count_changed, is_near_unanimous
from integration.kinds.measures import DisclosedAs
from integration.text_format import round_as_shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from integration.disclose.figures_on_people import PeopleFigure


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts; `covers` says that the parts are all of it, as everybody knows."""

    total: PeopleFigure
    parts: tuple[PeopleFigure, ...]
    covers: bool

    def list_all(self) -> tuple[PeopleFigure, ...]:
        """Return the total and its parts."""
        return (self.total, *self.parts)


def list_sums(figures: Sequence[PeopleFigure]) -> list[Sum]:
    """Return every sum among the figures of one authority."""
    by_measure: dict[str, list[PeopleFigure]] = {}
    for figure in figures:
        by_measure.setdefault(figure.measure, []).append(figure)
    sums = []
    for own in by_measure.values():
        teams, periods = list(_sum_teams(own)), list(_sum_periods(own))
        sums += [*teams, *periods, *_combine(teams, periods)]
    return sums


def _sum_teams(figures: Sequence[PeopleFigure]) -> Iterator[Sum]:
    by_period: dict[tuple[str, str], list[PeopleFigure]] = {}
    for figure in figures:
        by_period.setdefault(figure.period, []).append(figure)
    for own in by_period.values():
        teams = tuple(figure for figure in own if figure.team)
        if teams and len(teams) < len(own):
            yield Sum(next(figure for figure in own if not figure.team), teams, covers=True)


def _sum_periods(figures: Sequence[PeopleFigure]) -> Iterator[Sum]:
    """Yield each period with the shorter ones of another kind that lie in it, where answers add up over time.

    Those who responded do not: who answered in two fortnights of a survey round is one person in it.
    """
    if figures[0].disclosed_as is DisclosedAs.RESPONSES:
        return
    kinds: dict[tuple[str, str], list[PeopleFigure]] = {}
    for figure in figures:
        kinds.setdefault((figure.team, figure.period[0]), []).append(figure)
    for (team, kind), totals in kinds.items():
        for (other_team, other_kind), shorter in kinds.items():
            if team != other_team or kind == other_kind:
                continue
            for total in totals:
                inside = tuple(part for part in shorter if is_part(part, total))
                days = sum((part.last - part.first).days + 1 for part in inside)
                if inside:
                    yield Sum(total, inside, covers=days == (total.last - total.first).days + 1)


MOST_COMBINATIONS = 64


def _combine(teams: Sequence[Sum], periods: Sequence[Sum]) -> Iterator[Sum]:
    """Yield an authority's survey round with its teams' fortnights, and each mixture: of some fortnights all teams.

    The same by teams: of some their rounds, of others their fortnights.
    """
    by_total = {each.total: each for each in teams}
    for each in periods:
        if each.total.team or each.total not in by_total:
            continue
        yield from _take_apart(each, by_total)
        fortnights = {own.total: own for own in periods if own.total.period == each.total.period}
        of_teams = by_total[each.total]
        if all(fortnights.get(part, each).covers for part in of_teams.parts):
            yield from _take_apart(of_teams, fortnights)


def _take_apart(each: Sum, parts_of: Mapping[PeopleFigure, Sum]) -> Iterator[Sum]:
    """Yield the sum with some of its parts taken apart in turn; each mixture, where there are not too many of them."""
    apart = [parts_of[part].parts if part in parts_of else (part,) for part in each.parts]
    if 2 ** len(apart) > MOST_COMBINATIONS:
        yield Sum(each.total, tuple(chain.from_iterable(apart)), covers=each.covers)
        return
    for chosen in product((False, True), repeat=len(apart)):
        if any(chosen):
            mixed = (apart[place] if takes else (each.parts[place],) for place, takes in enumerate(chosen))
            yield Sum(each.total, tuple(chain.from_iterable(mixed)), covers=each.covers)


def is_part(part: PeopleFigure, total: PeopleFigure) -> bool:
    """Return whether every answer to the shorter period is one to the longer."""
    lies_in = total.first <= part.first and part.last <= total.last and part.period != total.period
    is_shorter = (part.last - part.first) < (total.last - total.first)
    same_words = part.series == total.series or (pd.isna(part.series) and pd.isna(total.series))
    return lies_in and is_shorter and same_words


def gives_away(each: Sum, minimum: int) -> bool:
    """Return whether the sum tells anything of too few people, or of people who answered alike."""
    total, unknown = each.total, [part for part in each.parts if not part.is_known]
    if not total.is_known:
        if not each.covers or unknown:
            return False
        return not total.is_older or not is_large_change([total], minimum)
    if each.covers and not unknown:
        return False
    hidden = [part for part in unknown if not part.is_older]
    if each.covers and not hidden:
        return not is_large_change(unknown, minimum)
    if each.covers and len(hidden) == 1 and len(unknown) == 1:
        return True  # it can be worked out
    return _tells_of_few(each, minimum, hidden=hidden)


def is_large_change(figures: Iterable[PeopleFigure], minimum: int) -> bool:
    """Return whether no answers changed, or those of as many people as a group needs."""
    changed = {person for figure in figures for person in figure.changed}
    return not changed or count_changed(changed) >= minimum


def _tells_of_few(each: Sum, minimum: int, *, hidden: Sequence[PeopleFigure]) -> bool:
    """Return whether those who remain of the total, without the parts that are known, are too few or answered alike."""
    total, known = each.total, [part for part in each.parts if part.is_known]
    shown = {row_id for part in known for row_id in part.ids}
    left = np.array([row_id not in shown for row_id in total.ids], dtype=bool)
    n = int(left.sum())
    if n == 0:
        return bool(hidden)  # each of the hidden ones must be empty
    people = len(set(total.persons[left]))
    if people < minimum:
        return True
    if total.disclosed_as is DisclosedAs.MEAN:
        mean = round_as_shown(float(total.answers[left].mean()), places=total.places)
        return mean <= total.low or mean >= total.high
    if total.disclosed_as is not DisclosedAs.SHARE:
        return False
    ranges = [part.range_of_x() for part in known]
    least, most = total.range_of_x()
    least, most = max(least - sum(high for _, high in ranges), 0), min(most - sum(low for low, _ in ranges), n)
    if least >= most:
        return is_near_unanimous(least, n)
    return (most <= NEARLY or least >= n - NEARLY) and people < minimum + PEOPLE_ABOVE_MINIMUM


def group_by_period(figures: Sequence[PeopleFigure], sums: Iterable[Sum]) -> list[list[PeopleFigure]]:
    """Return the figures of one form in as many groups as have nothing to do with each other.

    Figures belong together that stand for the same period, and those of a sum.
    """
    root: dict[tuple[str, str], tuple[str, str]] = {figure.period: figure.period for figure in figures}

    def find(period: tuple[str, str]) -> tuple[str, str]:
        while root[period] != period:
            period = root[period]
        return period

    for each in sums:
        for one, other in combinations({figure.period for figure in each.list_all()}, 2):
            root[find(one)] = find(other)
    groups: dict[tuple[str, str], list[PeopleFigure]] = {}
    for figure in figures:
        groups.setdefault(find(figure.period), []).append(figure)
    return list(groups.values())
