"""How a changed form is described: by field, one sentence a difference, with the line of YAML to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from integration.landing.form_changes import describe_form_changes
from integration.model import Question, QuestionType
from tests.unit.integration.landing.cast import AGREE, PROGRAMME, form, locate, questions

if TYPE_CHECKING:
    from config.schema import Form

YAML = "forms/pulse.yaml:fields"


def describe(*without: str, given: Form | None = None, more: tuple[Question, ...] = (), **changed: Any) -> list[str]:
    now = (*questions(*without, **changed), *more)
    return list(describe_form_changes(given or form(), now, programme=PROGRAMME, locate=locate))


def test_a_form_as_configured_has_no_change_whatever_its_case_and_spaces() -> None:
    assert describe() == []


# --- questions --------------------------------------------------------------------------------------------


def test_a_lost_question_is_named_with_its_field_and_line() -> None:
    (text,) = describe("h1")
    assert text.startswith(
        "Field heard: the form no longer has “I am listened to” (id h1). The field keeps what it had"
    )
    assert f"{YAML}.heard." in text


def test_a_question_made_anew_in_the_same_words_is_offered_by_its_id_and_is_not_new() -> None:
    (text,) = describe(
        "t1", more=(Question("t2", "Which team are you in?", QuestionType.DROP_DOWN, ("Elm", "Oak", "Birch")),)
    )
    assert text == f"Field team: its question has another id now, t2; write it at {YAML}.team.id."


def test_a_reworded_question_is_described_with_both_wordings() -> None:
    (text,) = describe(h1={"title": "My ideas are listened to"})
    assert f"now reads “My ideas are listened to”, where {YAML}.heard.question has “I am listened to”" in text


def test_new_words_above_a_grid_are_one_difference_and_a_new_label_is_another() -> None:
    renamed: dict[str, Any] = {
        row: {"title": f"How often? [{label}]", "grid": "How often?"} for row, label in (("g1", "Recording"),)
    }
    renamed["g2"] = {"title": "How often? [Meetings, reviews]", "grid": "How often?"}
    grid, label = describe(**renamed)
    assert f"Field obstacles: the question now reads “How often?”, where {YAML}.obstacles.question has" in grid
    assert "Field obstacles.meetings: the question now reads “Meetings, reviews”" in label
    assert f"{YAML}.obstacles.rows.meetings.label has “Meetings”" in label


def test_a_new_question_is_described_with_the_place_for_a_field() -> None:
    (text,) = describe(more=(Question("n1", "How safe\ndo you feel?", QuestionType.RADIO, ("Very",)),))
    assert "a new question, “How safe do you feel?” (id n1), which no field reads" in text
    assert text.endswith(f"add a field at {YAML}.")


def test_new_rows_and_new_grids_are_one_sentence_each() -> None:
    more = [
        Question(f"n{n}", f"Rate each [{label}]", QuestionType.RADIO, grid="Rate each") for n, label in enumerate("AB")
    ]
    row = Question("g3", "How much does each? [Travel]", QuestionType.RADIO, ("A lot",), grid="How much does each?")
    grid_row, grid = sorted(describe(more=(*more, row)), reverse=True)
    assert f"new rows in the grid “How much does each?”: “Travel” (ids g3)" in grid_row  # noqa: F541
    assert f"{YAML}.obstacles.rows" in grid_row
    assert "a new grid, “Rate each”: “A”, “B” (ids n0, n1)" in grid


def test_a_question_without_an_id_in_the_yaml_is_known_by_the_questions_before() -> None:
    now = questions(c1={"title": "Any other thoughts?"})
    assert len(describe_form_changes(form(), now, programme=PROGRAMME, locate=locate)) == 2
    (text,) = describe_form_changes(form(), now, programme=PROGRAMME, locate=locate, before=questions())
    assert "Field comment: the question now reads “Any other thoughts?”" in text


def test_titles_alone_as_a_csv_gives_them_are_no_change() -> None:
    words = tuple(Question(question.question_id, question.title) for question in questions())
    assert describe_form_changes(form(), words, programme=PROGRAMME, locate=locate) == ()


# --- answers ----------------------------------------------------------------------------------------------

LIKERT = (*AGREE[:2], "Neutral", *AGREE[3:])


@pytest.mark.parametrize(
    ("changed", "sentences"),
    [
        (
            {"w1": {"options": ("Child", "Parent", "Grandparent")}},
            [f"Field who: the form offers a new option, “Grandparent”; add it at {YAML}.who.options"],
        ),
        (
            {"w1": {"options": ("Child",)}},
            [f"Field who: the form no longer offers “Parent”; put it back, or leave {YAML}.who.options.Parent"],
        ),
        (
            {"w1": {"options": ("Child", "Guardian")}},
            [f"offers “Guardian” where it offered “Parent”; if it means the same, add it as an alias at {YAML}.who"],
        ),
        (
            {"b1": {"options": ("Travelling", "IT systems")}},
            [f"“Travel” now reads “Travelling”; add it as an alias at {YAML}.barriers.options.Travel."],
        ),
        ({"b1": {"options": ("Travel", "IT systems", "Court")}}, ["“Court”; add it at", "is read as “other”"]),
        ({"w1": {"other": True}}, [f"people can now answer “Other”; write “other: true” at {YAML}.who"]),
        ({"b1": {"other": False}}, [f"“Other” can no longer be answered; put it back, or leave {YAML}.barriers.other"]),
        ({"s1": {"low": 1}}, [f"goes from 1 to 10, where {YAML}.time_share.low has 0 to 10"]),
        ({"s1": {"high": 5}}, [f"goes from 0 to 5, where {YAML}.time_share.high has 0 to 10"]),
        ({"h1": {"options": LIKERT}}, ["the label “Neither agree nor disagree” now reads “Neutral”"]),
        ({"h1": {"options": (*AGREE, "Not sure")}}, ["“Not sure”, which is none of", f"{YAML}.heard."]),
        ({"h1": {"options": AGREE[1:], "other": True}}, ["the label “Strongly disagree”", "answer “Other”"]),
        ({"h1": {"type": QuestionType.SCALE, "options": (), "low": 1, "high": 7}}, [f"{YAML}.heard.type reads 1 to 5"]),
        (
            {"w1": {"type": QuestionType.TEXT, "options": ()}},
            ["asks for a short text, which does not fit the type choice", f"{YAML}.who.type"],
        ),
        ({"b1": {"type": QuestionType.RADIO}}, ["Field barriers: the form now asks for one choice of several"]),
        ({"c1": {"type": QuestionType.FILE}}, ["Field comment: the form now asks for a file"]),
        ({"g1": {"options": ("A little", "Much")}, "g2": {"options": ("A little", "Much")}}, ["“Much”", "“A lot”"]),
        ({"t1": {"options": ("Team Elm", "Oak", "Birch", "Ash")}}, ["offers “Ash”, which is no team"]),
        ({"t1": {"options": ("Elm", "Ash")}}, ["if “Ash” is its new name, add that to its aliases", "is no team"]),
        ({"t1": {"options": ("Elm",)}}, ["no longer offers the team “Oak”"]),
    ],
)  # fmt: skip
def test_other_answers_than_the_field_reads_are_described(changed: dict[str, Any], sentences: list[str]) -> None:
    found_sentences = describe(**changed)
    text = " ".join(found_sentences)
    assert all(sentence in text for sentence in sentences), found_sentences
    assert len(found_sentences) <= len(sentences)


@pytest.mark.parametrize(
    "changed",
    [
        {"h1": {"options": ("1", "2", "3", "4", "5")}},
        {"h1": {"type": QuestionType.SCALE, "options": (), "low": 1, "high": 5}},
        {"s1": {"type": QuestionType.DROP_DOWN, "options": ("0", "5", "10")}},
        {"w1": {"options": ("Mother or father", "child")}},
        {"b1": {"options": ("Travel", "IT systems", "Other"), "other": False}},
        {"t1": {"options": ("Birch",)}},
        {"c1": {"type": QuestionType.TEXT}},
    ],
)
def test_answers_that_are_read_all_the_same_are_no_change(changed: dict[str, Any]) -> None:
    assert describe(**changed) == []
