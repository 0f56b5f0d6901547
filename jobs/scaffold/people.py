"""Which question says whose answer it is, and which asks for the code by which a person's answers pair."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from config.nearest import listed, quoted
from integration.model import Asks
from jobs.scaffold.labels import split_no_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import Authority, Programme, Team
    from integration.model import Question

ASKS_FOR_TEAM = (
    r"\b(which|what) ((is|are) )?((your|the) )?(\w+ )?team\b|\bteam name\b"
    r"|\bname of (your|the) team\b|^(your )?team\W*$"
)
ASKS_FOR_CODE = r"(?<!post )(?<!zip )(?<!qr )(?<!dress )\bcode\b(?! of )"
ONE_OF = frozenset({Asks.RADIO, Asks.DROP_DOWN})
"""A person is in one team: tick boxes cannot ask for it."""


@dataclass(frozen=True, slots=True)
class TeamQuestion:
    """The question, and what a person should check of it, "" where its options are the configured teams."""

    question: Question
    remark: str


def find_team(questions: Sequence[Question], programme: Programme) -> TeamQuestion | None:
    """Return the question of which most options are configured teams, else one that asks for a team in words."""
    teams = _spellings(team for authority in programme.authorities.values() for team in authority.teams.values())
    best = max(questions, key=lambda question: _likeness(question, teams), default=None)
    if best is None or _likeness(best, teams) == (0, False):
        return None
    strange = [label for label in _answers(best) if fold(label) not in teams]
    if best.asks not in ONE_OF:
        return TeamQuestion(best, "the form takes any words here; let people choose from the teams in programme.yaml")
    if strange:
        remark = f"in programme.yaml these are no team, nor an alias of one: {listed(map(quoted, strange))}"
        return TeamQuestion(best, remark)
    return TeamQuestion(best, "")


def asks_for_code(question: Question) -> bool:
    """Say whether a person is asked in words for a code."""
    return question.asks is Asks.TEXT and bool(re.search(ASKS_FOR_CODE, fold(question.title)))


def is_authority(question: Question, programme: Programme) -> bool:
    """Say whether every option is a configured authority: of a form, the team says which it is."""
    authorities = _spellings(programme.authorities.values())
    labels = _answers(question)
    return bool(labels) and all(fold(label) in authorities for label in labels)


def _likeness(question: Question, teams: frozenset[str]) -> tuple[float, bool]:
    """Return the share of the options that are teams, and whether the words ask for one."""
    if question.grid or question.asks not in ONE_OF | {Asks.TEXT}:
        return 0, False
    labels = _answers(question)
    share = sum(fold(label) in teams for label in labels) / len(labels) if labels else 0
    return share, bool(re.search(ASKS_FOR_TEAM, fold(question.title)))


def _answers(question: Question) -> tuple[str, ...]:
    return split_no_answer(question.options, other=question.other)[0]


def _spellings(things: Iterable[Team | Authority]) -> frozenset[str]:
    return frozenset(fold(spelling) for thing in things for spelling in (thing.name, *thing.aliases))
