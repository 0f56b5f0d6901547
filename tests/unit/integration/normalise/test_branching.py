"""Required questions that were not shown: sure by the form's structure, else they are missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from config.schema import Form
from integration.adapters.sources.forms_json import parse_questions, parse_sections
from integration.model import StoredVersion
from integration.normalise.branching import find_excused_rows
from integration.normalise.chunks import build_chunk, extract_answers
from integration.normalise.columns import build_columns
from integration.normalise.forms import accept_form_rows
from tests.unit.integration.landing.cast import PROGRAMME

KEY = b"a key of the tests, long enough"
TO_SECOND, TO_THIRD, SEND = {"goToSectionId": "s1"}, {"goToSectionId": "s2"}, {"goToAction": "SUBMIT_FORM"}
NEXT, RESTART, LOST = {"goToAction": "NEXT_SECTION"}, {"goToAction": "RESTART_FORM"}, {"goToSectionId": "gone"}
ON: dict[str, str] = {}


def choice(question_id: str, **options: dict[str, str]) -> dict[str, Any]:
    """Return an item with one question; `Other` among its options is the one to be typed."""
    listed = [({"isOther": True} if label == "Other" else {"value": label}) | way for label, way in options.items()]
    asked = {"questionId": question_id, "choiceQuestion": {"type": "RADIO", "options": listed}}
    return {"itemId": f"i{question_id}", "title": question_id, "questionItem": {"question": asked}}


def words(question_id: str, kind: str = "textQuestion") -> dict[str, Any]:
    return {"title": question_id, "questionItem": {"question": {"questionId": question_id, "required": True, kind: {}}}}


def page(item_id: str) -> dict[str, Any]:
    return {"itemId": item_id, "title": "Page", "pageBreakItem": {}}


def form_json(*first: dict[str, Any], second: tuple[dict[str, Any], ...] = ()) -> bytes:
    """Return a form of three sections: the team and `first`; room and `second`; desk."""
    items = [words("team"), *first, page("s1"), words("room"), *second, page("s2"), words("desk")]
    return json.dumps({"formId": "f", "items": items}).encode()


FIELDS = [
    {"name": "team", "id": "team", "question": "team", "type": "team", "required": True},
    {"name": "room", "id": "room", "question": "room", "type": "text", "required": True},
    {"name": "desk", "id": "desk", "question": "desk", "type": "text", "required": True},
]
FORM = Form.model_validate({"title": "Rooms", "asks": "staff", "fields": FIELDS})


def missing(content: bytes, form: Form = FORM, /, **answers: str | dict[str, Any]) -> list[str]:
    """Return the fields that are missing for a person of Elm with these answers."""
    given = {
        key: {"textAnswers": {"answers": [{"value": value}]}} if isinstance(value, str) else value
        for key, value in ({"team": "Elm"} | answers).items()
    }
    at = "2021-09-07T10:00:00.000000000Z"
    versions = [StoredVersion(1, "R1", at, at, json.dumps({"responseId": "R1", "answers": given}))]
    questions, sections = parse_questions(content, "the form"), parse_sections(content, "the form")
    columns = build_columns(form.fields, PROGRAMME, KEY)
    excused = find_excused_rows(versions, columns, questions, sections)
    chunk = build_chunk(versions, columns, extract_answers(versions, columns, questions), (), excused=excused)
    rows = accept_form_rows("rooms", form, PROGRAMME, columns, chunk, {})
    assert rows.counts.received == rows.counts.accepted == 1
    assert {str(issue.code) for issue in rows.issues} <= {"missing_required"}
    return [issue.field for issue in rows.issues]


WAYS = form_json(choice("way", Second=TO_SECOND, Third=TO_THIRD, Send=SEND, Next=NEXT, On=ON, Again=RESTART, Lost=LOST))


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("Send", []),
        ("send ", []),
        ("Third", ["desk"]),
        ("Second", ["room", "desk"]),
        ("Next", ["room", "desk"]),
        ("On", ["room", "desk"]),
        ("Again", ["room", "desk"]),
        ("Lost", ["room", "desk"]),
        ("An option that is gone", ["room", "desk"]),
        (None, ["room", "desk"]),
    ],
)
def test_only_a_section_to_which_a_person_surely_was_not_sent_was_not_shown(
    way: str | None, expected: list[str]
) -> None:
    assert missing(WAYS, **({"way": way} if way else {})) == expected


def test_the_words_behind_other_lead_where_other_leads() -> None:
    content = form_json(choice("way", Second=TO_SECOND, Other=SEND))
    assert missing(content, way="By bicycle") == []
    assert missing(form_json(choice("way", Second=TO_SECOND, Other=ON)), way="By bicycle") == ["room", "desk"]


def test_two_questions_of_one_section_may_lead_to_either_target() -> None:
    content = form_json(choice("way", Third=TO_THIRD, Send=SEND), choice("other", Second=TO_SECOND, Send=SEND))
    assert missing(content, way="Send", other="Send") == []
    assert missing(content, way="Third", other="Send") == ["desk"]
    assert missing(content, way="Third", other="Second") == ["room", "desk"]
    assert missing(content, way="Send") == ["room", "desk"]


def test_a_way_back_is_followed() -> None:
    content = form_json(choice("way", Third=TO_THIRD), second=(choice("after", Send=SEND),))
    assert missing(content, way="Third") == ["desk"]
    back = json.loads(content)
    back["items"] += [choice("back", Back=TO_SECOND)]
    assert missing(json.dumps(back).encode(), way="Third", back="Back") == ["room", "desk"]


def test_a_section_in_which_anything_was_answered_was_shown() -> None:
    content = form_json(choice("way", Send=SEND), second=(words("note"),))
    assert missing(content, way="Send", note="Something") == ["room"]
    assert missing(content, way="Send", note=" ") == []


SECTIONS = "abcdef"
LONG_FIELDS = [FIELDS[0], *({"name": s, "id": s, "question": s, "type": "text", "required": True} for s in SECTIONS)]
LONG_FORM = Form.model_validate({"title": "Rooms", "asks": "staff", "fields": LONG_FIELDS})


def long_form(**leads: dict[str, str]) -> bytes:
    """Return a form of a first section, which asks for the team alone, and six behind it, each with a question.

    In those that are named a second question leads by its option: `a={"yes": "c"}` is from a to c.
    """
    items = [words("team"), *([choice("first", **_ways(leads["first"]))] if "first" in leads else [])]
    for section in SECTIONS:
        items += [page(section), words(section)]
        items += [choice(f"way_{section}", **_ways(leads[section]))] if section in leads else []
    return json.dumps({"formId": "f", "items": items}).encode()


def _ways(options: dict[str, str]) -> dict[str, dict[str, str]]:
    return {label: {"goToSectionId": to} if to in SECTIONS else {"goToAction": to} for label, to in options.items()}


SEND_IT = "SUBMIT_FORM"
CHAINS = [
    # each link of the chain leads over a section
    ({"first": {"yes": "b"}, "b": {"on": "d"}, "d": {"on": "f"}}, "first=yes b=x way_b=on d=x way_d=on f=x", []),
    # the first section says nothing: what was answered behind it does
    ({"a": {"no": "c", "yes": "b"}}, "a=x way_a=no c=x d=x e=x f=x", []),
    ({"a": {"no": SEND_IT, "yes": "b"}}, "a=x way_a=no", []),
    ({"b": {"no": "d"}, "d": {"no": "f"}}, "a=x b=x way_b=no d=x way_d=no f=x", []),
    ({"b": {"no": "d"}, "d": {"no": "f"}}, "b=x way_b=no d=x way_d=no f=x", ["a"]),  # a lies before b
    # what lies on the way is missing, though sections before and behind it were answered
    ({"a": {"no": "c"}}, "a=x way_a=no c=x e=x f=x", ["d"]),
    ({"a": {"no": "c"}, "c": {"on": "d"}}, "a=x way_a=no way_c=on e=x f=x", ["c", "d"]),
    # a way back: b was shown by the way over d
    ({"a": {"over": "d"}, "d": {"back": "b"}, "b": {"end": SEND_IT}}, "a=x way_a=over d=x way_d=back way_b=end", ["b"]),
    # answers through which no way leads, as after the form was changed: only what no way reaches at all is excused
    ({"first": {"yes": "c"}}, "first=yes b=x c=x d=x", ["e", "f"]),
    ({"a": {"no": "c"}, "c": {"on": SEND_IT}}, "a=x way_a=no c=x way_c=on f=x", ["b", "d", "e"]),
]


@pytest.mark.parametrize(("leads", "given", "expected"), CHAINS)
def test_over_a_chain_of_sections_what_lies_on_no_way_was_not_shown(
    leads: dict[str, dict[str, str]], given: str, expected: list[str]
) -> None:
    answers = {question: answer for question, _, answer in (pair.partition("=") for pair in given.split())}
    assert missing(long_form(**leads), LONG_FORM, **answers) == expected


ODD_FILES: tuple[object, ...] = (5, "x", [], {}, {"answers": 5}, {"answers": {}}, {"answers": None}, True)


@pytest.mark.parametrize("files", ODD_FILES, ids=repr)
def test_files_of_another_shape_are_none_and_hold_nobody_back(files: object) -> None:
    """The shape of a stored answer's texts was looked at when it came, that of its files never was."""
    form = form_json(choice("way", On=ON))
    assert missing(form, room={"fileUploadAnswers": files}, desk="left") == ["room"]


def test_a_form_that_sends_nobody_anywhere_shows_everything() -> None:
    assert missing(form_json(choice("way", A=ON, B=ON)), way="A") == ["room", "desk"]


def test_a_question_for_a_file_is_answered_by_a_file() -> None:
    content = form_json()
    upload = {"fileUploadAnswers": {"answers": [{"fileId": "f", "fileName": "plan.pdf"}]}}
    assert missing(content, room=upload, desk="d") == []
    assert missing(content, room={"fileUploadAnswers": {}}, desk="d") == ["room"]


def test_a_form_without_page_breaks_is_one_section() -> None:
    (section,) = parse_sections(json.dumps({"formId": "f", "items": [words("a"), words("b")]}).encode(), "the form")
    assert section.question_ids == ("a", "b")
    assert section.branches == ()
