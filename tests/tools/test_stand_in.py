"""gspread 6.2.1 itself, with nothing changed but the address, finds in the stand-in the Google that it knows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from gspread.exceptions import APIError, GSpreadException, SpreadsheetNotFound, WorksheetNotFound
from gspread.utils import ValueRenderOption

from tests.fakes.google import StandIn
from tests.fakes.google.clients import gspread_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gspread import Client

    from tests.fakes.google.person_edits import Typed

REGISTER = "register-0123456789"
WITHIN = "Requested writing within range"
ROWS: list[list[Typed]] = [
    ["Ref", "Change", "Stage", "Implemented on"],
    ["SC-001", "Shorter form", "Embedded", date(2021, 11, 17)],
    [],
    ["SC-002", "Fewer meetings", "Idea"],
    ["SC-003", "=1+1", "Testing", 44531.5, True],
]


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_spreadsheet(REGISTER, "Register", {"Small changes": ROWS, "Reviews": []})
        yield running


@pytest.fixture
def client(google: StandIn, tmp_path: Path) -> Iterator[Client]:
    with gspread_client(google, tmp_path) as signed_in:
        yield signed_in


def test_a_spreadsheet_is_opened_with_its_tabs_in_order(client: Client) -> None:
    book = client.open_by_key(REGISTER)
    assert book.title == "Register"
    assert [tab.title for tab in book.worksheets()] == ["Small changes", "Reviews"]
    assert (book.sheet1.id, book.sheet1.row_count, book.sheet1.col_count) == (0, 1000, 26)


def test_values_come_back_trimmed_and_with_the_empty_row_between(client: Client) -> None:
    rows = client.open_by_key(REGISTER).sheet1.get(value_render_option=ValueRenderOption.unformatted)
    assert list(rows) == [
        ["Ref", "Change", "Stage", "Implemented on"],
        ["SC-001", "Shorter form", "Embedded", 44517],
        [],
        ["SC-002", "Fewer meetings", "Idea"],
        ["SC-003", "=1+1", "Testing", 44531.5, True],
    ]


def test_values_are_shown_as_people_see_them(client: Client) -> None:
    assert client.open_by_key(REGISTER).sheet1.get("D1:E5") == [
        ["Implemented on"], ["17/11/2021"], [], [], ["44531.5", "TRUE"],
    ]  # fmt: skip


def test_ranges_are_named_by_the_grid_and_empty_ones_have_no_values(client: Client) -> None:
    found = client.open_by_key(REGISTER).values_batch_get(["'Small changes'!A4:B", "Reviews", "reviews!b2"])
    assert found["valueRanges"] == [
        {
            "range": "'Small changes'!A4:B1000",
            "majorDimension": "ROWS",
            "values": [["SC-002", "Fewer meetings"], ["SC-003", "=1+1"]],
        },
        {"range": "Reviews!A1:Z1000", "majorDimension": "ROWS"},
        {"range": "Reviews!B2", "majorDimension": "ROWS"},
    ]


def test_columns_can_be_read_as_rows(client: Client) -> None:
    book = client.open_by_key(REGISTER)
    found = book.values_batch_get(["'Small changes'!A1:C4"], {"majorDimension": "COLUMNS"})
    assert found["valueRanges"][0]["values"] == [
        ["Ref", "SC-001", "", "SC-002"],
        ["Change", "Shorter form", "", "Fewer meetings"],
        ["Stage", "Embedded", "", "Idea"],
    ]


def test_records_are_read_by_their_headings(client: Client) -> None:
    with pytest.raises(GSpreadException, match="duplicates"):
        client.open_by_key(REGISTER).sheet1.get_all_records(expected_headers=["Ref", "Ref"])
    records = client.open_by_key(REGISTER).sheet1.get_all_records(expected_headers=["Ref", "Stage"])
    assert [(each["Ref"], each["Stage"]) for each in records] == [
        ("SC-001", "Embedded"), ("", ""), ("SC-002", "Idea"), ("SC-003", "Testing"),
    ]  # fmt: skip


def test_what_is_written_raw_stays_as_it_was_written(google: StandIn, client: Client) -> None:
    client.open_by_key(REGISTER).worksheet("Reviews").batch_update(
        [{"range": "A1:C2", "values": [["=HYPERLINK(1)", 3.0, 2.5], ["007", False, "12/11/2021"]]}]
    )
    assert google.values(REGISTER, "Reviews") == [["=HYPERLINK(1)", 3, 2.5], ["007", False, "12/11/2021"]]


def test_none_leaves_a_cell_alone_and_nothing_empties_it(google: StandIn, client: Client) -> None:
    client.open_by_key(REGISTER).sheet1.batch_update([{"range": "A2:C2", "values": [[None, "Short form", ""]]}])
    assert google.values(REGISTER, "Small changes")[1] == ["SC-001", "Short form", "", 44517]


def test_the_answer_to_a_writing_counts_each_row_and_column_once(client: Client) -> None:
    answer = client.open_by_key(REGISTER).sheet1.batch_update(
        [{"range": "A2:C2", "values": [["a", "b", "c"]]}, {"range": "B4:C5", "values": [["d", None]]}]
    )
    assert (answer["totalUpdatedRows"], answer["totalUpdatedColumns"], answer["totalUpdatedCells"]) == (2, 3, 4)
    assert answer["responses"][1] == {
        "spreadsheetId": REGISTER, "updatedRange": "'Small changes'!B4:C4", "updatedRows": 1, "updatedColumns": 1,
        "updatedCells": 1,
    }  # fmt: skip


def test_tabs_are_added_resized_renamed_and_taken_away(google: StandIn, client: Client) -> None:
    book = client.open_by_key(REGISTER)
    tab = book.add_worksheet("Teams", rows=10, cols=5, index=0)
    tab.resize(rows=20)
    tab.freeze(rows=1)
    tab.update_title("The teams")
    state = google.spreadsheet(REGISTER).tabs[0]
    assert (state.title, state.rows, state.columns, state.frozen) == ("The teams", 20, 5, (1, 0))
    book.del_worksheet(tab)
    with pytest.raises(WorksheetNotFound):
        book.worksheet("The teams")


def test_who_is_not_let_in_is_told_so(google: StandIn, client: Client) -> None:
    with pytest.raises(SpreadsheetNotFound):
        client.open_by_key("no-such-thing")
    google.share(REGISTER, "reader")
    book = client.open_by_key(REGISTER)
    with pytest.raises(APIError, match="The caller does not have permission"):
        book.sheet1.batch_update([{"range": "A1", "values": [["x"]]}])
    google.revoke(REGISTER)
    with pytest.raises(PermissionError):
        client.open_by_key(REGISTER)


def test_a_token_that_has_run_out_is_asked_for_again(google: StandIn, client: Client) -> None:
    book = client.open_by_key(REGISTER)
    google.expire_tokens()
    assert book.sheet1.title == "Small changes"
    assert [(call.kind, call.status) for call in google.calls] == [
        ("token", 200), ("sheets", 200), ("sheets", 401), ("token", 200), ("sheets", 200),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "values", "sentence"),
    [
        ("A2:C2", [list("abcd")], f"{WITHIN} ['Reviews'!A2:C2], but tried writing to column [D]"),
        ("A1000", [["a"], ["b"]], f"{WITHIN} ['Reviews'!A1000], but tried writing to row [1001]"),
        ("AA1", [["a"]], "Range (Reviews!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("A1:C1001", [["a"]], "Range (Reviews!A1:C1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ("A1", [["x" * 50_001]], "Your input contains more than the maximum of 50000 characters in a single cell."),
        ("seven", [["a"]], "Unable to parse range: 'Reviews'!seven"),
    ],
)  # fmt: skip
def test_a_writing_that_does_not_fit_changes_nothing(
    google: StandIn, client: Client, cells: str, values: list[list[str]], sentence: str
) -> None:
    tab = client.open_by_key(REGISTER).worksheet("Reviews")
    with pytest.raises(APIError) as refused:
        tab.batch_update([{"range": "A1", "values": [["first"]]}, {"range": cells, "values": values}])
    assert refused.value.error["message"] == f"Invalid data[1]: {sentence}"
    assert refused.value.error["status"] == "INVALID_ARGUMENT"
    assert google.values(REGISTER, "Reviews") == []


def test_reading_outside_the_grid_is_refused(client: Client) -> None:
    book = client.open_by_key(REGISTER)
    with pytest.raises(APIError, match=r"Range \(Reviews!A1001\) exceeds grid limits"):
        book.values_batch_get(["Reviews!A1001"])
    with pytest.raises(APIError, match="Unable to parse range: Nowhere"):
        book.values_batch_get(["Nowhere"])


def write_as_if_typed(folder: Path) -> None:
    body = {"valueInputOption": "USER_ENTERED", "data": [{"range": "Sheet1!A1", "values": [["=1"]]}]}
    with StandIn() as google:
        google.add_spreadsheet(REGISTER, "Register")
        with gspread_client(google, folder) as client, pytest.raises(APIError, match="refuses"):
            client.open_by_key(REGISTER).values_batch_update(body)


def test_words_that_could_turn_into_formulas_fail_the_test_that_sends_them(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="USER_ENTERED"):
        write_as_if_typed(tmp_path)
