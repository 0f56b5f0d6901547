"""A form and its responses as the Forms API gives them, saved as two JSON files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from integration.adapters.form_questions import questions_of
from integration.adapters.form_response import read_response
from integration.adapters.json_text import decode
from integration.adapters.source_file import read_whole
from integration.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.model import Question, RawResponse


class _Responses(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Unknown members are refused: a saved error, or another file, would else read as "no responses"."""

    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


def read_questions(path: Path) -> tuple[Question, ...]:
    """Return the questions in order; a grid's row is titled `Question [Row]`. Raises SourceError."""
    return questions_of(read_whole(path), str(path))


def read_responses(path: Path) -> tuple[tuple[RawResponse, ...], tuple[str, ...]]:
    """Return all responses of a saved forms.responses.list, and notices. Raises SourceError.

    One response of a wrong shape refuses the whole file: one that is half right is not to be trusted.
    """
    what = "a list of responses as forms.responses.list gives it"
    saved = decode(read_whole(path), _Responses, where=str(path), what=what)
    notice = f"{path} holds a first page only (it has a nextPageToken); save the further pages in it too."
    return tuple(_each(path, saved.responses)), (notice,) if saved.next_page_token else ()


def _each(path: Path, saved: list[msgspec.Raw]) -> Iterator[RawResponse]:
    for number, text in enumerate(saved, start=1):
        try:
            yield read_response(text)
        except ValueError as error:
            raise SourceError(
                f"{path}: response {number} of {len(saved)} {error}; fetch the responses again."
            ) from None
