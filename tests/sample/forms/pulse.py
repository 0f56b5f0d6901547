"""The fortnightly pulse of social workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.amounts import hours
from tests.sample.choices import likert, team
from tests.sample.codes import code
from tests.sample.free_text import words
from tests.sample.response import Form
from tests.sample.typed_values import TypedAnswer, required

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Person

MOST_HOURS = 80
HARD_PAIRS = (("40", "38"), ("0", "0"), ("5", "0"), ("37.5", "37.5"), ("0", "40"), ("80", "80"), ("0.5", "0"))


def answer(draw: RandomChoices, person: Person) -> dict[str, TypedAnswer]:
    """Return what a social worker answers."""
    direct, total = _hours(draw)
    return {
        "team": team(draw, person.team),
        "code": code(draw, person.code),
        "involved": likert(draw),
        "ownership": required(likert(draw)),
        "heard": likert(draw),
        "hours_direct": direct,
        "hours_total": total,
        "going_well": words(draw, often=0.4),
        "in_the_way": words(draw, often=0.3),
    }


def _hours(draw: RandomChoices) -> tuple[TypedAnswer, TypedAnswer]:
    if draw.slips(0.04):
        direct, total = draw.deal("hard pair", HARD_PAIRS)
        return TypedAnswer(direct, float(direct)), TypedAnswer(total, float(total))
    return (
        hours(draw, low=1, high=22, most=MOST_HOURS),
        hours(draw, low=26, high=50, most=MOST_HOURS),
    )


FIELDS = ("team", "code", "involved", "ownership", "heard", "hours_direct", "hours_total", "going_well", "in_the_way")
PULSE = Form("pulse", FIELDS, answer, one_per_fortnight=True)
