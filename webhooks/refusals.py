"""How the web side refuses a request: each status that it may answer, and the one shape of the answer."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

ERRORS: Mapping[int, tuple[str, str]] = {
    400: ("malformed", "The request is not what it should be."),
    401: ("unauthorized", "The signature, the token or the time is not right."),
    404: ("not_found", "There is nothing here."),
    405: ("method_not_allowed", "Nothing is done here by this method; see Allow."),
    411: ("length_required", "Say the length of the body in Content-Length; chunked bodies are not taken."),
    413: ("too_large", "The body is larger than 256 KiB."),
    415: ("not_json", "The body must be application/json."),
    429: ("too_many", "There are too many requests; send it again later."),
    503: ("unavailable", "It cannot be taken in just now; send it again later."),
}
"""Every status of a refusal, with the code and the sentence of its body. The sentence of a 401 never says more."""

RETRY_SECONDS = 10
"""After so long a caller is asked to try again where nothing better is known."""


class Refusal(Exception):  # noqa: N818  # named for what it is
    """A request that is refused with one of `ERRORS`.

    `message` replaces the usual sentence, and holds no answer of a respondent; `logged_reason` is for our own log, and
    the caller never sees it.
    """

    def __init__(
        self, status: int, message: str = "", *, logged_reason: str = "", retry_seconds: int = RETRY_SECONDS
    ) -> None:
        super().__init__(status)
        self.status = status
        self.message = message
        self.logged_reason = logged_reason
        self.retry_seconds = retry_seconds


def error_response(refusal: Refusal) -> Response:
    """Return the answer to a refused request."""
    response = Response(error_body(refusal.status, refusal.message), refusal.status, mimetype="application/json")
    if refusal.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response.headers["Retry-After"] = str(refusal.retry_seconds)
    return response


def error_body(status: int, message: str = "") -> bytes:
    """Return the body of a refusal: `{"error": {"code": …, "message": …}}`."""
    code, usual = ERRORS[status]
    return json.dumps({"error": {"code": code, "message": message or usual}}, ensure_ascii=False).encode() + b"\n"
