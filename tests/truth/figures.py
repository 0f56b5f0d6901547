"""Holds the measures made from forms against the truth."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from tests.truth.workbook import low

if TYPE_CHECKING:
    from tests.truth.tally import Tally
    from tests.truth.workbook import Book, Cells

MINIMUM_GROUP = 6
RATE = "pulse_response_rate"

Place = tuple[str, str, str, str]
"""A figure's place: measure, team or authority, kind of period, period."""


def check_figures(tally: Tally, truth: dict[str, Any], book: Book) -> None:
    """Hold every figure against the truth; a figure that the truth does not know must not be there."""
    found: dict[Place, Cells] = {}
    for row in book.rows("measures"):
        place = _place(row)
        tally.same(f"rows of {place}", place in found, expected=False)
        found[place] = row
    known = {*truth["measures"], *truth["sheets"], *truth["sheets"].get("by_team", {})}
    tally.same("measures that the truth does not know", sorted({place[0] for place in found} - known), [])
    for measure, lines in truth["measures"].items():
        places = {_expected_place(measure, line): line for line in lines}
        kinds = {place[2] for place in places}
        begun = {place for place in found if place[0] == measure and place[2] in kinds}
        tally.same(f"{measure}: figures of periods that have not begun", sorted(begun - places.keys()), [])
        for place, line in places.items():
            _check_figure(tally, " ".join(place), found.get(place, {}), line)
            _check_hidden(tally, place, found.get(place, {}), line)


def _place(row: Cells) -> Place:
    period = row.get("period")
    text = str(int(period)) if isinstance(period, float) else low(period)
    return (
        low(row.get("measure")),
        low(row.get("team")) or low(row.get("authority")),
        low(row.get("period_kind")),
        text,
    )


def _expected_place(measure: str, line: dict[str, Any]) -> Place:
    kind = "fortnight" if "fortnight" in line else "window"
    return (measure, low(line.get("team") or line["authority"]), kind, str(line[kind]))


def _check_figure(tally: Tally, what: str, found: Cells, line: dict[str, Any]) -> None:
    if "numerator" in line:
        numerator, denominator = line["numerator"], line["denominator"]
        value = numerator / denominator if denominator else None
        interval = wilson(numerator, denominator) if denominator and numerator <= denominator else (None, None)
    else:
        numerator, denominator, value, interval = None, line["n"], line["value"], (None, None)
        tally.same(f"{what}, n", found.get("n"), denominator)
    if numerator is not None:
        tally.same(f"{what}, numerator", found.get("numerator"), numerator)
        tally.same(f"{what}, denominator", found.get("denominator"), denominator)
    elif value is not None and found.get("numerator") is not None:  # a median has no sum
        tally.same(f"{what}, sum", found.get("numerator"), value * denominator)
    tally.same(f"{what}, value", found.get("value"), value)
    for column, bound in zip(("lower", "upper"), interval, strict=True):
        tally.same(f"{what}, {column}", found.get(column), bound)


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """Return Wilson's 95% interval: the shares p for which (p - share)² = z² p (1 - p) / n."""
    square = NormalDist().inv_cdf(0.975) ** 2
    share = numerator / denominator
    a, b, c = 1 + square / denominator, -(2 * share + square / denominator), share**2
    root = sqrt(max(0.0, b * b - 4 * a * c))
    return max(0.0, (-b - root) / (2 * a)), min(1.0, (-b + root) / (2 * a))


def _check_hidden(tally: Tally, place: Place, found: Cells, line: dict[str, Any]) -> None:
    """See that leaders would not be shown a figure on 1 to 5 people."""
    people = line["numerator"] if place[0] == RATE else line.get("denominator", line.get("n", 0))
    if 0 < people < MINIMUM_GROUP:
        tally.same(f"{' '.join(place)} on {people} people, hidden", low(found.get("hidden")), "yes")
