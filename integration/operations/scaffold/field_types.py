"""The type of a field, guessed from how its question is asked and what may be answered; what is not sure says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.spelling import clean_text, fold_case, listed, quoted
from integration.model import QuestionType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.schema import Authority, Programme, Team
    from integration.model import Question

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldGuess:
    """A field as it could be written, but for its name.

    `words` are the question's, `about` those of which a name is made. `more` are the keys that belong to the type, in
    their order. `remark` says what a person should check, "" where nothing was guessed.
    """

    type: str
    words: str
    about: str
    id: str = ""
    required: bool = False
    more: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class OmittedQuestion:
    """A question of which no field can be made, and the reason."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """A type, the keys that belong to it in their order, and what to check, "" where nothing was guessed."""

    type: str
    more: Mapping[str, Value] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FormContext:
    """What every guess about one form rests on: the programme, and the questions for team and code, if any.

    `team_remark` is what to check of the question for the team, "" where its options are the configured teams.
    """

    programme: Programme
    team: Question | None
    team_remark: str
    code: Question | None


ONE_OF = frozenset({QuestionType.RADIO, QuestionType.DROP_DOWN})
"""A person is in one team: tick boxes cannot ask for it."""
NUMBER = r"\bhow many\b|\bhours\b|\bnumber of\b|\bpercentage\b"
MAX_HOURS = {"week": 168, "day": 24}
"""No answer in hours can be above this, by the words of the question."""
TEXT_REMARKS = {
    QuestionType.TEXT: "",
    QuestionType.PARAGRAPH: "",
    QuestionType.TIME: "a time of day or a length of time, kept as it is written",
    QuestionType.UNKNOWN: "asked in a way that is not known here; kept as it is written",
}


def guess_type(question: Question, context: FormContext) -> TypeGuess:
    """Return the type of one question's field."""
    if question is context.team:
        return TypeGuess("team", remark=context.team_remark)
    if question is context.code:
        return TypeGuess(
            "code", remark="taken for the person's own code, which is shown only as a hash; if not, type: text"
        )
    if question.type in {*ONE_OF, QuestionType.CHECKBOX} and _answers(question):
        return _guess_likert(question, context) if is_likert(question, context) else _guess_choice(question, context)
    return _guess_open(question)


def _guess_open(question: Question) -> TypeGuess:
    """Return the type of the field of a question that gives nothing to choose from."""
    low, high, asked_as = question.low, question.high, question.type
    if asked_as in {QuestionType.SCALE, QuestionType.RATING} and low is not None and high is not None and low < high:
        return TypeGuess("scale", {"low": low, "high": high})
    if asked_as is QuestionType.DATE:
        return TypeGuess("date")
    if asked_as is QuestionType.TEXT and re.search(NUMBER, fold_case(question.title)):
        words, more = fold_case(question.title), dict[str, Value](minimum=0)
        if re.search(r"\bhours\b", words):
            maximum = next((hours for span, hours in MAX_HOURS.items() if re.search(rf"\b{span}\b", words)), None)
            more |= {"maximum": maximum, "unit": "hours"} if maximum else {"unit": "hours"}
        return TypeGuess("number", more, "a number is guessed from the words; if people write words, type: text")
    return TypeGuess("text", remark=TEXT_REMARKS.get(asked_as, "nothing to choose from; kept as it is written"))


def is_likert(question: Question, context: FormContext) -> bool:
    """Say whether one of the five labels of agree-disagree questions is chosen."""
    labels = set(map(fold_case, context.programme.likert5))
    return question.type in ONE_OF and labels <= set(map(fold_case, question.options))


def _guess_likert(question: Question, context: FormContext) -> TypeGuess:
    labels = set(map(fold_case, context.programme.likert5))
    no_answer = tuple(label for label in distinct_labels(question.options) if fold_case(label) not in labels)
    unclear = [label for label in no_answer if not _is_no_answer(label)]
    remark = f"taken for no answer: {listed(map(quoted, unclear))}" if unclear else ""
    return TypeGuess("likert5", {"no_answer": no_answer} if no_answer else {}, remark)


def _guess_choice(question: Question, context: FormContext) -> TypeGuess:
    options, no_answer = _split_no_answer(question.options, other=question.other)
    more: dict[str, Value] = {"other": True} if question.other else {}
    more["options"] = options
    if no_answer:
        more["no_answer"] = no_answer
    if question.type is QuestionType.CHECKBOX:
        return TypeGuess("choices", more)
    authorities = _spellings(context.programme.authorities.values())
    if all(fold_case(label) in authorities for label in options):
        return TypeGuess("choice", more, "not needed where a form asks for the team, which says whose authority it is")
    if len(options) == len(context.programme.likert5) and all("agree" in fold_case(options[end]) for end in (0, -1)):
        return TypeGuess("choice", more, "as likert5 only if its labels become those of likert5 in programme.yaml")
    return TypeGuess("choice", more)


ASKS_FOR_TEAM = (
    r"\b(which|what) ((is|are) )?((your|the) )?(\w+ )?team\b|\bteam name\b"
    r"|\bname of (your|the) team\b|^(your )?team\W*$"
)
ASKS_FOR_CODE = r"(?<!post )(?<!zip )(?<!qr )(?<!dress )\bcode\b(?! of )"


def find_team_question(questions: Sequence[Question], programme: Programme) -> tuple[Question | None, str]:
    """Return the question of which most options are configured teams, else one that asks for a team in words.

    With it what to check of it, "" where its options are the configured teams.
    """
    teams = _spellings(team for authority in programme.authorities.values() for team in authority.teams.values())
    best = max(questions, key=lambda question: _score_as_team(question, teams), default=None)
    if best is None or _score_as_team(best, teams) == (0, False):
        return None, ""
    unknown = [label for label in _answers(best) if fold_case(label) not in teams]
    remark = ""
    if best.type not in ONE_OF:
        remark = "the form takes any words here; let people choose from the teams in programme.yaml"
    elif unknown:
        remark = f"in programme.yaml these are no team, nor an alias of one: {listed(map(quoted, unknown))}"
    return best, remark


def _score_as_team(question: Question, teams: frozenset[str]) -> tuple[float, bool]:
    """Return the share of the options that are teams, and whether the words ask for one."""
    if question.grid or question.type not in ONE_OF | {QuestionType.TEXT}:
        return 0, False
    labels = _answers(question)
    share = sum(fold_case(label) in teams for label in labels) / len(labels) if labels else 0
    return share, bool(re.search(ASKS_FOR_TEAM, fold_case(question.title)))


def asks_for_code(question: Question) -> bool:
    """Say whether a person is asked in words for a code."""
    return question.type is QuestionType.TEXT and bool(re.search(ASKS_FOR_CODE, fold_case(question.title)))


def _spellings(named: Iterable[Team | Authority]) -> frozenset[str]:
    return frozenset(fold_case(spelling) for each in named for spelling in (each.name, *each.aliases))


NO_ANSWER = r"(i'd |i would )?(prefer|rather) not( to)?( say| answer| tell)?( .*)?"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def _answers(question: Question) -> tuple[str, ...]:
    return _split_no_answer(question.options, other=question.other)[0]


def _split_no_answer(labels: Iterable[str], *, other: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels that are answers, and those that say that there is none.

    With `other`, a label “Other” is left out: it is taken in by whatever is typed. There are always answers where
    there are labels: those that would all say nothing are answers.
    """
    every = distinct_labels(labels)
    if other:
        every = tuple(label for label in every if fold_case(label) != "other")
    none = tuple(label for label in every if _is_no_answer(label))
    answers = tuple(label for label in every if label not in none)
    return (answers, none) if answers else (every, ())


def _is_no_answer(label: str) -> bool:
    """Say whether a respondent who chooses this says that they do not answer."""
    return re.fullmatch(NO_ANSWER, fold_case(label).replace(APOSTROPHE, "'")) is not None


def distinct_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the labels on one line each, without empty ones and without a second spelling of the same."""
    first: dict[str, str] = {}
    for label in map(one_line, labels):
        if label:
            first.setdefault(fold_case(label), label)
    return tuple(first.values())


def one_line(text: str) -> str:
    """Return the text on one line; characters that no line can hold are left out."""
    return clean_text("".join(" " if character < " " or character == "\x7f" else character for character in text))
