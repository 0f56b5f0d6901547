"""JSON read strictly: each name once in an object, no NaN, no number beyond what computers hold, not too deep."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn, TypeVar

import msgspec

DEEPEST = 32
LONGEST_NUMBER = 32


class NotStrict(ValueError):  # noqa: N818  # named for what was found
    """Bytes that are not strict JSON; the text says what is wrong, and holds nothing of them."""


class Malformed(ValueError):  # noqa: N818  # named for what was found
    """A body that is not what should be sent; the text is a sentence that holds nothing of it."""


Shape = TypeVar("Shape")


def read_as(body: bytes, shape: type[Shape], *, what: str) -> Shape:
    """Return a body that is strict JSON as the shape; `what` it should be stands in the sentence. Raises Malformed."""
    try:
        read_strictly(body)
        return msgspec.json.decode(body, type=shape)
    except NotStrict as error:
        raise Malformed(f"The body {error}.") from None
    except msgspec.ValidationError as error:
        raise Malformed(f"The body is not {what} ({error}).") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed("The body is not JSON.") from None


def read_strictly(body: bytes) -> Any:
    """Return the value. Raises NotStrict."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrict("is not UTF-8 text") from None
    try:
        value = _DECODER.decode(text)
    except NotStrict:
        raise
    except RecursionError:
        raise NotStrict("is nested too deeply") from None
    except ValueError:
        raise NotStrict("is not JSON") from None
    if _is_deeper(value, DEEPEST):
        raise NotStrict("is nested too deeply")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("has a name twice in one object")
    return found


def _constant(_: str) -> NoReturn:
    raise NotStrict("holds a number that is none")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or len(text) > LONGEST_NUMBER:
        raise NotStrict("holds a number that is too large")
    return number


def _int(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise NotStrict("holds a number that is too large")
    return int(text)


def _is_deeper(value: Any, deepest: int) -> bool:
    """Whether objects and lists are nested more than so many levels deep."""
    level = [value]
    for _ in range(deepest):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return any(isinstance(each, dict | list) for each in level)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int)
