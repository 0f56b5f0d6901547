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


def answer(chance: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return what a social worker answers."""
    return {
        "team": team(chance, person.team),
        "code": code(chance, person.code),
        "week": _week(chance),
        "time_share": scale(chance, low=0, high=10),
        "able_to_help": likert(chance),
        "barriers": ticks(chance, BARRIERS),
        **_grid(chance),
        "comment": words(chance),
    }


def _week(chance: RandomChoices) -> TypedAnswer:
    if chance.happens(0.1):
        return NOTHING
    monday: date = START + timedelta(weeks=chance.number(0, 70))
    return day_in_form(chance, monday)


def _grid(chance: RandomChoices) -> dict[str, TypedAnswer]:
    """Return the rows of the grid; a row that cannot be read is never the only one answered."""
    if chance.happens(0.06):
        return dict.fromkeys(GRID, NOTHING)
    rows = {row: option(chance, OBSTACLES, deck="obstacle") for row in GRID}
    if chance.slips(0.08):
        rows[chance.pick(GRID[:2])] = TypedAnswer(chance.deal("no obstacle", NO_OBSTACLE), None, "unknown_choice")
    if chance.happens(0.08):
        rows[chance.pick(GRID[:2])] = NOTHING
    return rows


FIELDS = ("team", "code", "week", "time_share", "able_to_help", "barriers", *GRID, "comment")
TIME_AND_BARRIERS = Form("time_and_barriers", FIELDS, answer)
