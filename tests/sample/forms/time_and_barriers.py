"""Time with families and what gets in the way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.amounts import scale
from tests.sample.choices import likert, option, team, ticks
from tests.sample.codes import code
from tests.sample.dates import day_in_form
from tests.sample.free_text import words
from tests.sample.programme import BARRIERS, OBSTACLES, START
from tests.sample.response import Form
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Person

GRID = ("obstacles.recording", "obstacles.approvals", "obstacles.meetings")
NO_OBSTACLE = ("Somewhat", "a lot!", "Very much", "3", "Lots", "A", "lot", "nan", "Agree")


def answer(draw: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return what a social worker answers."""
    return {
        "team": team(draw, person.team),
        "code": code(draw, person.code),
        "week": _week(draw),
        "time_share": scale(draw, low=0, high=10),
        "able_to_help": likert(draw),
        "barriers": ticks(draw, BARRIERS),
        **_grid(draw),
        "comment": words(draw),
    }


def _week(draw: RandomChoices) -> TypedAnswer:
    if draw.happens(0.1):
        return NOTHING
    monday: date = START + timedelta(weeks=draw.number(0, 70))
    return day_in_form(draw, monday)


def _grid(draw: RandomChoices) -> dict[str, TypedAnswer]:
    """Return the rows of the grid; a row that cannot be read is never the only one answered."""
    if draw.happens(0.06):
        return dict.fromkeys(GRID, NOTHING)
    rows = {row: option(draw, OBSTACLES, deck="obstacle") for row in GRID}
    if draw.slips(0.08):
        rows[draw.pick(GRID[:2])] = TypedAnswer(draw.deal("no obstacle", NO_OBSTACLE), None, "unknown_choice")
    if draw.happens(0.08):
        rows[draw.pick(GRID[:2])] = NOTHING
    return rows


FIELDS = ("team", "code", "week", "time_share", "able_to_help", "barriers", *GRID, "comment")
TIME_AND_BARRIERS = Form("time_and_barriers", FIELDS, answer)
