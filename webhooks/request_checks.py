"""Checks of a request before anything is done with it: length, type, strict JSON, and how often it is sent.

Strict JSON has each name once in an object, no NaN, no number beyond what computers hold, and is not nested too deep.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import msgspec
from flask import request

from webhooks.refusals import Refusal

MAX_BODY_BYTES = 256 * 1024
_LENGTH = re.compile(r"[0-9]+")
_MAX_DIGITS = 12


def read_json_body() -> bytes:
    """Return the raw bytes of the body, which says that it is JSON. Raises Refusal: 411, 413, 415 or 400."""
    length = check_length()
    if request.mimetype != "application/json" or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise Refusal(415)
    body = request.get_data(cache=False)
    if len(body) != length:  # half of it was lost on the way
        raise Refusal(400, "The body is not as long as it says.")
    return body


def check_length() -> int:
    """Return how long the body says that it is. Raises Refusal: 411 or 413."""
    length = request.headers.get("Content-Length", "")
    if "Transfer-Encoding" in request.headers or not _LENGTH.fullmatch(length):
        raise Refusal(411)
    if len(length.lstrip("0")) > _MAX_DIGITS or int(length) > MAX_BODY_BYTES:
        raise Refusal(413)
    return int(length)


# --- strict JSON ------------------------------------------------------------------------------------------

MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 32
Shape = TypeVar("Shape")


class NotStrictJson(ValueError):  # noqa: N818  # named for what is wrong
    """Bytes that are not strict JSON; the text says what is wrong, and holds nothing of them."""


def parse_body(body: bytes, shape: type[Shape], *, what: str) -> Shape:
    """Return a body of strict JSON as the shape; `what` it should be stands in the sentence. Raises Refusal (400)."""
    try:
        parse_strict_json(body)
        return msgspec.json.decode(body, type=shape)
    except NotStrictJson as error:
        raise Refusal(400, f"The body {error}.") from None
    except msgspec.ValidationError as error:
        raise Refusal(400, f"The body is not {what} ({error}).") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal(400, "The body is not JSON.") from None


def parse_strict_json(body: bytes) -> Any:
    """Return the value. Raises NotStrictJson."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrictJson("is not UTF-8 text") from None
    try:
        value = _DECODER.decode(text)
    except NotStrictJson:
        raise
    except RecursionError:
        raise NotStrictJson("is nested too deeply") from None
    except ValueError:
        raise NotStrictJson("is not JSON") from None
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if any(isinstance(each, dict | list) for each in level):
        raise NotStrictJson("is nested too deeply")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrictJson("has a name twice in one object")
    return members


def _constant(_: str) -> NoReturn:
    raise NotStrictJson("holds a number that is none")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or len(text) > MAX_NUMBER_LENGTH:
        raise NotStrictJson("holds a number that is too large")
    return number


def _int(text: str) -> int:
    if len(text) > MAX_NUMBER_LENGTH:
        raise NotStrictJson("holds a number that is too large")
    return int(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int)


# --- how often --------------------------------------------------------------------------------------------

DEFAULT_RATE = 30_000
MINUTE_SECONDS = 60
IPV6_CALLER_BITS = 64
"""An IPv6 caller has as many addresses as it likes within its first so many bits."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Requests a minute: of one caller's address, whatever they are, and authentic ones of one form."""

    per_client: int = DEFAULT_RATE
    per_form: int = DEFAULT_RATE


class RateLimiter:
    """Counts in memory, minute by minute. Both checks raise Refusal (429, with the seconds to wait)."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def check_client(self, address: str) -> None:
        """Count a request of the caller at this address."""
        if ":" in address:
            with suppress(ValueError):  # one that cannot be read is counted as it is written
                address = str(ipaddress.ip_network((address, IPV6_CALLER_BITS), strict=False))
        self._check(self._limits.per_client, ("client", address))

    def check_form(self, form: str) -> None:
        """Count an authentic request for the form."""
        self._check(self._limits.per_form, ("form", form))

    def _check(self, limit: int, counted: tuple[str, str]) -> None:
        minute, second = divmod(time.monotonic(), MINUTE_SECONDS)  # a clock that is never set
        with self._lock:
            if minute != self._minute:
                self._minute = int(minute)
                self._counts.clear()
            self._counts[counted] += 1
            is_too_many = self._counts[counted] > limit
        if is_too_many:
            raise Refusal(429, retry_seconds=MINUTE_SECONDS - int(second))
