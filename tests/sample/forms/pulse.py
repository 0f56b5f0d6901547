"""The fortnightly pulse of social workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.amounts import hours
from tests.sample.codes import code
from tests.sample.labels import likert, team
from tests.sample.response import Form
from tests.sample.said import Said, required
from tests.sample.words import words

if TYPE_CHECKING:
    from tests.sample.chance import Chance
    from tests.sample.response import Person

MOST_HOURS = 80
HARD_PAIRS = (("40", "38"), ("0", "0"), ("5", "0"), ("37.5", "37.5"), ("0", "40"), ("80", "80"), ("0.5", "0"))


def answer(chance: Chance, person: Person) -> dict[str, Said]:
    """Return what a social worker answers."""
    direct, total = _hours(chance)
    return {
        "team": team(chance, person.team),
        "code": code(chance, person.code),
        "involved": likert(chance),
        "ownership": required(likert(chance)),
        "heard": likert(chance),
        "hours_direct": direct,
        "hours_total": total,
        "going_well": words(chance, often=0.4),
        "in_the_way": words(chance, often=0.3),
    }


def _hours(chance: Chance) -> tuple[Said, Said]:
    if chance.slips(0.04):
        direct, total = chance.deal("hard pair", HARD_PAIRS)
        return Said(direct, float(direct)), Said(total, float(total))
    return (
        hours(chance, low=1, high=22, most=MOST_HOURS),
        hours(chance, low=26, high=50, most=MOST_HOURS),
    )


FIELDS = ("team", "code", "involved", "ownership", "heard", "hours_direct", "hours_total", "going_well", "in_the_way")
PULSE = Form("pulse", FIELDS, answer, one_per_fortnight=True)
