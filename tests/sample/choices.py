"""Answers picked from a list: teams, agreement, options, tick boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample.programme import LIKERT
from tests.sample.spelling import respell
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sample.random_choices import RandomChoices

DECLINED = "Prefer not to say"
OTHER = "other"

TEAM_WAYS = ("{}", "{} team", "Team {}", "{} Team", "team {}")
NO_TEAM = tuple(
    TypedAnswer(typed, None, "unknown_team")
    for typed in (
        None, "", "   ", "\u00a0", "Elm/Oak", "Elm, Oak", "Elm and Oak", "Sycamore", "Elms", "TeamElm",
        "Team Elm team", "the Elm team", "Elm team.", "Team", "Team 3", "n/a", "nan", "None", "Northbrook",
        "\u00c9lm", "E\u0301lm", "0",
    )
)  # fmt: skip
NO_LABEL = tuple(
    TypedAnswer(typed, None, "unknown_choice")
    for typed in (
        "Agree-ish", "Agree.", "see above", "strongly", "Strongly agreee", "Neither agree or disagree", "0", "6",
        "-1", "3.0", "+3", "1.", "5 5", "4/5", "\uff13", "\u0663", "Agree, mostly", "Yes", "N/A", "nan", "None",
        "TRUE", "<b>Agree</b>", "=4",
    )
)  # fmt: skip
TYPED_OTHER = (
    "The phone system", "Printer, phones and Wi-Fi", "Cafe\u0301 opening hours", "=SUM(A1:A9)", "Travel to court",
    "Travels", "\U0001f697 parking", "nan", "None", "Other", "12", "Recording, and forms",
)  # fmt: skip


def team(draw: RandomChoices, name: str) -> TypedAnswer:
    """Return a team as its people write it, or (rarely) as it cannot be known."""
    if draw.slips(0.02):
        return draw.deal("no team", NO_TEAM)
    return TypedAnswer(_spelled_team(draw, name), name)


def _spelled_team(draw: RandomChoices, name: str) -> str:
    if not draw.slips(0.2):
        return name
    alias = draw.deal("alias", TEAM_WAYS).format(name)
    return respell(draw, alias) if draw.happens(0.6) else alias


def likert(draw: RandomChoices, *, declinable: bool = False) -> TypedAnswer:
    """Return one of the five labels as people write it; nothing; a refusal to say; or what is none of them."""
    if declinable and draw.happens(0.08):
        return declined(draw)
    if draw.slips(0.03):
        return draw.deal("no label", NO_LABEL)
    if draw.slips(0.03):
        return draw.deal("blank label", (NOTHING, TypedAnswer(""), TypedAnswer(" \u00a0 ")))
    place = draw.pick((1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5))
    if draw.slips(0.04):
        return TypedAnswer(draw.pick((str(place), f" {place} ", f"\u00a0{place}")), place)
    label = LIKERT[place - 1]
    return TypedAnswer(respell(draw, label) if draw.slips(0.12) else label, place)


def declined(draw: RandomChoices) -> TypedAnswer:
    """Return the label that is no answer: an empty value, and nothing to report."""
    return TypedAnswer(respell(draw, DECLINED) if draw.slips(0.3) else DECLINED)


def option(draw: RandomChoices, options: Sequence[str], *, deck: str, wrong: Sequence[str] = ()) -> TypedAnswer:
    """Return an option as people write it, or one of the `wrong` ones, which are reported."""
    if wrong and draw.slips(0.06):
        return TypedAnswer(draw.deal(f"wrong {deck}", wrong), None, "unknown_choice")
    name = draw.deal(deck, options)
    return TypedAnswer(respell(draw, name) if draw.slips(0.15) else name, name)


def option_or_other(draw: RandomChoices, options: Sequence[str], *, deck: str) -> TypedAnswer:
    """Return an option, or words typed beside Other."""
    if draw.happens(0.15):
        return TypedAnswer(draw.deal("typed other", TYPED_OTHER), OTHER)
    return option(draw, options, deck=deck)


def ticks(draw: RandomChoices, options: Sequence[str]) -> TypedAnswer:
    """Return ticked options, perhaps none, perhaps with words typed beside Other."""
    said = [option(draw, (name,), deck=f"tick {name}") for name in draw.some(options, most=4)]
    if draw.happens(0.12):
        said.insert(draw.number(0, len(said)), TypedAnswer(draw.deal("typed other", TYPED_OTHER), OTHER))
    return TypedAnswer(tuple(str(one.typed) for one in said), tuple(str(one.means) for one in said))
