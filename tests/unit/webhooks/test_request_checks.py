"""JSON read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.request_checks import MAX_DEPTH, NotStrictJson, parse_strict_json

NUMBERS = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_what_is_strict_json_is_read_as_it_is(value: object) -> None:
    assert parse_strict_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=80))
def test_whatever_the_bytes_are_they_are_read_or_refused(body: bytes) -> None:
    with suppress(NotStrictJson):
        parse_strict_json(body)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"{}{}", "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b'"\xff"', "is not UTF-8 text"),
        (b'"\xed\xa0\x80"', "is not UTF-8 text"),
        (b"NaN", "holds a number that is none"),
        (b'{"a": [-Infinity]}', "holds a number that is none"),
        (b"1e400", "holds a number that is too large"),
        (b"9" * 5000, "holds a number that is too large"),
        (b"1." + b"0" * 40, "holds a number that is too large"),
        (b'{"a": 1, "a": 1}', "has a name twice in one object"),
        (b'{"b": {"a": 1, "\\u0061": 2}}', "has a name twice in one object"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "is nested too deeply"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "is nested too deeply"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_wrong_with_it_is_said_without_a_word_of_it(body: bytes, why: str) -> None:
    with pytest.raises(NotStrictJson) as caught:
        parse_strict_json(body)
    assert str(caught.value) == why


def test_as_deep_as_allowed_is_read() -> None:
    assert parse_strict_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None
