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


def answer(chance: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return what somebody of a family answers."""
    return {
        "team": team(chance, person.team),
        "who": _who(chance),
        "listened": likert(chance, declinable=True),
        "enough_time": likert(chance, declinable=True),
        "needs_met": required(likert(chance, declinable=True)),
        "comment": words(chance),
        "may_quote": _may_quote(chance),
    }


def _who(chance: RandomChoices) -> TypedAnswer:
    if chance.happens(0.1):
        return NOTHING
    if chance.happens(0.15):
        return declined(chance)
    return option(chance, WHO, deck="who", wrong=NOBODY)


def _may_quote(chance: RandomChoices) -> TypedAnswer:
    if chance.happens(0.1):
        return NOTHING
    return option(chance, ("Yes", "No"), deck="may quote", wrong=NEITHER)


FIELDS = ("team", "who", "listened", "enough_time", "needs_met", "comment", "may_quote")
FAMILIES = Form("families", FIELDS, answer)
