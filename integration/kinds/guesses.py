"""What `scaffold` takes a question for: a guess for each kind of field, by how it is asked and what may be answered.

A guess is None where the question is not of that kind; what is not sure says so in a remark. Which question asks for
the team, and which for the person's own code, is found first, among all of the form's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.spelling import clean_text, fold_case, is_visible, listed, quoted
from integration.kinds.question_types import ONE_CHOICE, STEPS
from integration.model import QuestionType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.schema import Authority, Programme, Team
    from integration.model import Question

Value = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeGuess:
    """The keys that belong to the type, in their order, and what to check, "" where nothing was guessed."""

    more: Mapping[str, Value] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class GuessContext:
    """What every guess about one form rests on: the programme, and the questions for team and code, if any.

    `team_remark` is what to check of the question for the team, "" where its options are the configured teams.
    """

    programme: Programme
    team: Question | None
    team_remark: str
    code: Question | None


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


def guess_nothing(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    """Return None: no single question is taken for this kind."""
    return None


def guess_team(question: Question, context: GuessContext) -> TypeGuess | None:
    """Guess the question that asks for the team."""
    return TypeGuess(remark=context.team_remark) if question is context.team else None


def guess_code(question: Question, context: GuessContext) -> TypeGuess | None:
    """Guess the question that asks for the person's own code."""
    remark = "taken for the person's own code, which is shown only as a hash; if not, type: text"
    return TypeGuess(remark=remark) if question is context.code else None


def guess_likert(question: Question, context: GuessContext) -> TypeGuess | None:
    """Guess a question with the five labels; further labels are taken for no answer."""
    if not is_likert(question, context):
        return None
    labels = set(map(fold_case, context.programme.likert5))
    no_answer = tuple(label for label in distinct_labels(question.options) if fold_case(label) not in labels)
    unclear = [label for label in no_answer if not _is_no_answer(label)]
    remark = f"taken for no answer: {listed(map(quoted, unclear))}" if unclear else ""
    return TypeGuess({"no_answer": no_answer} if no_answer else {}, remark)


def is_likert(question: Question, context: GuessContext) -> bool:
    """Say whether one of the five labels of agree-disagree questions is chosen."""
    labels = set(map(fold_case, context.programme.likert5))
    return question.type in ONE_CHOICE and labels <= set(map(fold_case, question.options))


def guess_choices(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    """Guess tick boxes."""
    return _guess_options(question) if question.type is QuestionType.CHECKBOX else None


def guess_choice(question: Question, context: GuessContext) -> TypeGuess | None:
    """Guess one of several options; `guess_likert` has been asked before."""
    guess = _guess_options(question) if question.type in ONE_CHOICE else None
    if guess is None:
        return None
    options, labels = split_no_answer(question)[0], context.programme.likert5
    authorities = spell_names(context.programme.authorities.values())
    remark = ""
    if all(fold_case(label) in authorities for label in options):
        remark = "not needed where a form asks for the team, which says whose authority it is"
    elif len(options) == len(labels) and all("agree" in fold_case(options[end]) for end in (0, -1)):
        remark = "as likert5 only if its labels become those of likert5 in programme.yaml"
    return TypeGuess(guess.more, remark)


def _guess_options(question: Question) -> TypeGuess | None:
    options, no_answer = split_no_answer(question)
    if not options:
        return None
    more: dict[str, Value] = {"other": True} if question.other else {}
    more["options"] = options
    return TypeGuess(more | ({"no_answer": no_answer} if no_answer else {}))


def guess_scale(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    """Guess a scale or a rating of which both ends are known."""
    low, high = question.low, question.high
    if question.type not in STEPS or low is None or high is None or low >= high:
        return None
    return TypeGuess({"low": low, "high": high})


def guess_date(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    """Guess a question for a date."""
    return TypeGuess() if question.type is QuestionType.DATE else None


NUMBER = r"\bhow many\b|\bhours\b|\bnumber of\b|\bpercentage\b"
MAX_HOURS = {"week": 168, "day": 24}
"""No answer in hours can be above this, by the words of the question."""


def guess_number(question: Question, context: GuessContext) -> TypeGuess | None:  # noqa: ARG001
    """Guess a question that asks in words for a number."""
    words = fold_case(question.title)
    if question.type is not QuestionType.TEXT or not re.search(NUMBER, words):
        return None
    more = dict[str, Value](minimum=0)
    if re.search(r"\bhours\b", words):
        maximum = next((hours for span, hours in MAX_HOURS.items() if re.search(rf"\b{span}\b", words)), None)
        more |= {"maximum": maximum, "unit": "hours"} if maximum else {"unit": "hours"}
    return TypeGuess(more, "a number is guessed from the words; if people write words, type: text")


TEXT_REMARKS = {
    QuestionType.TEXT: "",
    QuestionType.PARAGRAPH: "",
    QuestionType.TIME: "a time of day or a length of time, kept as it is written",
    QuestionType.UNKNOWN: "asked in a way that is not known here; kept as it is written",
}


def guess_text(question: Question, context: GuessContext) -> TypeGuess:  # noqa: ARG001
    """Guess words, of any question: it is asked last."""
    return TypeGuess(remark=TEXT_REMARKS.get(question.type, "nothing to choose from; kept as it is written"))


def spell_names(named: Iterable[Team | Authority]) -> frozenset[str]:
    """Return the folded names and aliases."""
    return frozenset(fold_case(spelling) for each in named for spelling in (each.name, *each.aliases))


NO_ANSWER = r"(i'd |i would )?(prefer|rather) not( to)?( say| answer| tell)?( .*)?"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def split_no_answer(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels that are answers, and those that say that there is none.

    Where the question has “Other”, a label of that name is left out: it is taken in by whatever is typed. There are
    always answers where there are labels: those that would all say nothing are answers.
    """
    every = distinct_labels(question.options)
    if question.other:
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
    """Return the text on one line, "" where none of it can be seen; what no line can hold is left out."""
    line = clean_text("".join(" " if character < " " or character == "\x7f" else character for character in text))
    return line if is_visible(line) else ""
