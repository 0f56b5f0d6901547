"""What each measure of the forms comes to, counted by hand."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from tests.sample.programme import AUTHORITIES, TEAMS, WINDOWS, first_day_of, last_fortnight_begun, teams_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from tests.sample.expected_register import Headcounts
    from tests.sample.outcomes import Outcomes, Row

Figure = dict[str, Any]

FORTNIGHT, WINDOW = "fortnight", "window"


def expected_measures(verdicts: Mapping[str, Outcomes], headcounts: Headcounts, as_of: date) -> dict[str, list[Figure]]:
    """Return the figures of every measure: each team and authority, in every period begun by the reporting date."""
    counted = {
        form: [row for row in verdict.rows.values() if row.counted and row.day <= as_of]
        for form, verdict in verdicts.items()
    }
    figures = {}
    for measure, (form, kinds, count) in MEASURES.items():
        figures[measure] = _cut(counted[form], kinds, as_of, count)
    figures["pulse_response_rate"] = _response_rate(counted["pulse"], headcounts, as_of)
    return figures


def _cut(rows: list[Row], kinds: tuple[str, ...], as_of: date, count: Callable[[list[Row]], Figure]) -> list[Figure]:
    """Return one figure for each period, team and authority."""
    figures = []
    for kind in kinds:
        held = _by_period(rows, kind)
        for name, who in _everybody():
            for period in _periods(kind, as_of):
                theirs = [row for row in held.get(period, ()) if who in (row.team, row.authority)]
                figures.append({kind: period, name: who, **count(theirs)})
    return figures


def _everybody() -> list[tuple[str, str]]:
    return [*(("team", team) for team in TEAMS), *(("authority", authority) for authority in AUTHORITIES)]


def _periods(kind: str, as_of: date) -> list[int | str]:
    """Return the periods that have begun by the reporting date."""
    if kind == FORTNIGHT:
        return list(range(1, last_fortnight_begun(as_of) + 1))
    return [window.key for window in WINDOWS if window.first <= as_of]


def _by_period(rows: Iterable[Row], kind: str) -> dict[int | str | None, list[Row]]:
    held: dict[int | str | None, list[Row]] = {}
    for row in rows:
        held.setdefault(row.fortnight if kind == FORTNIGHT else row.window, []).append(row)
    return held


def _response_rate(rows: list[Row], headcounts: Headcounts, as_of: date) -> list[Figure]:
    """Return responses out of the headcount in force on the first day of each fortnight."""
    figures = _cut(rows, (FORTNIGHT,), as_of, lambda theirs: {"numerator": len(theirs)})
    for figure in figures:
        teams = (figure["team"],) if "team" in figure else teams_of(figure["authority"])
        figure["denominator"] = sum(headcounts.on(team, first_day_of(figure[FORTNIGHT])) for team in teams)
    return figures


def _numbers(rows: Iterable[Row], field: str) -> list[float]:
    """Return the values of a field that are there."""
    return [value for row in rows if isinstance(value := row.means(field), int | float)]


def _mean(values: list[float]) -> Figure:
    return {"n": len(values), "value": fsum(values) / len(values) if values else None}


def _positive(field: str) -> Callable[[list[Row]], Figure]:
    def count(rows: list[Row]) -> Figure:
        answers = _numbers(rows, field)
        return {"numerator": sum(answer in (4, 5) for answer in answers), "denominator": len(answers)}

    return count


def _direct_share(rows: list[Row]) -> Figure:
    """Return the mean of direct hours / hours worked, where both are there, some were worked, and not fewer."""
    shares = []
    for row in rows:
        direct, total = row.means("hours_direct"), row.means("hours_total")
        if isinstance(direct, float) and isinstance(total, float) and total > 0 and direct <= total:
            shares.append(direct / total)
    return _mean(shares)


def _ticks(rows: list[Row]) -> Figure:
    """Return the mean number of ticks; none ticked is 0."""
    counts: list[float] = []
    for row in rows:
        ticked = row.means("barriers")
        counts.append(len(ticked) if isinstance(ticked, tuple) else 0)
    return _mean(counts)


def _a_lot(rows: list[Row]) -> Figure:
    """Return those with at least one "A lot" out of those who answered any row of the grid."""
    grids = [
        [value for field in row.answers if field.startswith("obstacles.") and (value := row.means(field))]
        for row in rows
    ]
    return {"numerator": sum("A lot" in grid for grid in grids), "denominator": sum(bool(grid) for grid in grids)}


MEASURES: dict[str, tuple[str, tuple[str, ...], Callable[[list[Row]], Figure]]] = {
    "ownership_positive": ("pulse", (FORTNIGHT, WINDOW), _positive("ownership")),
    "involved_positive": ("pulse", (FORTNIGHT, WINDOW), _positive("involved")),
    "heard_positive": ("pulse", (FORTNIGHT, WINDOW), _positive("heard")),
    "direct_time_share": ("pulse", (FORTNIGHT, WINDOW), _direct_share),
    "time_share_mean": ("time_and_barriers", (WINDOW,), lambda rows: _mean(_numbers(rows, "time_share"))),
    "able_to_help_positive": ("time_and_barriers", (WINDOW,), _positive("able_to_help")),
    "barriers_mean": ("time_and_barriers", (WINDOW,), _ticks),
    "obstacles_a_lot": ("time_and_barriers", (WINDOW,), _a_lot),
    "needs_met_positive": ("families", (WINDOW,), _positive("needs_met")),
    "listened_positive": ("families", (WINDOW,), _positive("listened")),
    "enough_time_positive": ("families", (WINDOW,), _positive("enough_time")),
}
