"""Which question of a form asks for the team, and which for the person's own code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.spelling import fold_case, listed, quoted
from integration.kinds.guesses import spell_names, split_no_answer
from integration.kinds.question_types import ONE_CHOICE
from integration.model import QuestionType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Programme
    from integration.model import Question

ASKS_FOR_TEAM = (
    r"\b(which|what) ((is|are) )?((your|the) )?(\w+ )?team\b|\bteam name\b"
    r"|\bname of (your|the) team\b|^(your )?team\W*$"
)
ASKS_FOR_CODE = r"(?<!post )(?<!zip )(?<!qr )(?<!dress )\bcode\b(?! of )"


def find_team_question(questions: Sequence[Question], programme: Programme) -> tuple[Question | None, str]:
    """Return the question of which most options are configured teams, else one that asks for a team in words.

    With it what to check of it, "" where its options are the configured teams.
    """
    teams = spell_names(team for authority in programme.authorities.values() for team in authority.teams.values())
    best = max(questions, key=lambda question: _score_as_team(question, teams), default=None)
    if best is None or _score_as_team(best, teams) == (0, False):
        return None, ""
    unknown = [label for label in split_no_answer(best)[0] if fold_case(label) not in teams]
    remark = ""
    if best.type not in ONE_CHOICE:
        remark = "the form takes any words here; let people choose from the teams in programme.yaml"
    elif unknown:
        remark = f"in programme.yaml these are no team, nor an alias of one: {listed(map(quoted, unknown))}"
    return best, remark


def _score_as_team(question: Question, teams: frozenset[str]) -> tuple[float, bool]:
    """Return the share of the options that are teams, and whether the words ask for one."""
    if question.grid or question.type not in ONE_CHOICE | {QuestionType.TEXT}:
        return 0, False
    labels = split_no_answer(question)[0]
    share = sum(fold_case(label) in teams for label in labels) / len(labels) if labels else 0
    return share, bool(re.search(ASKS_FOR_TEAM, fold_case(question.title)))


def asks_for_code(question: Question) -> bool:
    """Say whether a person is asked in words for a code."""
    return question.type is QuestionType.TEXT and bool(re.search(ASKS_FOR_CODE, fold_case(question.title)))
