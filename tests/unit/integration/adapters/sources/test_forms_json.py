"""The questions of a form as forms.get gives it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.loading.load import load_settings
from integration.adapters.sources.forms_json import parse_form_title, parse_questions
from integration.errors import SourceError
from integration.landing.form_changes import describe_form_changes
from integration.model import Question, QuestionType

CONFIG = Path(__file__).parents[5] / "config"


def content(*items: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"formId": "F", "items": list(items)} | more).encode()


def one(**question: Any) -> Question:
    item = {"itemId": "i", "title": "How?", "questionItem": {"question": {"questionId": "q"} | question}}
    (found,) = parse_questions(content(item), "the form")
    return found


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ({}, {}),
        ({"textQuestion": {}}, {"type": QuestionType.TEXT}),
        ({"textQuestion": {"paragraph": True}, "required": True}, {"type": QuestionType.PARAGRAPH, "required": True}),
        ({"scaleQuestion": {"high": 10, "lowLabel": "None"}}, {"type": QuestionType.SCALE, "low": 0, "high": 10}),
        ({"ratingQuestion": {"ratingScaleLevel": 5, "iconType": "STAR"}}, {"type": QuestionType.RATING, "low": 1, "high": 5}),  # noqa: E501
        ({"dateQuestion": {"includeYear": True}}, {"type": QuestionType.DATE}),
        ({"timeQuestion": {}}, {"type": QuestionType.TIME}),
        ({"fileUploadQuestion": {"maxFiles": 1, "maxFileSize": "10"}}, {"type": QuestionType.FILE}),
        (
            {"choiceQuestion": {"type": "CHECKBOX", "options": [{"value": "A"}, {"value": "B"}, {"isOther": True}]}},
            {"type": QuestionType.CHECKBOX, "options": ("A", "B"), "other": True},
        ),
        ({"choiceQuestion": {"type": "DROP_DOWN"}}, {"type": QuestionType.DROP_DOWN}),
        ({"choiceQuestion": {"type": "OF_A_LATER_DAY"}}, {}),
    ],
)  # fmt: skip
def test_each_way_of_asking_is_known(way: dict[str, Any], expected: dict[str, Any]) -> None:
    assert one(**way) == Question("q", "How?", **expected)


def test_the_rows_of_a_grid_have_its_columns_as_options() -> None:
    columns = {"type": "RADIO", "options": [{"value": "A little"}, {"value": "A lot"}]}
    rows = [{"questionId": "g1", "required": True, "rowQuestion": {"title": "Travel"}}]
    item = {"title": "How much?", "questionGroupItem": {"questions": rows, "grid": {"columns": columns}}}
    assert parse_questions(content({"title": "Welcome", "textItem": {}}, item), "the form") == (
        Question(
            "g1", "How much? [Travel]", QuestionType.RADIO, ("A little", "A lot"), required=True, grid="How much?"
        ),
    )


def test_the_title_is_what_people_see_else_the_name_of_the_document() -> None:
    assert parse_form_title(content(info={"title": "Pulse", "documentTitle": "pulse v2"})) == "Pulse"
    assert parse_form_title(content(info={"documentTitle": "pulse v2"})) == "pulse v2"
    assert parse_form_title(content()) == ""


@pytest.mark.parametrize("text", [b"", b'{"formId"', b"[]", b'{"error":{"code":403}}', b"\xff", b"[" * 100_000])
def test_anything_else_is_refused_by_where_it_came_from(text: bytes) -> None:
    with pytest.raises(SourceError, match=r"^the form “pulse” .*again\.|UTF-8\.$"):
        parse_questions(text, "the form “pulse”")


def test_the_sample_has_no_drift() -> None:
    settings = load_settings(CONFIG / "crescendo")
    for key, form in settings.forms.items():
        text = (CONFIG / "sample" / "forms" / key / "form.json").read_bytes()
        assert (
            describe_form_changes(form, parse_questions(text, key), programme=settings.programme, locate=lambda *_: "")
            == ()
        )
