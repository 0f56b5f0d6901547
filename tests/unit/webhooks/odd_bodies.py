"""What authentic callers may send: responses with every oddity that a form, a script or a mistake may give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from config.loading.load import load_settings
from tests.unit.webhooks.web_app import CONFIG, envelope, response

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTIONS = [field.id for field in load_settings(CONFIG).forms["pulse"].fields]
MOMENTS = [
    "2022-03-28T10:00:00Z", "2022-03-28T10:00:00.123456789Z", "2022-03-28T10:00:00+01:00", "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z",
    "2022-03-27T01:30:00Z", "2022-10-30T01:30:00+01:00", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z",
    "2022-02-30T10:00:00Z", "2022-03-28", "", "2022-03-28T10:00:00", "2022-03-28T24:00:00Z", "2016-12-31T23:59:60Z",
]  # fmt: skip
"""Real ones, those at the ends of calendars and of 64 bits, and some that are none."""
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from([
        "", " ", "\0", "\ud800", "\udfff\ud800", "=1+1", "+cmd|' /C calc'!A0", "-", "@", "\t", "NaN", "inf", "1e400",
        "-0", "9" * 400, "٣", "5", "0.1", "1,5", "Agree", "Strongly agree", "TEST", "ab12", "\u202e", "﷽" * 300,
        "x" * 60_000, "\r\n", "2022-02-30", "2022-03-28", "\ufeff", "'", '"', "\\", "</script>", "{{7*7}}", "null",
    ]),
)  # fmt: skip
SCALARS = st.one_of(
    st.none(), st.booleans(), TEXTS, st.integers(-(10**18), 10**18), st.integers(min_value=10**18, max_value=10**40),
    st.floats(), st.sampled_from([1e308, -0.0, 5e-324]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
DEEP = st.integers(1, 60).map(lambda depth: json.loads("[" * depth + "]" * depth))


def _answers() -> st.SearchStrategy[Any]:
    given = st.fixed_dictionaries({}, optional={"value": st.one_of(TEXTS, VALUES), "more": VALUES})
    texts = st.fixed_dictionaries({}, optional={"answers": st.lists(given, max_size=3), "more": VALUES})
    answer = st.fixed_dictionaries(
        {},
        optional={
            "questionId": st.one_of(st.sampled_from(QUESTIONS), VALUES), "textAnswers": st.one_of(texts, texts, VALUES),
            "fileUploadAnswers": VALUES, "grade": VALUES, "more": VALUES,
        },
    )  # fmt: skip
    names = st.one_of(st.sampled_from(QUESTIONS), st.sampled_from(QUESTIONS), TEXTS)
    return st.dictionaries(names, answer, max_size=5)


def _plain_answers() -> st.SearchStrategy[Any]:
    """Give answers of the right shape, so that many get as far as the store; whatever stands in their texts."""
    texts = st.lists(TEXTS.map(lambda text: {"value": text}), max_size=2).map(lambda texts: {"answers": texts})
    return st.dictionaries(st.sampled_from(QUESTIONS), texts.map(lambda texts: {"textAnswers": texts}), max_size=6)


ID = st.one_of(st.uuids().map(str), st.uuids().map(str), st.integers(0, 30).map(lambda number: f"r-{number}"), TEXTS)
MOMENT = st.one_of(st.sampled_from(MOMENTS), st.datetimes().map(lambda at: f"{at.isoformat()}Z"))
RESPONSES = st.fixed_dictionaries(
    {"responseId": ID, "createTime": MOMENT},
    optional={
        "lastSubmittedTime": MOMENT, "answers": st.one_of(_plain_answers(), _answers(), VALUES),
        "respondentEmail": VALUES, "totalScore": VALUES, "formId": VALUES, "more": st.one_of(VALUES, DEEP),
    },
)  # fmt: skip
PLAIN_RESPONSES = st.fixed_dictionaries(
    {"responseId": st.uuids().map(str), "createTime": MOMENT},
    optional={"answers": _plain_answers(), "more": VALUES},
)
ENVELOPES = st.one_of(
    st.one_of(PLAIN_RESPONSES, PLAIN_RESPONSES, RESPONSES).map(lambda data: {"type": "form.response", "data": data}),
    st.fixed_dictionaries(
        {"type": st.one_of(st.sampled_from(["form.response", "form.changed"]), VALUES)},
        optional={"data": st.one_of(RESPONSES, VALUES), "timestamp": VALUES, "more": VALUES},
    ),
)


def _as_json(value: object) -> bytes:
    """Write it as JavaScript would, or Python: a half of a pair of surrogates is escaped, NaN is written as NaN."""
    return json.dumps(value).encode()


def _as_text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _as_other_text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")


@st.composite
def _mutated(draw: Callable[..., Any]) -> bytes:
    """Give the body of a good response in which some bytes are others, more or fewer."""
    body = bytearray(envelope(response("r-1", c30399ec="Hartwell", ffa0fbe4="AB12")))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(body)))
        end = min(len(body), place + draw(st.integers(0, 3)))
        body[place:end] = draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"{", b"}", b"\\", b"\xff", b"[[", b"1e9"]))
        )
    return bytes(body)


SPECIAL = st.sampled_from([
    b"null", b"[]", b"{}", b'"', b"\xff", b"\xef\xbb\xbf{}", b'{"type":"form.response"}', b"[" * 100_000,
    b'{"a":' * 20_000, b'{"type":"form.changed","type":"form.response"}', b'{"type":"form.response","data":NaN}',
    b'{"type":"form.changed","data":' + b"9" * 5000 + b"}", b'{"type":"form.changed","data":1e999999}',
    b'{"type":"form.changed","data":"\\ud800"}', b'{"type":"form.response","data":{"responseId":"\\u0000"}}',
    b'{"type":"form.response","data":{"responseId":"r","createTime":"2022-03-28T10:00:00Z","answers":{"a":{},"a":{}}}}',
    b'{"type":"form.response","data":{"responseId":"r\\ud800","createTime":"2022-03-28T10:00:00Z"}}',
])  # fmt: skip
BODIES: st.SearchStrategy[bytes] = st.one_of(
    ENVELOPES.map(_as_json), ENVELOPES.map(_as_json), ENVELOPES.map(_as_text), ENVELOPES.map(_as_other_text),
    _mutated(), SPECIAL, st.binary(min_size=1, max_size=200),
)  # fmt: skip
"""At times nothing of it is right; often enough all of it is, so that it is stored."""
