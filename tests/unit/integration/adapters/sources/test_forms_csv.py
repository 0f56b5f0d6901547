"""A CSV of a form's answers: every row becomes a response, and none is lost."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.adapters import untrusted_input
from integration.adapters.sources.forms_csv import read_csv_export, read_timestamp
from integration.errors import SourceError

if TYPE_CHECKING:
    from integration.model import FormReading

IDS = {"which team are you in?": "t1", "what gets in the way?": "b1", "how much? [recording]": "g1"}
HEADINGS = ["Timestamp", "Which team are you in?", "What gets in the way?", "How much? [Recording]"]
AT = "2021/12/04 11:15:50 pm GMT"


def csv_of(*rows: list[str], headings: list[str] = HEADINGS, end: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([headings, *rows])
    return out.getvalue()


def read(text: str | bytes, ids: dict[str, str] | None = None) -> FormReading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Pulse.csv")
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return read_csv_export(path, IDS if ids is None else ids)


def bodies(reading: FormReading) -> list[dict[str, Any]]:
    return [json.loads(response.body) for response in reading.responses]


def answers(body: dict[str, Any]) -> dict[str, str]:
    return {key: answer["textAnswers"]["answers"][0]["value"] for key, answer in body["answers"].items()}


# --- rows -------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_response_in_the_shape_of_the_forms_api() -> None:
    reading = read(csv_of([AT, "Elm", "Travel;Court work", "A lot"]))
    (response,) = reading.responses
    (body,) = bodies(reading)
    assert response.created_at == response.last_submitted_at == "2021-12-04T23:15:50.000000000Z"
    assert body["responseId"] == response.response_id
    assert body["createTime"] == body["lastSubmittedTime"] == response.created_at
    assert body["joined"] is True
    assert answers(body) == {"t1": "Elm", "b1": "Travel;Court work", "g1": "A lot"}
    assert reading.notices == ()


def test_headings_are_compared_without_case_and_white_space_and_cells_are_left_as_they_are() -> None:
    headings = [" timestamp", "WHICH team\nare  you in? "]
    (body,) = bodies(read(csv_of([AT, " Elm \r\nteam"], headings=headings)))
    assert answers(body) == {"t1": " Elm \r\nteam"}


def test_an_empty_cell_is_no_answer_and_an_empty_row_is_nothing() -> None:
    reading = read(csv_of([AT, "Elm", " ", ""], ["", "", "", ""]))
    assert [answers(body) for body in bodies(reading)] == [{"t1": "Elm"}]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_any_end_of_line_and_a_byte_order_mark_are_fine(end: str) -> None:
    text = csv_of([AT, "Elm", "“so, so”", ""], ["2021/12/18 9:00:00 am GMT", "Oak", "line one\nline two", ""], end=end)
    reading = read("\ufeff" + text)
    assert [answers(body)["b1"] for body in bodies(reading)] == ["“so, so”", "line one\nline two"]


def test_a_response_id_is_taken_where_there_is_one() -> None:
    headings = [*HEADINGS[:2], "Response ID"]
    first, second = read(csv_of([AT, "Elm", "ACYDB1"], [AT, "Oak", ""], headings=headings)).responses
    assert first.response_id == "ACYDB1"
    assert second.response_id.startswith("csv-")


def test_two_equal_rows_are_two_responses() -> None:
    row = [AT, "Elm", "", ""]
    first, second, third = (response.response_id for response in read(csv_of(row, row, row)).responses)
    assert second == f"{first}-2"
    assert third == f"{first}-3"


def test_an_id_stays_when_columns_are_moved_added_or_reworded() -> None:
    before = read(csv_of([AT, "Elm", "Travel", "A lot"]))
    headings = ["Timestamp", "A new question", "How much? [Recording]", "Your team?", "What gets in the way?"]
    after = read(csv_of([AT, "", "A lot", "Elm", "Travel"], headings=headings))
    assert [r.response_id for r in before.responses] == [r.response_id for r in after.responses]


# --- headings ---------------------------------------------------------------------------------------------


def test_a_heading_that_no_question_has_is_named_and_its_answers_are_kept() -> None:
    reading = read(csv_of([AT, "Elm", "7"], headings=["Timestamp", "Which team are you in?", "Score"]))
    (notice,) = reading.notices
    assert '"Score"' in notice
    assert answers(bodies(reading)[0]) == {"t1": "Elm", "q:score": "7"}


def test_a_column_without_a_heading_is_named_if_anything_stands_in_it() -> None:
    headings = ["Timestamp", "Which team are you in?", " "]
    assert read(csv_of([AT, "Elm", ""], headings=headings)).notices == ()
    reading = read(csv_of([AT, "Elm", "a note"], headings=headings))
    assert "column 3" in reading.notices[0]
    assert answers(bodies(reading)[0])["q:column 3"] == "a note"


def test_a_form_whose_questions_have_no_ids_is_read_by_their_words() -> None:
    (body,) = bodies(read(csv_of([AT, "Elm", "", ""]), ids={"which team are you in?": "q:which team are you in?"}))
    assert answers(body) == {"q:which team are you in?": "Elm"}


def test_two_columns_of_one_title_are_named() -> None:
    with pytest.raises(SourceError, match='"Comment" and "comment"'):
        read(csv_of([AT, "a", "b"], headings=["Timestamp", "Comment", "comment "]))
    with pytest.raises(SourceError, match="one question"):
        read(
            csv_of([AT, "a", "b"], headings=["Timestamp", "Old words", "New words"]),
            ids={"old words": "x", "new words": "x"},
        )


# --- what cannot be read ----------------------------------------------------------------------------------

BROKEN = [
    (b"", "is empty"),
    (b"Team,Comment\nElm,fine\n", 'no column "Timestamp"'),
    (b'Timestamp,Team\n"2021/12/04 11:15:50 pm GMT","Elm', "line 2"),
    (b'Timestamp,Team\n"2021/12/04 11:15:50 pm GMT","Elm"x\n', "line 2"),
    (b"Timestamp,Team\n04/12/2021 23:15:50,\xe9\n", "not UTF-8"),
    ("Timestamp,Team\n".encode("utf-16"), "not UTF-8"),
    ('Timestamp,"Code, and day",Team\n'.encode("utf-16-le"), "not UTF-8"),
]


@pytest.mark.parametrize(("content", "what"), BROKEN)
def test_a_csv_that_cannot_be_read_is_one_sentence_without_an_answer(content: bytes, what: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(content)
    assert what in str(caught.value)
    assert "Elm" not in str(caught.value)
    assert "\n" not in str(caught.value)


BAD_ROWS = [
    ("25 December,Oak,x1", "x1", "submitted_at", "its Timestamp is not a date and time"),
    ("31/11/2021 23:15:50,Oak,x1", "x1", "submitted_at", "its Timestamp is a date and time that does not exist"),
    (",Oak,x1", "x1", "submitted_at", "its Timestamp is blank"),
    ("\u200b,Oak,", "row 3 of Pulse.csv", "submitted_at", "its Timestamp is blank"),
    ("04/12/2021 23:15:50,Oak,x1,more", "x1", "response", "has more cells than there are headings"),
    ("04/12/2021 23:15:50,Oak," + "R" * 257, "row 3 of Pulse.csv", "response", "its Response ID is not one"),
]


@pytest.mark.parametrize(("row", "key", "field", "what"), BAD_ROWS)
def test_a_row_that_cannot_be_read_is_refused_by_itself(row: str, key: str, field: str, what: str) -> None:
    good = "04/12/2021 23:15:50,Elm,r"
    reading = read(f"Timestamp,Team,Response ID\n{good}1\n{row}\n{good}2\n")
    assert [response.response_id for response in reading.responses] == ["r1", "r2"]
    (refused,) = reading.unreadable
    assert (refused.key, refused.field) == (key, field)
    assert refused.reason.startswith(f"row 3 of Pulse.csv: {what}")
    assert "Oak" not in refused.reason


# --- day first or month first -----------------------------------------------------------------------------


def read_timestamps(*days: str, latest: date | None = None) -> tuple[list[str], str]:
    """Return the days that a CSV with these Timestamps was read as, and the notice."""
    text = csv_of(*([f"{day} 9:00:00", "Elm", str(row), ""] for row, day in enumerate(days)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Pulse.csv")
        path.write_text(text)
        reading = read_csv_export(path, IDS, latest=latest)
    assert len(reading.responses) + len(reading.unreadable) == len(days)
    (*_, notice) = ("", *reading.notices)
    return [response.created_at[:10] for response in reading.responses], notice


def test_a_day_above_12_decides_for_the_whole_file() -> None:
    assert read_timestamps("01/03/2022", "13/03/2022") == (["2022-03-01", "2022-03-13"], "")
    days, notice = read_timestamps("03/01/2022", "03/13/2022")
    assert days == ["2022-03-01", "2022-03-13"]
    assert "month first, because day first there is no such month" in notice


def test_the_order_of_the_rows_decides_where_no_day_is_above_12() -> None:
    days, notice = read_timestamps("04/11/2022", "04/12/2022", "05/02/2022", "05/10/2022", "06/01/2022")
    assert days == ["2022-04-11", "2022-04-12", "2022-05-02", "2022-05-10", "2022-06-01"]
    assert "month first" in notice
    assert "out of order" in notice
    newest_first = ("06/01/2022", "05/10/2022", "05/02/2022", "04/12/2022", "04/11/2022")
    assert read_timestamps(*newest_first)[0][0] == "2022-06-01"
    assert read_timestamps("11/04/2022", "12/04/2022", "02/05/2022", "10/05/2022") == (
        ["2022-04-11", "2022-04-12", "2022-05-02", "2022-05-10"], "",
    )  # fmt: skip


def test_days_after_the_reporting_date_decide() -> None:
    until = date(2022, 7, 31)
    days, notice = read_timestamps("05/11/2022", "05/12/2022", latest=until)
    assert days == ["2022-05-11", "2022-05-12"]
    assert "month first" in notice
    assert read_timestamps("11/05/2022", "12/05/2022", latest=until) == (["2022-05-11", "2022-05-12"], "")


def test_where_nothing_decides_it_is_day_first_and_said() -> None:
    days, notice = read_timestamps("04/05/2022", "05/05/2022", "06/05/2022")
    assert days == ["2022-05-04", "2022-05-05", "2022-05-06"]
    assert "nothing in the file says which" in notice
    assert "Elm" not in notice


def test_what_is_the_same_either_way_or_has_the_year_first_needs_no_notice() -> None:
    assert read_timestamps("05/05/2022", "06/06/2022") == (["2022-05-05", "2022-06-06"], "")
    assert read_timestamps("2022/05/04", "2022/05/03") == (["2022-05-04", "2022-05-03"], "")


@given(st.lists(st.dates(date(2021, 9, 6), date(2022, 7, 31)), min_size=12, max_size=30, unique=True).map(sorted))
def test_days_in_order_are_never_read_otherwise_in_silence(days: list[date]) -> None:
    for form in ("%d/%m/%Y", "%m/%d/%Y"):
        read_as, notice = read_timestamps(*(day.strftime(form) for day in days), latest=date(2022, 7, 31))
        assert read_as == [day.isoformat() for day in days] or "nothing in the file says which" in notice


# --- a .zip -----------------------------------------------------------------------------------------------


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def read_zip(content: bytes) -> FormReading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "Pulse.csv.ZIP")
        path.write_bytes(content)
        return read_csv_export(path, IDS)


ONE_ANSWER = csv_of([AT, "Elm", "", ""]).encode()


def test_the_one_csv_in_a_zip_is_read_as_it_would_be_unpacked() -> None:
    beside = [("__MACOSX/._Pulse.csv", b"x"), ("folder/.hidden.csv", b"x"), ("read me.txt", b"x")]
    reading = read_zip(zipped(*beside, ("../folder/Pulse.CSV", b"\xef\xbb\xbf" + ONE_ANSWER)))
    assert reading.responses == read(ONE_ANSWER).responses


def damaged() -> bytes:
    whole = bytearray(zipped(("Pulse.csv", ONE_ANSWER * 9)))
    whole[60:70] = b"\xff" * 10
    return bytes(whole)


def with_password() -> bytes:
    whole = zipped(("Pulse.csv", ONE_ANSWER))
    return whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


BAD_ZIPS = [
    (zipped(), "holds no .csv files"),
    (zipped(("a.csv", ONE_ANSWER), ("b.csv", ONE_ANSWER)), "holds 2 .csv files"),
    (zipped(*((f"{n}.csv", b"") for n in range(101))), "more than 100 files"),
    (b"PK no zip", "damaged .zip"),
    (b"", "damaged .zip"),
    (damaged(), "damaged .zip"),
    (with_password(), "needs a password"),
    (zipped(("a.csv", b"")), "is empty"),
]


@pytest.mark.parametrize(("content", "what"), BAD_ZIPS)
def test_a_zip_that_cannot_be_read_is_one_sentence(content: bytes, what: str) -> None:
    with pytest.raises(SourceError, match=what) as caught:
        read_zip(content)
    assert "Pulse.csv.ZIP" in str(caught.value)


def test_a_zip_that_unpacks_to_more_than_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(untrusted_input, "MAX_FILE_BYTES", 1000)
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_zip(zipped(("a.csv", b"x" * 1001)))


# --- timestamps -------------------------------------------------------------------------------------------

TIMESTAMPS = [
    ("2021/12/04 11:15:50 pm GMT", "2021-12-04T23:15:50"),
    ("2022/03/28 12:30:00 AM GMT+1", "2022-03-27T23:30:00"),
    ("2022/03/28 12:30:00\u202fam BST", "2022-03-27T23:30:00"),
    ("2022/07/01 12:00:00 p.m. GMT+01:00", "2022-07-01T11:00:00"),
    ("2022/07/01 9:00:00 am GMT-5", "2022-07-01T14:00:00"),
    ("2022/07/01 9:00:00 am UTC", "2022-07-01T09:00:00"),
    ("04/12/2021 23:15:50", "2021-12-04T23:15:50"),
    ("4/7/2022 9:05", "2022-07-04T08:05:00"),
    ("28/03/2022 00:30:00", "2022-03-27T23:30:00"),
    ("2022-07-04 09:05:00", "2022-07-04T08:05:00"),
    ("2022-07-04T09:05:00Z", "2022-07-04T09:05:00"),
    ("2022-07-04T09:05:00+0530", "2022-07-04T03:35:00"),
    ("30/10/2022 01:30:00", "2022-10-30T00:30:00"),
]


@pytest.mark.parametrize(("text", "utc"), TIMESTAMPS)
def test_timestamps_are_read_as_google_writes_them(text: str, utc: str) -> None:
    assert read_timestamp(text) == f"{utc}.000000000Z"


def test_a_fraction_of_a_timestamp_is_kept() -> None:
    assert read_timestamp("2022-07-04T09:05:00.055199Z") == "2022-07-04T09:05:00.055199000Z"


@pytest.mark.parametrize(
    "text", ["", "2022/07/01", "2022/07/01 13:00:00 pm GMT", "0:30 pm", "2022/07/01 09:00 EST", "31/02/2022 09:00", "x"]
)
def test_other_timestamps_are_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is "):
        read_timestamp(text)


# --- the law of the CSV: no row is lost, and its id is the same whenever it is read -------------------------

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)


@given(rows=ROWS, again=st.randoms(use_true_random=False))
def test_no_row_is_lost_and_ids_are_stable(rows: list[tuple[str, str, str]], again: Any) -> None:
    lines = [[AT, *row] for row in rows]
    first = read(csv_of(*lines))
    assert len(first.responses) == len(rows)
    assert len({response.response_id for response in first.responses}) == len(rows)
    kept = [sorted(answers(body).values()) for body in bodies(first)]
    assert kept == [sorted(cell for cell in row if cell.strip()) for row in rows]
    again.shuffle(lines)
    second = read(csv_of(*lines))
    assert {response.response_id for response in second.responses} == {r.response_id for r in first.responses}
