"""Every spelling and every mistake that a form can meet, each at least once."""

from __future__ import annotations

from datetime import date
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.sample.amounts import NO_NUMBER, NO_SCALE, OFF_SCALE, WAYS, beyond, edges
from tests.sample.choices import DECLINED, NO_LABEL, OTHER, TYPED_OTHER
from tests.sample.codes import NO_CODE
from tests.sample.dates import NO_DAY_TEXTS, TEXTS
from tests.sample.forms.change_idea import MOST_HOURS as MOST_SAVED
from tests.sample.forms.families import NEITHER, NOBODY
from tests.sample.forms.pulse import MOST_HOURS
from tests.sample.forms.time_and_barriers import NO_OBSTACLE
from tests.sample.free_text import ODD, WITH_SECRETS
from tests.sample.programme import BARRIERS, LIKERT, OBSTACLES, TEAMS
from tests.sample.spelling import WAYS as RESPELLINGS
from tests.sample.typed_values import TypedAnswer, required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sample.case_setting import CaseSetting
    from tests.sample.response import Response

SOME_DAY = date(2022, 3, 7)

AMOUNTS = tuple(TypedAnswer(way.format(amount), 12.5) for way in WAYS for amount in ("12.5", "12,5", "12,50"))
DECLINED_WAYS = tuple(TypedAnswer(way(DECLINED)) for way in RESPELLINGS)


def _wrong(typed: Sequence[str], code: str) -> tuple[TypedAnswer, ...]:
    return tuple(TypedAnswer(text, None, code) for text in typed)


def _respelled(options: Sequence[str], means: Sequence[str | int]) -> tuple[TypedAnswer, ...]:
    """Return each way of writing an option, the options taken in turn."""
    turns = islice(cycle(zip(options, means, strict=True)), len(RESPELLINGS) * len(options))
    return tuple(
        TypedAnswer(way(option), meaning) for way, (option, meaning) in zip(cycle(RESPELLINGS), turns, strict=False)
    )


AGREEMENT = _respelled(LIKERT, (1, 2, 3, 4, 5)) + tuple(TypedAnswer(str(place), place) for place in range(1, 6))
TEAM_ALIASES = tuple(way for team in TEAMS for way in _respelled((f"{team} team", f"Team {team}"), (team, team)))
BARRIER_WAYS = _respelled(BARRIERS, BARRIERS)

PILES: dict[str, dict[str, tuple[TypedAnswer, ...]]] = {
    "pulse": {
        "team": TEAM_ALIASES,
        "code": NO_CODE,
        "involved": NO_LABEL,
        "ownership": tuple(
            required(said) for said in (*NO_LABEL, TypedAnswer(), TypedAnswer(""), TypedAnswer("\u00a0 "))
        ),
        "heard": AGREEMENT,
        "hours_direct": NO_NUMBER + _wrong(beyond(MOST_HOURS), "out_of_range"),
        "hours_total": AMOUNTS + edges(MOST_HOURS),
        "going_well": ODD,
        "in_the_way": WITH_SECRETS,
    },
    "time_and_barriers": {
        "code": NO_CODE,
        "week": tuple(TypedAnswer(way(SOME_DAY), SOME_DAY) for way in TEXTS) + _wrong(NO_DAY_TEXTS, "not_a_date"),
        "time_share": _wrong(OFF_SCALE, "out_of_range") + _wrong(NO_SCALE, "not_a_number"),
        "able_to_help": _wrong((DECLINED,), "unknown_choice") + NO_LABEL,
        "barriers": tuple(TypedAnswer(("Travel", text), ("Travel", OTHER)) for text in TYPED_OTHER)
        + tuple(TypedAnswer((str(said.typed),), (str(said.means),)) for said in BARRIER_WAYS),
        "obstacles.recording": _wrong(NO_OBSTACLE, "unknown_choice"),
        "obstacles.meetings": _respelled(OBSTACLES, OBSTACLES),
    },
    "families": {
        "who": _wrong(NOBODY, "unknown_choice") + DECLINED_WAYS,
        "listened": NO_LABEL + AGREEMENT,
        "needs_met": DECLINED_WAYS + NO_LABEL,
        "may_quote": _wrong(NEITHER, "unknown_choice"),
    },
    "change_idea": {
        "change": tuple(required(said) for said in (TypedAnswer(), TypedAnswer(""), TypedAnswer(" \n\u00a0"), *ODD)),
        "barrier": BARRIER_WAYS + tuple(TypedAnswer(text, OTHER) for text in TYPED_OTHER),
        "hours_saved": NO_NUMBER + _wrong(beyond(MOST_SAVED), "out_of_range") + edges(MOST_SAVED),
    },
}


def every_spelling(setting: CaseSetting) -> list[Response]:
    """Answer until every variant of the form has been used, each time as another respondent."""
    piles = PILES[setting.form.key]
    made = []
    for number in range(max(len(pile) for pile in piles.values())):
        at, person = setting.moment(), setting.new_person()
        fixed = {field: pile[number % len(pile)] for field, pile in piles.items()}
        made.append(setting.response(at, (at, setting.answers(person, **fixed))))
    return made
