"""Questions of a form by field: rewordings are detected and settled in the YAML, and earlier answers stay readable."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from config.schema import Form
from config.schema.fields import DetectedRewording, find_series_breaks, find_unapproved_rewordings
from integration.landing.form_changes import describe_form_changes
from integration.landing.questions import (
    find_rewordings,
    is_another_form,
    merge_known_questions,
)
from integration.model import Question, RawResponse, StoredVersion
from integration.normalise.chunks import build_chunk, extract_answers
from integration.normalise.columns import build_columns
from integration.normalise.forms import accept_form_rows
from tests.unit.integration.landing.cast import PROGRAMME, form, locate, questions

if TYPE_CHECKING:
    from collections.abc import Sequence

MONDAY, TUESDAY, FRIDAY = date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 4)
NEW = "My ideas are listened to"
NEWER = "My ideas are acted on"
OLD = "I am listened to"


def detect(
    titles: Sequence[tuple[str, date]], *, given: Form | None = None, before: Sequence[Question] | None = None
) -> tuple[DetectedRewording, ...]:
    """Return the rewordings detected by readings in which the question h1 had these titles on these days."""
    rewordings: tuple[DetectedRewording, ...] = ()
    earlier: Sequence[Question] = questions() if before is None else before
    for title, day in titles:
        now = questions(h1={"title": title})
        rewordings = find_rewordings(given or form(), now, before=earlier, known=rewordings, today=day)
        earlier = now
    return rewordings


def entry(was: str = OLD, **more: Any) -> dict[str, Any]:
    return {"on": "2022-02-21", "by": "Sam Okafor", "was": was} | more


def test_an_unchanged_wording_is_no_rewording_whatever_the_yaml_says() -> None:
    assert detect([(OLD, MONDAY), ("i am  LISTENED to", TUESDAY)]) == ()
    assert detect([(OLD, MONDAY)], given=form(heard={"question": "I am lisened to"})) == ()


def test_a_rewording_is_kept_with_the_day_it_was_first_detected() -> None:
    (rewording,) = detect([(OLD, MONDAY), (NEW, TUESDAY), (NEW, FRIDAY)])
    assert (rewording.field, rewording.was, rewording.now, rewording.on) == ("heard", OLD, NEW, TUESDAY)
    assert find_series_breaks(form(), [rewording]) == {"heard": (TUESDAY,)}


def test_a_wording_that_changes_and_changes_back_make_three_series() -> None:
    assert find_series_breaks(form(), detect([(NEW, MONDAY), (OLD, TUESDAY)])) == {"heard": (MONDAY, TUESDAY)}


def test_a_slip_that_is_put_right_on_the_same_day_is_no_rewording() -> None:
    assert detect([(NEW, MONDAY), (OLD, MONDAY)]) == ()
    assert find_series_breaks(form(), detect([(NEW, MONDAY), (OLD, TUESDAY), (NEW, TUESDAY)])) == {"heard": (MONDAY,)}


def test_an_entry_with_the_old_words_settles_it() -> None:
    rewordings = detect([(NEW, TUESDAY)])
    approved = form(heard={"question": NEW, "reworded": [entry()]})
    assert find_series_breaks(approved, rewordings) == {"heard": (date(2022, 2, 21),)}
    assert find_series_breaks(form(heard={"question": NEW, "reworded": [entry(same="yes")]}), rewordings) == {}
    assert find_unapproved_rewordings(approved, rewordings) == ()


def test_new_words_in_the_yaml_alone_do_not_say_that_it_is_the_same() -> None:
    rewordings, taken_over = detect([(NEW, TUESDAY)]), form(heard={"question": NEW})
    assert find_series_breaks(taken_over, rewordings) == {"heard": (TUESDAY,)}
    now = questions(h1={"title": NEW})
    (sentence,) = describe_form_changes(
        taken_over, now, programme=PROGRAMME, locate=locate, before=now, rewordings=rewordings
    )
    assert "a new series begins on 1 March 2022" in sentence
    assert "forms/pulse.yaml:fields.heard" in sentence
    assert OLD in sentence
    assert (
        len(describe_form_changes(form(), now, programme=PROGRAMME, locate=locate, before=now, rewordings=rewordings))
        == 1
    )


def test_each_of_two_changes_needs_its_entry() -> None:
    rewordings = detect([(NEW, MONDAY), (NEWER, FRIDAY)])
    once = form(heard={"question": NEWER, "reworded": [entry(same="yes")]})
    assert find_series_breaks(once, rewordings) == {"heard": (FRIDAY,)}


def test_a_first_reading_is_compared_with_the_yaml_and_settled_when_that_is_put_right() -> None:
    wrong = form(heard={"question": "I am lisened to"})
    rewordings = detect([(OLD, MONDAY)], given=wrong, before=())
    assert find_series_breaks(wrong, rewordings) == {"heard": (MONDAY,)}
    assert find_series_breaks(form(), rewordings) == {}


def test_a_change_approved_before_the_form_has_it_is_no_rewording() -> None:
    approved = form(heard={"question": NEW, "reworded": [entry(on="2022-03-04")]})
    assert detect([(OLD, MONDAY)], given=approved, before=()) == ()
    assert find_unapproved_rewordings(approved, detect([(OLD, MONDAY), (NEW, FRIDAY)], given=approved)) == ()


def test_a_grid_is_one_series_for_its_words_and_its_rows() -> None:
    now = questions(
        g1={"title": "How often? [Recording]", "grid": "How often?"},
        g2={"title": "How often? [Meetings, reviews]", "grid": "How often?"},
    )
    bare = [Question(question.question_id, question.title) for question in questions()]
    rewordings = find_rewordings(form(), now, before=bare, known=(), today=TUESDAY)
    assert [(each.field, each.was, each.now) for each in rewordings] == [
        ("obstacles", "How much does each?", "How often?"),
        ("obstacles.meetings", "Meetings", "Meetings, reviews"),
    ]
    assert find_series_breaks(form(), rewordings) == {"obstacles": (TUESDAY,)}


def test_a_question_without_an_id_in_the_yaml_stays_known_when_it_is_gone_or_reworded() -> None:
    now = questions(c1={"title": "Any other thoughts?"})
    kept = merge_known_questions(form(), questions(), now)
    assert [question.title for question in kept if question.question_id == "c1"] == [
        "Any other thoughts?", "Anything else?",
    ]  # fmt: skip
    later = merge_known_questions(form(), kept, questions("c1"))
    assert [question.title for question in later if question.question_id == "c1"] == ["Anything else?"]
    (rewording,) = find_rewordings(form(), now, before=questions(), known=(), today=MONDAY)
    assert (rewording.field, rewording.was) == ("comment", "Anything else?")
    assert merge_known_questions(form(), questions(), questions("h1")) == questions("h1")


SMALL_FORM = Form.model_validate(
    {
        "title": "Pulse",
        "asks": "staff",
        "fields": [
            {"name": "team", "id": "t1", "question": "Which team are you in?", "type": "team"},
            {"name": "comment", "question": "Anything else?", "type": "text"},
            {
                "name": "obstacles",
                "question": "How much?",
                "type": "grid",
                "options": ["A little", "A lot"],
                "rows": {"recording": {"id": "g1", "label": "Recording"}},
            },
        ],
    }
)
SMALL_FORM_QUESTIONS = (
    Question("t1", "Which team are  YOU in?"),
    Question("c1", "Anything else?"),
    Question("g1", "How much? [Recording]"),
)


def test_answers_of_another_form_are_known_by_their_questions() -> None:
    def answered(question_id: str) -> RawResponse:
        return RawResponse("R1", "", "", f'{{"answers":{{"{question_id}":{{"textAnswers":{{}}}}}}}}')

    assert not is_another_form(SMALL_FORM, SMALL_FORM_QUESTIONS, [])
    assert not is_another_form(SMALL_FORM, (), [answered("t1")])
    assert not is_another_form(SMALL_FORM, SMALL_FORM_QUESTIONS, [answered("c1")])
    assert not is_another_form(SMALL_FORM, (), [answered("q:anything else?")])
    assert is_another_form(SMALL_FORM, SMALL_FORM_QUESTIONS, [answered("x9")])


KEY = b"a key of the tests, long enough"
ANSWERS = {"t1": "Elm", "h1": "Agree", "c1": "More time"}


def version(seq: int, answers: dict[str, str]) -> StoredVersion:
    given_answers = {question: {"textAnswers": {"answers": [{"value": value}]}} for question, value in answers.items()}
    at = f"2021-09-0{seq + 6}T10:00:00.000000000Z"
    return StoredVersion(seq, f"R{seq}", at, at, json.dumps({"responseId": f"R{seq}", "answers": given_answers}))


@pytest.mark.parametrize(("gone", "field"), [("h1", "heard"), ("c1", "comment")])
def test_what_was_answered_before_a_question_went_is_still_read(gone: str, field: str) -> None:
    now = merge_known_questions(form(), questions(), questions(gone))
    later = {question: value for question, value in ANSWERS.items() if question != gone}
    versions = [version(1, ANSWERS), version(2, later)]
    assert not is_another_form(form(), now, [])
    columns = build_columns(form().fields, PROGRAMME, KEY)
    chunk = build_chunk(versions, columns, extract_answers(versions, columns, now), ())
    rows = accept_form_rows("pulse", form(), PROGRAMME, columns, chunk, {})
    first, second = rows.frame[field]
    assert first in {4, "More time"}
    assert second is None or second != second  # noqa: PLR0124  # not a number is not itself
    assert rows.counts.accepted == 2


def test_answers_to_a_reworded_question_without_an_id_in_the_yaml_are_still_read() -> None:
    now = merge_known_questions(form(), questions(), questions(c1={"title": "Any other thoughts?"}))
    columns = build_columns(form().fields, PROGRAMME, KEY)
    versions = [version(1, ANSWERS)]
    chunk = build_chunk(versions, columns, extract_answers(versions, columns, now), ())
    rows = accept_form_rows("pulse", form(), PROGRAMME, columns, chunk, {})
    assert list(rows.frame["comment"]) == ["More time"]


def test_answers_that_an_earlier_release_kept_under_words_with_an_invisible_character_are_still_read() -> None:
    stored_under = "q:anything\u200b else?"
    now = merge_known_questions(form(), (Question(stored_under, "Anything\u200b else?"),), questions("c1"))
    columns = build_columns(form().fields, PROGRAMME, KEY)
    versions = [version(1, {"t1": "Elm", stored_under: "More time"})]
    chunk = build_chunk(versions, columns, extract_answers(versions, columns, now), ())
    rows = accept_form_rows("pulse", form(), PROGRAMME, columns, chunk, {})
    assert list(rows.frame["comment"]) == ["More time"]


def test_an_invisible_character_is_no_rewording_and_breaks_no_series_that_an_earlier_release_broke_for_it() -> None:
    now = questions(h1={"title": f"\ufeff{questions()[1].title}\u00ad"})
    assert not find_rewordings(form(), now, before=questions(), known=(), today=MONDAY)
    known = (DetectedRewording("heard", "I am heard", "I am\u200b heard", MONDAY, was_read=True),)
    assert not find_unapproved_rewordings(form(), known)


TWINS = Form.model_validate(
    {
        "title": "Twins",
        "asks": "staff",
        "fields": [
            {"name": "team", "id": "t1", "question": "Which team are you in?", "type": "team"},
            {"name": "one", "id": "c1", "question": "Anything else?", "type": "text"},
            {"name": "two", "id": "c2", "question": "Anything else?", "type": "text"},
        ],
    }
)


def test_two_fields_of_the_same_words_are_each_read_by_their_own_id_alone() -> None:
    asked = (Question("t1", "Which team are you in?"), Question("c1", "Anything else?"))
    columns = build_columns(TWINS.fields, PROGRAMME, KEY)
    versions = [version(1, {"t1": "Elm", "c1": "first"}), version(2, {"t1": "Elm", "q:anything else?": "of neither"})]
    _, one, two = extract_answers(versions, columns, asked)
    assert (one.to_pylist(), two.to_pylist()) == (["first", None], [None, None])
    (lost,) = describe_form_changes(TWINS, asked, programme=PROGRAMME, locate=lambda *_: "the YAML")
    assert lost.startswith("Field two: the form no longer has “Anything else?” (id c2).")
