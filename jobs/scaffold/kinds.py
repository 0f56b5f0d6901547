"""The type of a question's field, guessed from how it is asked, what may be answered, and its words."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.fold import fold
from config.nearest import listed, quoted
from integration.model import Asks
from jobs.scaffold.labels import distinct, is_no_answer, split_no_answer
from jobs.scaffold.people import ONE_OF, is_authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import Programme
    from integration.model import Question
    from jobs.scaffold.guess import Value
    from jobs.scaffold.people import TeamQuestion

NUMBER = r"\bhow many\b|\bhours\b|\bnumber of\b|\bpercentage\b"
HOURS = r"\bhours\b"
HOURS_IN = {"week": 168, "day": 24}
"""No answer in hours can be above this."""
AGREE = "agree"


@dataclass(frozen=True, slots=True)
class Ground:
    """What every guess about one form rests on: the programme, and the questions for team and code, if any."""

    programme: Programme
    team: TeamQuestion | None
    code: Question | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, the keys that belong to it in their order, and what to check, "" where nothing was guessed."""

    type: str
    more: Mapping[str, Value] = field(default_factory=dict)
    remark: str = ""


def guess_kind(question: Question, ground: Ground) -> Kind:
    """Return the type of one question's field."""
    if ground.team and question is ground.team.question:
        return Kind("team", remark=ground.team.remark)
    if question is ground.code:
        return Kind("code", remark="taken for the person's own code, which is shown only as a hash; if not, type: text")
    if question.asks in {*ONE_OF, Asks.CHECKBOX} and split_no_answer(question.options, other=question.other)[0]:
        return _likert(question, ground) if is_likert(question, ground) else _choice(question, ground)
    return _not_chosen(question)


def _not_chosen(question: Question) -> Kind:
    low, high = question.low, question.high
    if question.asks in {Asks.SCALE, Asks.RATING} and low is not None and high is not None and low < high:
        return Kind("scale", {"low": low, "high": high})
    if question.asks is Asks.DATE:
        return Kind("date")
    if question.asks is Asks.TEXT and re.search(NUMBER, fold(question.title)):
        return _number(question)
    return Kind("text", remark=_about_text(question))


def is_likert(question: Question, ground: Ground) -> bool:
    """Say whether one of the five labels of agree-disagree questions is chosen."""
    labels = set(map(fold, ground.programme.likert5))
    return question.asks in ONE_OF and labels <= set(map(fold, question.options))


def _likert(question: Question, ground: Ground) -> Kind:
    labels = set(map(fold, ground.programme.likert5))
    further = tuple(label for label in distinct(question.options) if fold(label) not in labels)
    strange = [label for label in further if not is_no_answer(label)]
    remark = f"taken for no answer: {listed(map(quoted, strange))}" if strange else ""
    return Kind("likert5", {"no_answer": further} if further else {}, remark)


def _choice(question: Question, ground: Ground) -> Kind:
    options, no_answer = split_no_answer(question.options, other=question.other)
    more: dict[str, Value] = {"other": True} if question.other else {}
    more["options"] = options
    if no_answer:
        more["no_answer"] = no_answer
    if question.asks is Asks.CHECKBOX:
        return Kind("choices", more)
    if is_authority(question, ground.programme):
        return Kind("choice", more, "not needed where a form asks for the team, which says whose authority it is")
    if len(options) == len(ground.programme.likert5) and all(AGREE in fold(options[end]) for end in (0, -1)):
        return Kind("choice", more, "as likert5 only if its labels become those of likert5 in programme.yaml")
    return Kind("choice", more)


def _number(question: Question) -> Kind:
    words = fold(question.title)
    remark = "a number is guessed from the words; if people write words, type: text"
    if not re.search(HOURS, words):
        return Kind("number", {"minimum": 0}, remark)
    most = next((hours for span, hours in HOURS_IN.items() if re.search(rf"\b{span}\b", words)), None)
    more: dict[str, Value] = {"minimum": 0, **({"maximum": most} if most else {}), "unit": "hours"}
    return Kind("number", more, remark)


def _about_text(question: Question) -> str:
    match question.asks:
        case Asks.TEXT | Asks.PARAGRAPH:
            return ""
        case Asks.TIME:
            return "a time of day or a length of time, kept as it is written"
        case Asks.UNKNOWN:
            return "asked in a way that is not known here; kept as it is written"
    return "nothing to choose from; kept as it is written"
