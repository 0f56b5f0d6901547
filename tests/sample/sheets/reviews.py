"""The monthly reviews with senior leaders."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.dates import SERIAL_ZERO, day_in_cell, perhaps_day_in_cell
from tests.sample.free_text import words
from tests.sample.programme import AUTHORITIES, months_complete
from tests.sample.sheets.source import NO_AUTHORITY, Source, authority, owner, with_blanks
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.sheets.source import Line
    from tests.sample.typed_values import Typed

HEADINGS = {
    "held_on": "Held on",
    "authority": "Authority",
    "attended": "Attended",
    "commitment": "Commitment (1-5)",
    "decision": "Decision",
    "action": "Action",
    "action_owner": "Action owner",
    "action_due_on": "Action due",
    "action_closed_on": "Action closed",
}
REVIEWS = Source("reviews", "Senior reviews", HEADINGS, ("held_on", "authority"), "authority")

OFF_SCALE: tuple[Typed, ...] = (0, 6, 45, -1, "6", "0", "10")
NO_NUMBER = ("high", "?", "4-5", "n/a", "four", "nan")


def reviews(draw: RandomChoices, as_of: date) -> list[Line]:
    """Return the rows of the tab: in most months one review, in some none, in some two."""
    lines = []
    for key in AUTHORITIES:
        lines += [_line(draw, authority(draw, key), day) for day in _days(draw, as_of)]
    if not draw.clean:
        lines = _with_faulty(draw, lines, as_of)
    return with_blanks(draw, lines)


def _days(draw: RandomChoices, as_of: date) -> list[date]:
    """Return on which days reviews are held, until two months after the reporting date."""
    days = {as_of + timedelta(days=later) for later in (0, 1, 31, 45, 61)}
    months = [month for month in months_complete(as_of) if month != (as_of.year, as_of.month)]
    for year, month in months:
        last = monthrange(year, month)[1]
        for _ in range(draw.pick((0, 1, 1, 1, 1, 2, 2))):
            days.add(date(year, month, draw.pick((1, last, draw.number(2, last - 1)))))
    return draw.mix(sorted(days))


def _line(draw: RandomChoices, whose: TypedAnswer, day: date) -> Line:
    attended = draw.number(3, 8)
    return {
        "held_on": day_in_cell(draw, day),
        "authority": whose,
        "attended": TypedAnswer(attended, attended),
        "commitment": _commitment(draw),
        "decision": words(draw),
        "action": words(draw),
        "action_owner": owner(draw),
        "action_due_on": _perhaps(draw, day + timedelta(days=28)),
        "action_closed_on": _perhaps(draw, day + timedelta(days=draw.number(5, 60))),
    }


def _perhaps(draw: RandomChoices, day: date) -> TypedAnswer:
    return NOTHING if draw.happens(0.3) else perhaps_day_in_cell(draw, day)


def _commitment(draw: RandomChoices) -> TypedAnswer:
    if draw.slips(0.06):
        return TypedAnswer(draw.deal("off commitment", OFF_SCALE), None, "out_of_range")
    if draw.slips(0.06):
        return TypedAnswer(draw.deal("no commitment", NO_NUMBER), None, "not_a_number")
    if draw.happens(0.08):
        return NOTHING
    place = draw.pick((2, 3, 4, 4, 5, 5))
    return TypedAnswer(draw.pick((f"{place}", f" {place} ")) if draw.slips(0.15) else place, place)


def _with_faulty(draw: RandomChoices, lines: list[Line], as_of: date) -> list[Line]:
    """Return the lines with some of no authority, and some held twice on one day: only the first of those counts."""
    high = TypedAnswer(5, 5)
    nobodys = [said for said in NO_AUTHORITY if not said.is_blank]
    lines += [{**_line(draw, said, as_of - timedelta(days=40)), "commitment": high} for said in nobodys]
    doubles = []
    for typed in ("{day:%Y-%m-%d}", "{day:%d/%m/%Y}", None):
        line = draw.pick([line for line in lines if line["authority"].means])
        day = line["held_on"].means
        if not isinstance(day, date):
            raise TypeError("a review that is held twice needs its day")
        cell: Typed = typed.format(day=day) if typed else (day - SERIAL_ZERO).days
        held_on = TypedAnswer(cell, day)
        doubles.append({**line, "held_on": held_on, "commitment": TypedAnswer(1, 1)})
    return [*draw.mix(lines), *doubles]
