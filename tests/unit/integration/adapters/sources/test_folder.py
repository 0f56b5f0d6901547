"""The folder source: forms, responses and sheets as a project officer saves them; and moments."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import Form
from integration.adapters.clock import as_datetime, read_moment, write_moment
from integration.adapters.sources.folder import FolderSource
from integration.adapters.untrusted_input import read_file
from integration.errors import SourceError
from integration.kinds.values import NO_VALUE
from integration.model import Question, QuestionType, StoredVersion
from integration.normalise.chunks import extract_answers
from integration.normalise.columns import build_columns, read_answer
from tests.unit.integration.landing.cast import PROGRAMME

if TYPE_CHECKING:
    from pathlib import Path

FORM = Form.model_validate(
    {
        "title": "Pulse",
        "asks": "staff",
        "fields": [
            {"name": "team", "id": "t1", "question": "Which team are you in?", "type": "team"},
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
FORM_JSON = {
    "formId": "form-pulse",
    "info": {"title": "Pulse"},
    "items": [
        {"itemId": "i0", "title": "Welcome", "textItem": {}},
        {"itemId": "i1", "title": "Which team are you in?", "questionItem": {"question": {"questionId": "t1"}}},
        {
            "itemId": "i2",
            "title": "How much?",
            "questionGroupItem": {
                "questions": [{"questionId": "g1", "rowQuestion": {"title": "Recording"}}],
                "grid": {"columns": {"type": "RADIO"}},
            },
        },
    ],
}
CSV = '"Timestamp","Which team are you in?"\n"2021/12/04 11:15:50 pm GMT","Elm"\n'


def answered(response_id: str = "R1", at: str = "2021-12-04T23:15:50.055Z", **more: object) -> dict[str, Any]:
    answers = {"t1": {"questionId": "t1", "textAnswers": {"answers": [{"value": "Élm"}]}}}
    return {"responseId": response_id, "createTime": at, "lastSubmittedTime": at, "answers": answers} | more


def save(root: Path, responses: object = None, form: object = None, **texts: str) -> FolderSource:
    """Return a source over a folder with one form, `pulse`; `texts` are further files of it by their names."""
    folder = root / "forms" / "pulse"
    folder.mkdir(parents=True)
    (folder / "form.json").write_text(json.dumps(FORM_JSON if form is None else form))
    if responses is not None:
        (folder / "responses.json").write_text(json.dumps(responses, indent=1, ensure_ascii=False))
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return FolderSource(root, {"pulse": FORM})


# --- what is read -----------------------------------------------------------------------------------------


def test_a_form_and_its_responses_are_read_as_the_forms_api_gives_them(tmp_path: Path) -> None:
    response = answered(totalScore=1.50, respondentEmail="a@example.org")
    reading = save(tmp_path, {"responses": [response]}).read_form("pulse")
    recording = Question("g1", "How much? [Recording]", type=QuestionType.RADIO, grid="How much?")
    assert reading.questions == (Question("t1", "Which team are you in?"), recording)
    (found,) = reading.responses
    assert (found.response_id, found.created_at) == ("R1", "2021-12-04T23:15:50.055000000Z")
    assert json.loads(found.body) == response
    assert "\n" not in found.body
    assert ": " not in found.body
    assert reading.notices == ()


def test_an_edit_has_its_own_time_and_a_missing_one_is_the_first(tmp_path: Path) -> None:
    edited = answered("R1") | {"lastSubmittedTime": "2021-12-05T00:00:00.123456789+01:00"}
    once = answered("R2")
    del once["lastSubmittedTime"]
    first, second = save(tmp_path, {"responses": [edited, once]}).read_form("pulse").responses
    assert first.last_submitted_at == "2021-12-04T23:00:00.123456789Z"
    assert second.last_submitted_at == second.created_at


def test_a_response_without_answers_or_with_a_file_only_is_a_response(tmp_path: Path) -> None:
    upload = {"q9": {"questionId": "q9", "fileUploadAnswers": {"answers": [{"fileId": "f"}]}}}
    bare = answered("R2")
    del bare["answers"]
    saved = {"responses": [answered("R1", answers=upload), bare]}
    assert len(save(tmp_path, saved).read_form("pulse").responses) == 2


def test_the_same_response_twice_is_no_mistake(tmp_path: Path) -> None:
    assert len(save(tmp_path, {"responses": [answered(), answered()]}).read_form("pulse").responses) == 2


def test_no_responses_yet_is_said_by_an_empty_object(tmp_path: Path) -> None:
    assert save(tmp_path, {}).read_form("pulse").responses == ()


def test_a_first_page_alone_is_named_in_a_notice(tmp_path: Path) -> None:
    reading = save(tmp_path, {"responses": [answered()], "nextPageToken": "more"}).read_form("pulse")
    assert len(reading.responses) == 1
    assert "nextPageToken" in reading.notices[0]


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    source = save(tmp_path, **{"responses.json": "\ufeff" + json.dumps({"responses": [answered()]})})
    assert len(source.read_form("pulse").responses) == 1


def test_a_csv_beside_the_responses_is_left_out_and_named(tmp_path: Path) -> None:
    reading = save(tmp_path, {"responses": [answered()]}, **{"Pulse.csv": CSV}).read_form("pulse")
    assert len(reading.responses) == 1
    assert "Pulse.csv" in reading.notices[0]


def test_without_responses_json_every_csv_is_read(tmp_path: Path) -> None:
    later = CSV.replace("2021/12/04", "2021/12/18")
    source = save(tmp_path, **{"1.csv": CSV, "2.CSV": later, ".~lock.csv": "an editor's"})
    reading = source.read_form("pulse")
    assert [response.created_at[:10] for response in reading.responses] == ["2021-12-04", "2021-12-18"]
    assert [question.question_id for question in reading.questions] == ["t1", "g1"]


def test_a_heading_that_stands_for_two_fields_is_neither_ones_and_named(tmp_path: Path) -> None:
    twins = [{"name": name, "id": name, "question": "Anything else?", "type": "text"} for name in ("one", "two")]
    form = Form.model_validate({"title": "Twins", "asks": "staff", "fields": [FORM.fields[0].model_dump(), *twins]})
    save(tmp_path, **{"1.csv": CSV.replace('you in?"', 'you in?","Anything else?"').replace('"Elm"', '"Elm","more"')})
    (tmp_path / "forms/pulse/form.json").unlink()
    reading = FolderSource(tmp_path, {"pulse": form}).read_form("pulse")
    assert [question.question_id for question in reading.questions] == ["t1", "q:anything else?"]
    assert "no question, or several, have the heading" in reading.notices[0]


def test_without_a_form_the_questions_are_the_columns_of_the_csv(tmp_path: Path) -> None:
    source = save(tmp_path, **{"1.csv": CSV})
    (tmp_path / "forms/pulse/form.json").unlink()
    assert source.read_form("pulse").questions == (Question("t1", "Which team are you in?"),)


def test_the_fingerprint_changes_with_the_files_and_with_nothing_else(tmp_path: Path) -> None:
    source = save(tmp_path, {"responses": []})
    first = source.form_fingerprint("pulse")
    (tmp_path / "forms/pulse/notes.txt").write_text("of no concern")
    assert source.form_fingerprint("pulse") == first
    os.utime(tmp_path / "forms/pulse/responses.json", ns=(1, 1))
    second = source.form_fingerprint("pulse")
    (tmp_path / "forms/pulse/1.csv").write_text(CSV)
    assert len({first, second, source.form_fingerprint("pulse"), ""}) == 4
    assert source.form_fingerprint("families") == ""


def test_the_tabs_of_a_shared_sheet_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Teams").append(["Team", "Headcount"])
    (tmp_path / "sheets").mkdir()
    book.save(tmp_path / "sheets/register.xlsx")
    reading = FolderSource(tmp_path, {}).read_sheets("register", ["teams", "Blueprint"])
    assert list(reading) == ["teams"]
    assert reading["teams"].rows == (("Team", "Headcount"),)


def test_a_workbook_is_found_whatever_the_case_of_its_name(tmp_path: Path) -> None:
    sheets = tmp_path / "sheets"
    sheets.mkdir()
    openpyxl.Workbook().save(sheets / "Register.XLSX")
    source = FolderSource(tmp_path, {})
    assert list(source.read_sheets("register", ["Sheet"])) == ["Sheet"]
    assert source.list_unconfigured(["register"]) == ()
    openpyxl.Workbook().save(sheets / "register.XLSX")
    with pytest.raises(
        SourceError, match=r"Register\.XLSX and .*register\.XLSX; rename the right one to register\.xlsx"
    ):
        source.read_sheets("register", ["Sheet"])
    openpyxl.Workbook().save(sheets / "register.xlsx")
    assert list(source.read_sheets("register", ["Sheet"])) == ["Sheet"]
    assert [text.split("/")[-1] for text in source.list_unconfigured(["register"])] == [
        "Register.XLSX stands in no YAML file, so it is not read.",
        "register.XLSX stands in no YAML file, so it is not read.",
    ]


def test_a_spreadsheet_of_another_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    (tmp_path / "sheets" / "register.ods").write_bytes(b"PK")
    with pytest.raises(SourceError, match=r"register\.xlsx is not there, but .*register\.ods, which is no \.xlsx"):
        FolderSource(tmp_path, {}).read_sheets("register", ["Sheet"])


# --- what cannot be read ----------------------------------------------------------------------------------

WRONG_SHAPES = [
    (["R1"], "Expected `object`"),
    ([answered("")], "responseId"),
    ([answered("R" * 257)], "responseId"),
    ([answered("R\n1")], "responseId"),
    ([{"createTime": "2021-12-04T23:15:50Z"}], "responseId"),
    ([{"responseId": "R1"}], "createTime"),
    ([answered(at="2021-12-04 23:15:50")], "is not a time"),
    ([answered(at="2021-13-04T23:15:50Z")], "no calendar"),
    ([answered(at="0001-01-01T00:00:00+01:00")], "no calendar"),
    ([answered(answers=[])], "answers"),
    ([answered(answers={"t1": "Elm"})], "answers"),
    ([answered(answers={"t1": {"textAnswers": {"answers": [{"value": 5}]}}})], "value"),
    ([None], "Expected `object`"),
]


@pytest.mark.parametrize(("responses", "what"), WRONG_SHAPES)
def test_a_response_of_another_shape_is_refused_by_itself_with_its_id_and_the_reason(
    tmp_path: Path, responses: list[object], what: str
) -> None:
    saved = {"responses": [answered("R0"), *responses, answered("R9")]}
    reading = save(tmp_path, saved).read_form("pulse")
    assert [response.response_id for response in reading.responses] == ["R0", "R9"]
    (refused,) = reading.unreadable
    given_id = responses[0].get("responseId") if isinstance(responses[0], dict) else None
    assert refused.key == (given_id if given_id == "R1" else "response 2 of responses.json")
    assert refused.reason.startswith("response 2 of responses.json ")
    assert what in refused.reason
    assert "Élm" not in refused.reason


BLANK = [
    {"t1": {"textAnswers": {"answers": [{}]}}},
    {"t1": {"textAnswers": {"answers": [{"value": None}]}}},
    {"t1": {"textAnswers": {"answers": [{"value": ""}]}}},
    {"t1": {"textAnswers": {"answers": [None]}}},
    {"t1": {"textAnswers": {"answers": []}}},
    {"t1": {"textAnswers": {"answers": None}}},
    {"t1": {"textAnswers": {}}},
    {"t1": {"textAnswers": None}},
    {"t1": {"questionId": "t1"}},
    {"t1": None},
    {"t1": {"fileUploadAnswers": {"answers": [{"fileId": "f"}]}}},
    {"t1": {"grade": {"score": 1}, "ofALaterDay": [1]}},
    {},
    None,
]


@pytest.mark.parametrize("answers", BLANK)
def test_whatever_of_an_answer_was_left_out_is_a_blank_answer(tmp_path: Path, answers: object) -> None:
    reading = save(tmp_path, {"responses": [answered("R0"), answered("R1", answers=answers)]}).read_form("pulse")
    assert [response.response_id for response in reading.responses] == ["R0", "R1"]
    columns = build_columns(FORM.fields, PROGRAMME, b"a key of the tests, long enough")
    versions = [
        StoredVersion(seq, each.response_id, each.created_at, each.last_submitted_at, each.body)
        for seq, each in enumerate(reading.responses, start=1)
    ]
    team, _ = extract_answers(versions, columns, reading.questions)
    first, second = team.to_pylist()
    assert first == "Élm"
    assert read_answer(columns[0], second) == NO_VALUE


BROKEN_FILES = [
    ('{"responses": [\n {"responseId": "R1", "creat', "breaks off in line 2, column 29"),
    ('{"responses": [\n {"responseId": }]}', "line 2, column"),
    ("", "is empty"),
    ("[]", "is not a list of responses"),
    ('{"responses": {}}', "is not a list of responses"),
    ('{"error": {"code": 403}}', "is not a list of responses"),
    (json.dumps(FORM_JSON), "is not a list of responses"),
    ('{"responses": [' + "[" * 100_000, "nested too deeply"),
    ("Timestamp,Team\n", "is not valid JSON"),
]


@pytest.mark.parametrize(("text", "what"), BROKEN_FILES)
def test_a_broken_responses_json_is_one_sentence(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(SourceError) as caught:
        save(tmp_path, **{"responses.json": text}).read_form("pulse")
    assert "responses.json" in str(caught.value)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_responses_that_are_not_utf_8_are_refused(tmp_path: Path, encoding: str) -> None:
    source = save(tmp_path)
    text = json.dumps({"responses": [answered("Rü")]}, ensure_ascii=False)
    (tmp_path / "forms/pulse/responses.json").write_bytes(text.encode(encoding))
    with pytest.raises(SourceError, match=r"responses\.json"):
        source.read_form("pulse")


@pytest.mark.parametrize("form", [[], {"items": []}, {"formId": "x"}, {"responses": []}, "pulse"])
def test_json_that_is_not_a_form_is_one_sentence(tmp_path: Path, form: object) -> None:
    with pytest.raises(SourceError, match=r"form\.json is not a form"):
        save(tmp_path, {}, form).read_form("pulse")


def test_each_missing_file_or_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere is not there"):
        FolderSource(tmp_path / "nowhere", {}).read_form("pulse")
    with pytest.raises(SourceError, match="forms/pulse is not there"):
        FolderSource(tmp_path, {}).read_form("pulse")
    source = save(tmp_path)
    with pytest.raises(SourceError, match=r"neither responses\.json nor a \.csv"):
        source.read_form("pulse")
    (tmp_path / "forms/pulse/responses.json").write_text("{}")
    (tmp_path / "forms/pulse/form.json").unlink()
    with pytest.raises(SourceError, match=r"form\.json is not there"):
        source.read_form("pulse")
    with pytest.raises(SourceError, match=r"register\.xlsx is not there"):
        source.read_sheets("register", ["Teams"])


def test_a_file_that_is_too_large_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    (tmp_path / "responses.json").write_text("12345")
    assert read_file(tmp_path / "responses.json", max_bytes=5) == b"12345"
    with pytest.raises(SourceError, match="larger than"):
        read_file(tmp_path / "responses.json", max_bytes=4)


# --- times ------------------------------------------------------------------------------------------------

TIMES = st.tuples(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001
    st.text("0123456789", max_size=9),
    st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def written(time: tuple[datetime, str, timezone]) -> str:
    at, digits, zone = time
    seconds, offset = at.isoformat(), at.replace(tzinfo=zone).isoformat()[-6:]
    return seconds + (f".{digits}" if digits else "") + offset


@given(TIMES, TIMES)
def test_a_time_keeps_every_digit_and_sorts_as_text(
    one: tuple[datetime, str, timezone], other: tuple[datetime, str, timezone]
) -> None:
    exact = [(at.replace(tzinfo=zone).astimezone(UTC), digits.ljust(9, "0")) for at, digits, zone in (one, other)]
    moments = [read_moment(written(time)) for time in (one, other)]
    assert [(as_datetime(moment[:20] + "000000Z"), moment[20:29]) for moment in moments] == exact
    assert (moments[0] < moments[1]) == (exact[0] < exact[1])


def test_a_moment_goes_to_the_clock_and_back() -> None:
    at = datetime(2022, 3, 28, 0, 30, 0, 55199, tzinfo=UTC)
    assert write_moment(at) == "2022-03-28T00:30:00.055199000Z"
    assert as_datetime(write_moment(at)) == at
    with pytest.raises(ValueError, match="aware"):
        write_moment(at.replace(tzinfo=None))
