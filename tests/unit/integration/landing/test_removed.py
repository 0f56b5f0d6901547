"""A field that has lost its question keeps what it had, and the job goes on."""

from __future__ import annotations

import json

import pytest

from integration.landing import is_another_form, remembered
from integration.model import StoredVersion
from integration.normalise import columns_of, read_versions, settle_form, shape_answers
from tests.unit.integration.landing.cast import PROGRAMME, form, questions

KEY = b"a key of the tests, long enough"
ANSWERS = {"t1": "Elm", "h1": "Agree", "c1": "More time"}


def version(seq: int, answers: dict[str, str]) -> StoredVersion:
    told = {question: {"textAnswers": {"answers": [{"value": value}]}} for question, value in answers.items()}
    at = f"2021-09-0{seq + 6}T10:00:00.000000000Z"
    return StoredVersion(seq, f"R{seq}", at, at, json.dumps({"responseId": f"R{seq}", "answers": told}))


@pytest.mark.parametrize(("gone", "field"), [("h1", "heard"), ("c1", "comment")])
def test_what_was_answered_before_a_question_went_is_still_read(gone: str, field: str) -> None:
    now = remembered(form(), questions(), questions(gone))
    later = {question: value for question, value in ANSWERS.items() if question != gone}
    versions = [version(1, ANSWERS), version(2, later)]
    assert not is_another_form(form(), now, [])
    columns = columns_of(form().fields, PROGRAMME, KEY)
    chunk = read_versions(versions, columns, shape_answers(versions, columns, now), ())
    rows = settle_form("pulse", form(), PROGRAMME, columns, chunk, {})
    first, second = rows.frame[field]
    assert first in {4, "More time"}
    assert second is None or second != second  # noqa: PLR0124  # not a number is not itself
    assert rows.counts.accepted == 2


def test_answers_to_a_reworded_question_known_by_words_alone_are_still_read() -> None:
    now = remembered(form(), questions(), questions(c1={"title": "Any other thoughts?"}))
    columns = columns_of(form().fields, PROGRAMME, KEY)
    versions = [version(1, ANSWERS)]
    chunk = read_versions(versions, columns, shape_answers(versions, columns, now), ())
    rows = settle_form("pulse", form(), PROGRAMME, columns, chunk, {})
    assert list(rows.frame["comment"]) == ["More time"]
