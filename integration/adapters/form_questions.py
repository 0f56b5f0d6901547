"""The questions of a form as forms.get gives it: how each is asked, and what may be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from integration.adapters.json_text import decode
from integration.model import Asks, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

CHOICES = {"RADIO": Asks.RADIO, "CHECKBOX": Asks.CHECKBOX, "DROP_DOWN": Asks.DROP_DOWN}
"""Google's word for each way of choosing; one that is not here is of a later day, and unknown."""


class _Option(msgspec.Struct, rename="camel"):
    """An option has its label in `value`; "Other" has none."""

    value: str = ""
    is_other: bool = False


class _Choice(msgspec.Struct):
    type: str = ""
    options: list[_Option] = []


class _Scale(msgspec.Struct):
    """Google leaves out a number that is 0."""

    low: int = 0
    high: int = 0


class _Rating(msgspec.Struct, rename="camel"):
    rating_scale_level: int = 0


class _Text(msgspec.Struct):
    paragraph: bool = False


class _Row(msgspec.Struct):
    title: str = ""


class _Question(msgspec.Struct, rename="camel"):
    """A question with one of the ways of asking; `row_question` in a grid."""

    question_id: str
    required: bool = False
    choice_question: _Choice | None = None
    scale_question: _Scale | None = None
    rating_question: _Rating | None = None
    text_question: _Text | None = None
    date_question: dict[str, Any] | None = None
    time_question: dict[str, Any] | None = None
    file_upload_question: dict[str, Any] | None = None
    row_question: _Row | None = None


class _QuestionItem(msgspec.Struct):
    question: _Question


class _Grid(msgspec.Struct):
    columns: _Choice = msgspec.field(default_factory=_Choice)


class _QuestionGroup(msgspec.Struct):
    questions: list[_Question] = []
    grid: _Grid = msgspec.field(default_factory=_Grid)


class _Item(msgspec.Struct, rename="camel"):
    title: str = ""
    question_item: _QuestionItem | None = None
    question_group_item: _QuestionGroup | None = None


class _Info(msgspec.Struct, rename="camel"):
    title: str = ""
    document_title: str = ""


class _Form(msgspec.Struct, rename="camel"):
    form_id: str
    items: list[_Item]
    info: _Info = msgspec.field(default_factory=_Info)


def questions_of(content: bytes, where: str) -> tuple[Question, ...]:
    """Return the questions of a form in order; a grid's row is titled `Question [Row]`.

    `where` says in the error's sentence where the content came from. Raises SourceError.
    """
    return tuple(question for item in _form(content, where).items for question in _questions(item))


def form_title(content: bytes, where: str = "The form") -> str:
    """Return the title that people see, else the name of the document, else "". Raises SourceError."""
    info = _form(content, where).info
    return info.title or info.document_title


def _form(content: bytes, where: str) -> _Form:
    return decode(content, _Form, where=where, what="a form as forms.get gives it")


def _questions(item: _Item) -> Iterator[Question]:
    if item.question_item:
        yield _single(item.question_item.question, item.title)
    if item.question_group_item:
        yield from _grid_rows(item.question_group_item, item.title)


def _single(question: _Question, title: str) -> Question:
    choice = question.choice_question or _Choice()
    scale = question.scale_question
    stars = question.rating_question
    return Question(
        question_id=question.question_id,
        title=title,
        asks=_asks(question),
        options=_labels(choice),
        other=_has_other(choice),
        low=1 if stars else scale.low if scale else None,
        high=stars.rating_scale_level if stars else scale.high if scale else None,
        required=question.required,
    )


def _asks(question: _Question) -> Asks:
    if question.choice_question:
        return CHOICES.get(question.choice_question.type, Asks.UNKNOWN)
    if question.text_question:
        return Asks.PARAGRAPH if question.text_question.paragraph else Asks.TEXT
    ways = {
        Asks.SCALE: question.scale_question,
        Asks.RATING: question.rating_question,
        Asks.DATE: question.date_question,
        Asks.TIME: question.time_question,
        Asks.FILE: question.file_upload_question,
    }
    return next((way for way, asked in ways.items() if asked is not None), Asks.UNKNOWN)


def _grid_rows(group: _QuestionGroup, title: str) -> Iterator[Question]:
    columns = group.grid.columns
    for question in group.questions:
        row = question.row_question.title if question.row_question else ""
        yield Question(
            question_id=question.question_id,
            title=f"{title} [{row}]",
            asks=CHOICES.get(columns.type, Asks.UNKNOWN),
            options=_labels(columns),
            other=_has_other(columns),
            required=question.required,
            grid=title,
        )


def _labels(choice: _Choice) -> tuple[str, ...]:
    return tuple(option.value for option in choice.options if option.value and not option.is_other)


def _has_other(choice: _Choice) -> bool:
    return any(option.is_other for option in choice.options)
