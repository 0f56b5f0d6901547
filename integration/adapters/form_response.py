"""One response in the shape of the Forms API: its shape is checked here, once, before it is stored."""

from __future__ import annotations

from typing import Annotated

import msgspec

from integration.adapters.moment import read_moment
from integration.model import RawResponse


class _Text(msgspec.Struct, gc=False):
    value: str


class _Texts(msgspec.Struct, gc=False):
    answers: list[_Text] = []


class _Answer(msgspec.Struct, rename="camel", gc=False):
    """An answer without text is an uploaded file or a grade: kept, but nothing to read."""

    text_answers: _Texts | None = None


class _Response(msgspec.Struct, rename="camel", gc=False):
    response_id: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    create_time: str
    last_submitted_time: str | None = None
    answers: dict[str, _Answer] | None = None


_RESPONSE = msgspec.json.Decoder(_Response)


def read_response(text: bytes | msgspec.Raw) -> RawResponse:
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
    created_at = _moment("createTime", response.create_time)
    if response.last_submitted_time in {None, response.create_time}:
        return RawResponse(response.response_id, created_at, created_at, body)
    submitted_at = _moment("lastSubmittedTime", response.last_submitted_time or "")
    return RawResponse(response.response_id, created_at, submitted_at, body)


def _moment(name: str, text: str) -> str:
    try:
        return read_moment(text)
    except ValueError as error:
        raise ValueError(f"has a {name} that {error}") from None
