"""A form and its responses as the Forms API gives them, saved as two JSON files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from integration.adapters.form_response import read_response
from integration.adapters.source_file import read_whole
from integration.errors import SourceError
from integration.model import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.model import RawResponse

Shape = TypeVar("Shape")


class _Row(msgspec.Struct):
    title: str = ""


class _Question(msgspec.Struct, rename="camel"):
    question_id: str
    row_question: _Row | None = None


class _QuestionItem(msgspec.Struct):
    question: _Question


class _QuestionGroup(msgspec.Struct):
    questions: list[_Question] = []


class _Item(msgspec.Struct, rename="camel"):
    title: str = ""
    question_item: _QuestionItem | None = None
    question_group_item: _QuestionGroup | None = None


class _Form(msgspec.Struct, rename="camel"):
    form_id: str
    items: list[_Item]


class _Responses(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Unknown members are refused: a saved error, or another file, would else read as "no responses"."""

    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions in order; a grid's row is titled `Question [Row]`. Raises SourceError."""
    form = _decode(path, _Form, "a form as forms.get gives it")
    return tuple(question for item in form.items for question in _questions(item))


def read_responses(path: Path) -> tuple[tuple[RawResponse, ...], tuple[str, ...]]:
    """Return all responses of a saved forms.responses.list, and notices. Raises SourceError.

    One response of a wrong shape refuses the whole file: one that is half right is not to be trusted.
    """
    saved = _decode(path, _Responses, "a list of responses as forms.responses.list gives it")
    notice = f"{path} holds a first page only (it has a nextPageToken); save the further pages in it too."
    return tuple(_each(path, saved.responses)), (notice,) if saved.next_page_token else ()


def _questions(item: _Item) -> Iterator[Question]:
    if item.question_item:
        yield Question(item.question_item.question.question_id, item.title)
    for question in item.question_group_item.questions if item.question_group_item else ():
        row = question.row_question.title if question.row_question else ""
        yield Question(question.question_id, f"{item.title} [{row}]")


def _each(path: Path, saved: list[msgspec.Raw]) -> Iterator[RawResponse]:
    for number, text in enumerate(saved, start=1):
        try:
            yield read_response(text)
        except ValueError as error:
            raise SourceError(
                f"{path}: response {number} of {len(saved)} {error}; fetch the responses again."
            ) from None


def _decode(path: Path, shape: type[Shape], what: str) -> Shape:
    content = read_whole(path)
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.ValidationError as error:
        raise SourceError(f"{path} is not {what} ({error}); fetch it again.") from None
    except msgspec.DecodeError as error:
        raise SourceError(f"{path} {_fault(content, str(error))}; fetch it again.") from None
    except UnicodeDecodeError as error:
        place = _place(content, error.start)
        raise SourceError(f"{path} is not UTF-8 text ({place}); save it as UTF-8.") from None
    except RecursionError:
        raise SourceError(f"{path} is nested too deeply to be {what}; fetch it again.") from None


def _fault(content: bytes, found: str) -> str:
    """Say what is wrong with the JSON, and where."""
    if not content.strip():
        return "is empty"
    if found == "Input data was truncated":
        return f"is not whole: it breaks off in {_place(content, len(content))}"
    at = re.search(r" \(byte (\d+)\)$", found)
    if at is None:
        return f"is not valid JSON ({found})"
    return f"is not valid JSON ({found[: at.start()]}, {_place(content, int(at[1]))})"


def _place(content: bytes, offset: int) -> str:
    line = content.count(b"\n", 0, offset) + 1
    column = offset - content.rfind(b"\n", 0, offset)
    return f"line {line}, column {column}"
