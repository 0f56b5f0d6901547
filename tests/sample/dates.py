"""Days as people write them: always the day first."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from tests.sample.typed_values import TypedAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sample.random_choices import RandomChoices
    from tests.sample.typed_values import Typed

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SERIAL_ZERO = date(1899, 12, 30)

TEXTS: tuple[Callable[[date], str], ...] = (
    lambda day: day.isoformat(),
    lambda day: f" {day.isoformat()} ",
    lambda day: f"{day:%d/%m/%Y}",
    lambda day: f"{day:%d-%m-%Y}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day:%d/%m/%y}",
    lambda day: f"{day:%d-%m-%y}",
    lambda day: f"{day:%d.%m.%y}",
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: f"{day.day}-{day.month}-{day.year}",
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"{day.day}/{day.month}/{day:%y}",
    lambda day: f"{day.day}.{day.month}.{day:%y}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1].upper()} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3].lower()} {day.year}",
    lambda day: f"{day.day}\u00a0{MONTHS[day.month - 1]}  {day.year}",
)
CELLS: tuple[Callable[[date], Typed], ...] = (
    lambda day: day,
    lambda day: day,
    lambda day: datetime.combine(day, time(0, 0, 1)),
    lambda day: datetime.combine(day, time(14, 30)),
    lambda day: datetime.combine(day, time(23, 59)),
    lambda day: (day - SERIAL_ZERO).days,
    lambda day: (day - SERIAL_ZERO).days,
    lambda day: float((day - SERIAL_ZERO).days),
)
NO_DAY_TEXTS = (
    "12/25/2021", "2021-25-12", "31/02/2022", "30.02.22", "29/02/2022", "31-04-2022", "2022-02-30", "2022-13-01",
    "32/01/2022", "0/1/2022", "99/99/9999", "March 2022", "spring", "soon", "TBC", "next week", "n/a", "nan", "None",
    "?", "2022", "03/2022",
)  # fmt: skip
NO_DAY_CELLS: tuple[Typed, ...] = (0, 12, 2022, 29999, 60001, 99999, -44517, 4451.7)


def day_in_form(draw: RandomChoices, day: date) -> TypedAnswer:
    """Return a day answered in a form: mostly as the Forms API writes it."""
    if draw.slips(0.06):
        return TypedAnswer(draw.deal("no day in a form", NO_DAY_TEXTS), None, "not_a_date")
    if draw.slips(0.3):
        return TypedAnswer(draw.deal("day in a form", TEXTS)(day), day)
    return TypedAnswer(day.isoformat(), day)


def day_in_cell(draw: RandomChoices, day: date) -> TypedAnswer:
    """Return a day in a cell of a sheet: a real date, a serial number, or a text; always one that can be read."""
    if draw.clean or draw.happens(0.4):
        return TypedAnswer(day, day)
    if draw.happens(0.35):
        return TypedAnswer(draw.deal("day as a cell", CELLS)(day), day)
    return TypedAnswer(draw.deal("day as a text", TEXTS)(day), day)


def perhaps_day_in_cell(draw: RandomChoices, day: date) -> TypedAnswer:
    """Return a day in a cell of a sheet, which now and then cannot be read."""
    if draw.slips(0.05):
        return TypedAnswer(draw.deal("no day in a cell", (*NO_DAY_TEXTS, *NO_DAY_CELLS)), None, "not_a_date")
    return day_in_cell(draw, day)
