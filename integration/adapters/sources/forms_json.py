"""Forms and responses in the shape of the Forms API: read and checked here, once, before they are stored.

The docstrings of `FormResponse` and its parts are published in /openapi.json.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from integration.adapters.clock import read_moment
from integration.adapters.untrusted_input import decode_json, read_file
from integration.errors import SourceError
from integration.model import (
    ANY_SECTION,
    NO_SECTION,
    Branch,
    FormReading,
    Question,
    QuestionType,
    RawResponse,
    Section,
    UnreadableResponse,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

MAX_ID_LENGTH = 256
Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


class TextAnswer(msgspec.Struct, gc=False):
    """What a person chose, or typed; a value that is left out is a blank answer."""

    value: str | None = None


class TextAnswers(msgspec.Struct, gc=False):
    """What was chosen or typed in answer to one question; several where several boxes were ticked."""

    answers: list[TextAnswer | None] | None = None


class Answer(msgspec.Struct, rename="camel", gc=False):
    """An answer without text is an uploaded file or a grade: kept, but nothing to read."""

    text_answers: TextAnswers | None = None


class FormResponse(msgspec.Struct, rename="camel", gc=False):
    """What of a response must be of this shape; whatever else the Forms API gives with it is kept as well."""

    response_id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_LENGTH)]
    create_time: Time
    last_submitted_time: Time | None = None
    answers: dict[str, Answer | None] | None = None


_RESPONSE = msgspec.json.Decoder(FormResponse)


def parse_response(text: bytes | msgspec.Raw) -> RawResponse:
    """Return the response with its times normalised and its JSON compact, every member of it kept.

    Raises ValueError that says what is wrong with its shape; the message holds no answer.
    """
    try:
        response = _RESPONSE.decode(text)
        body = msgspec.json.format(bytes(text), indent=-1).decode()
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
    except msgspec.DecodeError as error:
        raise ValueError(f"has not the shape of a response ({error})") from None
    if not response.response_id.isprintable():
        raise ValueError("has a responseId with characters that cannot be printed")
    created_at = _parse_time("createTime", response.create_time)
    if response.last_submitted_time in {None, response.create_time}:
        return RawResponse(response.response_id, created_at, created_at, body)
    submitted_at = _parse_time("lastSubmittedTime", response.last_submitted_time or "")
    return RawResponse(response.response_id, created_at, submitted_at, body)


def parse_each(
    texts: Sequence[msgspec.Raw], where: str = ""
) -> tuple[tuple[RawResponse, ...], tuple[UnreadableResponse, ...]]:
    """Return the responses, and those that cannot be read: each by itself, whatever the others are.

    `where` is the name of the file, by which one is known that has no id.
    """
    responses, unreadable = [], []
    for number, text in enumerate(texts, start=1):
        try:
            responses.append(parse_response(text))
        except ValueError as error:
            place = f"response {number}{f' of {where}' if where else ''}"
            unreadable.append(UnreadableResponse(_find_id(text) or place, f"{place} {error}"))
    return tuple(responses), tuple(unreadable)


class _AnyResponse(msgspec.Struct, rename="camel"):
    response_id: Annotated[str, msgspec.Meta(max_length=MAX_ID_LENGTH)]


def _find_id(text: msgspec.Raw) -> str:
    """Return the id of a response that cannot be read; "" where it has none that can."""
    try:
        response_id = msgspec.json.decode(text, type=_AnyResponse).response_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    return response_id if response_id.isprintable() else ""


def _parse_time(name: str, text: str) -> str:
    try:
        return read_moment(text)
    except ValueError as error:
        raise ValueError(f"has a {name} that {error}") from None


# --- the questions of a form --------------------------------------------------------------------------------


CHOICES = {"RADIO": QuestionType.RADIO, "CHECKBOX": QuestionType.CHECKBOX, "DROP_DOWN": QuestionType.DROP_DOWN}
"""Google's word for each way of choosing; one that is not here is of a later day, and unknown."""


class _Option(msgspec.Struct, rename="camel"):
    """An option has its label in `value`; "Other" has none. It may lead to a section, or send the form."""

    value: str = ""
    is_other: bool = False
    go_to_action: str = ""
    go_to_section_id: str = ""


class _Choice(msgspec.Struct):
    type: str = ""
    options: list[_Option] = []

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options if option.value and not option.is_other)

    @property
    def has_branches(self) -> bool:
        return any(option.go_to_section_id or option.go_to_action for option in self.options)

    @property
    def has_other(self) -> bool:
        return any(option.is_other for option in self.options)


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
    item_id: str = ""
    page_break_item: dict[str, Any] | None = None
    question_item: _QuestionItem | None = None
    question_group_item: _QuestionGroup | None = None


class _Info(msgspec.Struct, rename="camel"):
    title: str = ""
    document_title: str = ""


class _Form(msgspec.Struct, rename="camel"):
    form_id: str
    items: list[_Item]
    info: _Info = msgspec.field(default_factory=_Info)


def parse_questions(content: bytes, where: str) -> tuple[Question, ...]:
    """Return the questions of a form in order; a grid's row is titled `Question [Row]`.

    `where` says in the error's sentence where the content came from. Raises SourceError.
    """
    questions: list[Question] = []
    for item in _parse_form(content, where).items:
        if item.question_item:
            questions.append(_single_question(item.question_item.question, item.title))
        group = item.question_group_item or _QuestionGroup()
        columns = group.grid.columns
        for question in group.questions:
            row = question.row_question.title if question.row_question else ""
            questions.append(Question(
                question_id=question.question_id, title=f"{item.title} [{row}]", grid=item.title,
                type=CHOICES.get(columns.type, QuestionType.UNKNOWN), options=columns.labels, other=columns.has_other,
                required=question.required,
            ))  # fmt: skip
    return tuple(questions)


def parse_sections(content: bytes, where: str) -> tuple[Section, ...]:
    """Return the sections of a form in order: a page break begins one. Raises SourceError."""
    pages: list[list[_Item]] = [[]]
    places: dict[str, int] = {}
    for item in _parse_form(content, where).items:
        if item.page_break_item is None:
            pages[-1].append(item)
        else:
            places[item.item_id] = len(pages)
            pages.append([])
    return tuple(
        Section(
            tuple(question.question_id for item in items for question in _questions_of(item)),
            tuple(
                _parse_branch(question.question_id, question.choice_question, number, places)
                for item in items
                for question in _questions_of(item)
                if question.choice_question and question.choice_question.has_branches
            ),
        )
        for number, items in enumerate(pages)
    )


def _questions_of(item: _Item) -> list[_Question]:
    single = [item.question_item.question] if item.question_item else []
    return [*single, *(item.question_group_item.questions if item.question_group_item else ())]


def _parse_branch(question_id: str, choice: _Choice, section: int, places: Mapping[str, int]) -> Branch:
    """Return where the options of a question in the section lead; an option without a target leads on."""
    targets: dict[str, int] = {}
    other = None
    for option in choice.options:
        if option.go_to_section_id:
            target = places.get(option.go_to_section_id, ANY_SECTION)
        elif option.go_to_action:
            target = {"NEXT_SECTION": section + 1, "SUBMIT_FORM": NO_SECTION}.get(option.go_to_action, ANY_SECTION)
        else:
            continue
        if option.is_other:
            other = target
        else:
            # Two options of one label cannot be told apart by the answer.
            targets[option.value] = target if targets.get(option.value, target) == target else ANY_SECTION
    return Branch(question_id, targets, choice.labels, other)


def parse_form_title(content: bytes, where: str = "The form") -> str:
    """Return the title that people see, else the name of the document, else "". Raises SourceError."""
    info = _parse_form(content, where).info
    return info.title or info.document_title


def _parse_form(content: bytes, where: str) -> _Form:
    return decode_json(content, _Form, where=where, what="a form as forms.get gives it")


def _single_question(question: _Question, title: str) -> Question:
    choice = question.choice_question or _Choice()
    scale = question.scale_question
    stars = question.rating_question
    return Question(
        question_id=question.question_id,
        title=title,
        type=_type_of(question),
        options=choice.labels,
        other=choice.has_other,
        low=1 if stars else scale.low if scale else None,
        high=stars.rating_scale_level if stars else scale.high if scale else None,
        required=question.required,
    )


def _type_of(question: _Question) -> QuestionType:
    if question.choice_question:
        return CHOICES.get(question.choice_question.type, QuestionType.UNKNOWN)
    if question.text_question:
        return QuestionType.PARAGRAPH if question.text_question.paragraph else QuestionType.TEXT
    parts = {
        QuestionType.SCALE: question.scale_question,
        QuestionType.RATING: question.rating_question,
        QuestionType.DATE: question.date_question,
        QuestionType.TIME: question.time_question,
        QuestionType.FILE: question.file_upload_question,
    }
    return next((kind for kind, part in parts.items() if part is not None), QuestionType.UNKNOWN)


# --- saved files --------------------------------------------------------------------------------------------


class _Responses(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Unknown members are refused: a saved error, or another file, would else read as "no responses"."""

    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


def read_responses(path: Path, questions: tuple[Question, ...]) -> FormReading:
    """Return the reading of a saved forms.responses.list. Raises SourceError where the file is no such list."""
    what = "a list of responses as forms.responses.list gives it"
    content = read_file(path)
    saved = decode_json(content, _Responses, where=str(path), what=what)
    try:
        content.decode()
    except UnicodeDecodeError:
        raise SourceError(f"{path} is not UTF-8 text; save it as UTF-8.") from None
    notice = f"{path} holds a first page only (it has a nextPageToken); save the further pages in it too."
    responses, unreadable = parse_each(saved.responses, path.name)
    return FormReading(questions, responses, notices=(notice,) if saved.next_page_token else (), unreadable=unreadable)
