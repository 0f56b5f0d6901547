"""Ideas for a small change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.amounts import hours
from tests.sample.choices import option_or_other, team
from tests.sample.free_text import some_words, words
from tests.sample.programme import BARRIERS
from tests.sample.response import Form
from tests.sample.typed_values import NOTHING, TypedAnswer, required

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Person

MOST_HOURS = 40


def answer(chance: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return an idea."""
    return {
        "team": team(chance, person.team),
        "change": required(_change(chance)),
        "barrier": NOTHING if chance.happens(0.1) else option_or_other(chance, BARRIERS, deck="barrier"),
        "hours_saved": hours(chance, low=0.5, high=9, most=MOST_HOURS),
        "measure": words(chance),
    }


def _change(chance: RandomChoices) -> TypedAnswer:
    if chance.slips(0.05):
        return chance.deal("no change", (NOTHING, TypedAnswer(""), TypedAnswer(" \n\u00a0")))
    return some_words(chance)


FIELDS = ("team", "change", "barrier", "hours_saved", "measure")
CHANGE_IDEA = Form("change_idea", FIELDS, answer)
