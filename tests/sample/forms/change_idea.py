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


def answer(draw: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return an idea."""
    return {
        "team": team(draw, person.team),
        "change": required(_change(draw)),
        "barrier": NOTHING if draw.happens(0.1) else option_or_other(draw, BARRIERS, deck="barrier"),
        "hours_saved": hours(draw, low=0.5, high=9, most=MOST_HOURS),
        "measure": words(draw),
    }


def _change(draw: RandomChoices) -> TypedAnswer:
    if draw.slips(0.05):
        return draw.deal("no change", (NOTHING, TypedAnswer(""), TypedAnswer(" \n\u00a0")))
    return some_words(draw)


FIELDS = ("team", "change", "barrier", "hours_saved", "measure")
CHANGE_IDEA = Form("change_idea", FIELDS, answer)
