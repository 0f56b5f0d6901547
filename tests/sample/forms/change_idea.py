"""Ideas for a small change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.amounts import hours
from tests.sample.labels import option_or_other, team
from tests.sample.programme import BARRIERS
from tests.sample.response import Form
from tests.sample.said import NOTHING, Said, required
from tests.sample.words import some_words, words

if TYPE_CHECKING:
    from tests.sample.chance import Chance
    from tests.sample.response import Person

MOST_HOURS = 40


def answer(chance: Chance, person: Person) -> dict[str, Said]:
    """Return an idea."""
    return {
        "team": team(chance, person.team),
        "change": required(_change(chance)),
        "barrier": NOTHING if chance.happens(0.1) else option_or_other(chance, BARRIERS, deck="barrier"),
        "hours_saved": hours(chance, low=0.5, high=9, most=MOST_HOURS),
        "measure": words(chance),
    }


def _change(chance: Chance) -> Said:
    if chance.slips(0.05):
        return chance.deal("no change", (NOTHING, Said(""), Said(" \n\u00a0")))
    return some_words(chance)


FIELDS = ("team", "change", "barrier", "hours_saved", "measure")
CHANGE_IDEA = Form("change_idea", FIELDS, answer)
