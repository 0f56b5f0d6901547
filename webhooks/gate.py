"""What every hook asks of a request before it looks at what it says, in the order that is promised to others."""

from __future__ import annotations

import re

from flask import request

from webhooks.refusals import Refusal

LARGEST_BODY = 256 * 1024
_LENGTH = re.compile(r"[0-9]+")
_DIGITS_AT_MOST = 12


def body_of_json() -> bytes:
    """Return the raw bytes of the body, which says that it is JSON. Raises Refusal: 411, 413, 415 or 400."""
    length = checked_length()
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise Refusal(415)
    body = request.get_data(cache=False)
    if len(body) != length:  # half of it was lost on the way
        raise Refusal(400, "The body is not as long as it says.")
    return body


def checked_length() -> int:
    """Return how long the body says that it is. Raises Refusal: 411 or 413."""
    length = request.headers.get("Content-Length", "")
    if "Transfer-Encoding" in request.headers or not _LENGTH.fullmatch(length):
        raise Refusal(411)
    if len(length.lstrip("0")) > _DIGITS_AT_MOST or int(length) > LARGEST_BODY:
        raise Refusal(413)
    return int(length)
