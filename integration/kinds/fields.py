"""The kinds of field: one record each. `FIELD_KINDS` has them by the `type` that stands in the YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from config import schema
from config.schema.fields import FieldBase, type_name
from config.spelling import fold_case
from integration.kinds import guesses, question_types, values
from integration.kinds.question_types import ONE_CHOICE, STEPS, TYPED, YamlContext
from integration.kinds.values import Raw, ReadValue
from integration.model import ColumnType, IssueCode, Question, QuestionType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from config.schema import Programme
    from integration.kinds.guesses import GuessContext, TypeGuess

F = TypeVar("F", bound=FieldBase)

ReadAnswer = Callable[[Raw], ReadValue]
"""Reads what was typed, which is not blank."""


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What reading an answer rests on beside its field: the programme, and the key of the hash of codes."""

    programme: schema.Programme
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind(Generic[F]):
    """Everything that the stages need to know of one kind of field.

    - `model`: its settings in YAML.
    - `column`: the type of its values.
    - `build_reader`: gives the function that reads one answer; the same answer is always read alike.
    - `describe_allowed`: what a person may type, in words.
    - `shows_found`: whether a list of what needs attention may show what was typed; not where it identifies a person.
    - `asked_as`: the types of question whose answers it reads.
    - `compare_with_question`: how the answers that such a question offers differ from those that it reads.
    - `find_ends`: the ends of its scale, by which a chart draws its axis; None where it has none.
    - `guess`: what `scaffold` writes of a question that it takes for this kind; None where it does not.
    """

    model: type[F]
    column: ColumnType
    build_reader: Callable[[F, ReadingContext], ReadAnswer]
    describe_allowed: Callable[[F, Programme], str]
    shows_found: bool
    asked_as: frozenset[QuestionType]
    compare_with_question: Callable[[F, Question, YamlContext], Iterator[str]]
    find_ends: Callable[[F], tuple[float, float] | None]
    guess: Callable[[Question, GuessContext], TypeGuess | None]


def _has_no_ends(field: FieldBase) -> None:  # noqa: ARG001  # as every kind is asked
    return None


def _list_names(intro: str, names: Iterable[str]) -> str:
    return f"{intro}: " + ", ".join(f"“{name}”" if "," in name else name for name in dict.fromkeys(names))


def _fold_all(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(fold_case(label) for label in labels)


TEAM = FieldKind(
    model=schema.TeamField,
    column=ColumnType.TEXT,
    build_reader=lambda _, context: partial(
        values.read_name,
        keys={
            fold_case(name): key
            for authority in context.programme.authorities.values()
            for key, team in authority.teams.items()
            for name in (team.name, *team.aliases)
        },
        code=IssueCode.UNKNOWN_TEAM,
    ),
    describe_allowed=lambda _, programme: _list_names(
        "one of", (team.name for authority in programme.authorities.values() for team in authority.teams.values())
    ),
    shows_found=True,
    asked_as=ONE_CHOICE,
    compare_with_question=question_types.compare_teams,
    find_ends=_has_no_ends,
    guess=guesses.guess_team,
)

AUTHORITY = FieldKind(
    model=schema.AuthorityField,
    column=ColumnType.TEXT,
    build_reader=lambda _, context: partial(
        values.read_name,
        keys={
            fold_case(name): key
            for key, authority in context.programme.authorities.items()
            for name in (authority.name, *authority.aliases)
        },
        code=IssueCode.UNKNOWN_AUTHORITY,
    ),
    describe_allowed=lambda _, programme: _list_names(
        "one of", (authority.name for authority in programme.authorities.values())
    ),
    shows_found=True,
    asked_as=ONE_CHOICE,
    compare_with_question=question_types.compare_nothing,
    find_ends=_has_no_ends,
    guess=guesses.guess_nothing,
)


def _describe_code(field: schema.CodeField, programme: Programme) -> str:  # noqa: ARG001
    is_usual = field.pattern == schema.CodeField.model_fields["pattern"].default
    return "two letters and two digits, such as AB12" if is_usual else f"a code like {field.pattern}"


CODE = FieldKind(
    model=schema.CodeField,
    column=ColumnType.TEXT,
    build_reader=lambda field, context: partial(
        values.read_code, pattern=re.compile(field.pattern, re.ASCII), key=context.key
    ),
    describe_allowed=_describe_code,
    shows_found=False,
    asked_as=TYPED,
    compare_with_question=question_types.compare_nothing,
    find_ends=_has_no_ends,
    guess=guesses.guess_code,
)

LIKERT = FieldKind(
    model=schema.LikertField,
    column=ColumnType.INTEGER,
    build_reader=lambda field, context: partial(
        values.read_likert,
        labels={fold_case(label): number for number, label in enumerate(context.programme.likert5, start=1)},
        no_answer=_fold_all(field.no_answer),
    ),
    describe_allowed=lambda field, programme: _list_names("one of", (*programme.likert5, *field.no_answer)),
    shows_found=True,
    asked_as=ONE_CHOICE | STEPS,
    compare_with_question=question_types.compare_likert_labels,
    find_ends=_has_no_ends,
    guess=guesses.guess_likert,
)

SCALE = FieldKind(
    model=schema.ScaleField,
    column=ColumnType.INTEGER,
    build_reader=lambda field, _: partial(values.read_scale, low=field.low, high=field.high),
    describe_allowed=lambda field, _: f"a whole number from {field.low} to {field.high}",
    shows_found=True,
    asked_as=ONE_CHOICE | STEPS,
    compare_with_question=question_types.compare_scale,
    find_ends=lambda field: (field.low, field.high),
    guess=guesses.guess_scale,
)


def _index_options(field: schema.OptionsField) -> dict[str, str]:
    """Return each option's name by its folded name and aliases."""
    return {fold_case(spelling): name for name, aliases in field.spell_options() for spelling in (name, *aliases)}


def _list_options(intro: str, field: schema.OptionsField) -> str:
    no_answer = field.no_answer if isinstance(field, schema.NoAnswerField) else ()
    return _list_names(intro, (*_index_options(field).values(), *no_answer))


CHOICE = FieldKind(
    model=schema.ChoiceField,
    column=ColumnType.TEXT,
    build_reader=lambda field, _: partial(
        values.read_choice, options=_index_options(field), no_answer=_fold_all(field.no_answer), other=field.other
    ),
    describe_allowed=lambda field, _: _list_options("one of", field),
    shows_found=True,
    asked_as=ONE_CHOICE,
    compare_with_question=question_types.compare_options,
    find_ends=_has_no_ends,
    guess=guesses.guess_choice,
)

CHOICES = FieldKind(
    model=schema.ChoicesField,
    column=ColumnType.TEXT,
    build_reader=lambda field, _: partial(
        values.read_choices, options=_index_options(field), no_answer=_fold_all(field.no_answer), other=field.other
    ),
    describe_allowed=lambda field, _: _list_options("any of", field),
    shows_found=True,
    asked_as=frozenset({QuestionType.CHECKBOX}),
    compare_with_question=question_types.compare_options,
    find_ends=_has_no_ends,
    guess=guesses.guess_choices,
)

GRID = FieldKind(
    model=schema.GridField,
    column=ColumnType.TEXT,
    build_reader=lambda field, _: partial(
        values.read_choice, options=_index_options(field), no_answer=frozenset(), other=False
    ),
    describe_allowed=lambda field, _: _list_options("one of", field),
    shows_found=True,
    asked_as=ONE_CHOICE,
    compare_with_question=question_types.compare_options,
    find_ends=_has_no_ends,
    guess=guesses.guess_nothing,  # scaffold makes one of several questions: the rows of the grid
)

DATE = FieldKind(
    model=schema.DateField,
    column=ColumnType.DATE,
    build_reader=lambda _, __: values.read_date,
    describe_allowed=lambda _, __: "a date, day first, such as 3 March 2022 or 03/03/2022",
    shows_found=True,
    asked_as=TYPED | {QuestionType.DATE},
    compare_with_question=question_types.compare_nothing,
    find_ends=_has_no_ends,
    guess=guesses.guess_date,
)


def _describe_number(field: schema.NumberField, programme: Programme) -> str:  # noqa: ARG001
    low, high = (None if limit is None else f"{limit:g}" for limit in (field.minimum, field.maximum))
    unit = f" ({field.unit})" if field.unit else ""
    number = "one whole number" if field.counts_people else "one number"
    if low is not None and high is not None:
        return f"{number} from {low} to {high}{unit}"
    if low is not None or high is not None:
        return f"{number}, {low or high} or {'more' if low is not None else 'less'}{unit}"
    return f"{number}{unit}"


NUMBER = FieldKind(
    model=schema.NumberField,
    column=ColumnType.NUMBER,
    build_reader=lambda field, _: partial(
        values.read_number, minimum=field.minimum, maximum=field.maximum, must_be_whole=field.counts_people
    ),
    describe_allowed=_describe_number,
    shows_found=True,
    asked_as=TYPED | ONE_CHOICE | STEPS,
    compare_with_question=question_types.compare_nothing,
    find_ends=_has_no_ends,
    guess=guesses.guess_number,
)

TEXT = FieldKind(
    model=schema.TextField,
    column=ColumnType.TEXT,
    build_reader=lambda field, _: partial(
        values.read_text, pattern=re.compile(field.pattern) if field.pattern else None
    ),
    describe_allowed=lambda field, _: f"text of the form {field.pattern}" if field.pattern else "words",
    shows_found=True,
    asked_as=frozenset(QuestionType) - {QuestionType.CHECKBOX, QuestionType.FILE},
    compare_with_question=question_types.compare_nothing,
    find_ends=_has_no_ends,
    guess=guesses.guess_text,
)

RECORDS: tuple[FieldKind[Any], ...] = (
    TEAM, CODE, LIKERT, CHOICES, CHOICE, GRID, SCALE, DATE, NUMBER, AUTHORITY, TEXT,
)  # fmt: skip
FIELD_KINDS: Mapping[str, FieldKind[Any]] = {type_name(kind.model): kind for kind in RECORDS}
"""Every kind of field, in the order in which `scaffold` asks each for its guess."""


def guess_type(question: Question, context: GuessContext) -> tuple[str, TypeGuess]:
    """Return the type that a question is taken for, with its settings: words where no other kind takes it."""
    asked = ((name, kind) for name, kind in FIELD_KINDS.items() if kind is not TEXT)
    guessed = ((name, guess) for name, kind in asked if (guess := kind.guess(question, context)))
    return next(guessed, (type_name(TEXT.model), guesses.guess_text(question, context)))
