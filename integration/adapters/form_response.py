"""One response in the shape of the Forms API: its shape is checked here, once, before it is stored."""

from __future__ import annotations

from typing import Annotated

import msgspec

from integration.adapters.moment import read_moment
from integration.model import RawResponse

Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]


class TextAnswer(msgspec.Struct, gc=False):
    """What a person chose, or typed."""

    value: str


class TextAnswers(msgspec.Struct, gc=False):
    """What was chosen or typed in answer to one question; several where several boxes were ticked."""

    answers: list[TextAnswer] = []


class Answer(msgspec.Struct, rename="camel", gc=False):
    """An answer without text is an uploaded file or a grade: kept, but nothing to read."""

    text_answers: TextAnswers | None = None


class FormResponse(msgspec.Struct, rename="camel", gc=False):
    """What of a response must be of this shape; whatever else the Forms API gives with it is kept as well."""

    response_id: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    create_time: Time
    last_submitted_time: Time | None = None
    answers: dict[str, Answer] | None = None


_RESPONSE = msgspec.json.Decoder(FormResponse)


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
