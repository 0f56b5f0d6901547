"""What children and families say: anonymous, without a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.choices import declined, likert, option, team
from tests.sample.free_text import words
from tests.sample.programme import WHO
from tests.sample.response import Form
from tests.sample.typed_values import NOTHING, required

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Person
    from tests.sample.typed_values import TypedAnswer

NOBODY = ("Granny", "Parent/Carer", "Parents", "child?", "None", "Parent, Carer", "Agree")
NEITHER = ("Maybe", "Y", "yes please", "Prefer not to say", "1", "TRUE", "Yes, No")


def answer(draw: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return what a member of a family answers."""
    return {
        "team": team(draw, person.team),
        "who": _who(draw),
        "listened": likert(draw, declinable=True),
        "enough_time": likert(draw, declinable=True),
        "needs_met": required(likert(draw, declinable=True)),
        "comment": words(draw),
        "may_quote": _may_quote(draw),
    }


def _who(draw: RandomChoices) -> TypedAnswer:
    if draw.happens(0.1):
        return NOTHING
    if draw.happens(0.15):
        return declined(draw)
    return option(draw, WHO, deck="who", wrong=NOBODY)


def _may_quote(draw: RandomChoices) -> TypedAnswer:
    if draw.happens(0.1):
        return NOTHING
    return option(draw, ("Yes", "No"), deck="may quote", wrong=NEITHER)


FIELDS = ("team", "who", "listened", "enough_time", "needs_met", "comment", "may_quote")
FAMILIES = Form("families", FIELDS, answer)
