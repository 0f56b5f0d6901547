"""What children and families say: anonymous, without a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.labels import declined, likert, option, team
from tests.sample.programme import WHO
from tests.sample.response import Form
from tests.sample.said import NOTHING, required
from tests.sample.words import words

if TYPE_CHECKING:
    from tests.sample.chance import Chance
    from tests.sample.response import Person
    from tests.sample.said import Said

NOBODY = ("Granny", "Parent/Carer", "Parents", "child?", "None", "Parent, Carer", "Agree")
NEITHER = ("Maybe", "Y", "yes please", "Prefer not to say", "1", "TRUE", "Yes, No")


def answer(chance: Chance, person: Person) -> dict[str, Said]:
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


def _who(chance: Chance) -> Said:
    if chance.happens(0.1):
        return NOTHING
    if chance.happens(0.15):
        return declined(chance)
    return option(chance, WHO, deck="who", wrong=NOBODY)


def _may_quote(chance: Chance) -> Said:
    if chance.happens(0.1):
        return NOTHING
    return option(chance, ("Yes", "No"), deck="may quote", wrong=NEITHER)


FIELDS = ("team", "who", "listened", "enough_time", "needs_met", "comment", "may_quote")
FAMILIES = Form("families", FIELDS, answer)
