"""What the stand-in's `batchUpdate` does and refuses: all or nothing, in Google's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.google import StandIn
from tests.fakes.google.clients import session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BOOK = "book-0123456789"
Batch = Callable[..., tuple[int, Any]]
TOO_MANY = "This action would increase the number of cells in the workbook above the limit of"
ONE_COLUMN = {"sourceRange": {"sources": [{"endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2}]}}
BOTH_COLUMNS = {"sourceRange": {"sources": [{"endRowIndex": 3, "endColumnIndex": 2}]}}
NO_FIELDS = "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
BOLD: dict[str, Any] = {"userEnteredFormat": {"textFormat": {"bold": True}}}
DAYS: dict[str, Any] = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "d mmm yyyy"}}}


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_spreadsheet(BOOK, "Book", {"Data": [["Ref", "On"], ["a", 44600], ["b", 44601]], "More": [["x"]]})
        yield running


@pytest.fixture
def batch(google: StandIn, tmp_path: Path) -> Iterator[Batch]:
    with session(google, tmp_path) as signed_in:

        def send(*requests: dict[str, Any]) -> tuple[int, Any]:
            answer = signed_in.post(f"{google.url}/v4/spreadsheets/{BOOK}:batchUpdate", json={"requests": requests})
            found = answer.json()
            return answer.status_code, found["error"]["message"] if "error" in found else found["replies"]

        yield send


@pytest.fixture
def get(google: StandIn, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    with session(google, tmp_path) as signed_in:
        yield lambda query: signed_in.get(f"{google.url}/v4/spreadsheets/{BOOK}?{query}").json()


def sheet(google: StandIn, title: str) -> int:
    return google.spreadsheet(BOOK).tab(title).sheet_id


def test_a_filled_tab_takes_the_place_of_an_old_one_at_one_stroke(google: StandIn, batch: Batch) -> None:
    watch = google.watch_tabs(BOOK)
    batch({"addSheet": {"properties": {"sheetId": 7, "title": "Data (new)", "hidden": True}}})
    status, replies = batch(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": 7, "hidden": False, "index": 0},
                "fields": "hidden,index",
            }
        },
        {"deleteSheet": {"sheetId": 0}},
        {"updateSheetProperties": {"properties": {"sheetId": 7, "title": "Data"}, "fields": "title"}},
    )
    assert (status, replies) == (200, [{}, {}, {}])
    assert [(tab.title, tab.sheet_id) for tab in google.spreadsheet(BOOK).tabs] == [
        ("Data", 7),
        ("More", sheet(google, "More")),
    ]
    assert [title for title, _ in watch.seen_empty] == ["Data"], "it was never filled, and the reader saw that"
    assert watch.seen_gone == []


def test_one_bad_request_undoes_the_good_ones(google: StandIn, batch: Batch) -> None:
    before = google.file(BOOK).modified_at
    status, message = batch({"deleteSheet": {"sheetId": 0}}, {"addSheet": {"properties": {"title": "more"}}})
    assert status == 400
    assert message == (
        'Invalid requests[1].addSheet: A sheet with the name "more" already exists. Please enter another name.'
    )
    assert [tab.title for tab in google.spreadsheet(BOOK).tabs] == ["Data", "More"]
    assert google.file(BOOK).modified_at == before


def big(**grid: int) -> dict[str, Any]:
    return {"addSheet": {"properties": {"gridProperties": grid}}}


@pytest.mark.parametrize(
    ("wrong", "place", "sentence"),
    [
        ({"addSheet": {"properties": {"titel": "x"}}}, ".add_sheet.properties", 'Unknown name "titel"'),
        ({"frobnicate": {}}, "", 'Unknown name "frobnicate"'),
    ],
)
def test_what_the_schema_has_not_is_refused(batch: Batch, wrong: dict[str, Any], place: str, sentence: str) -> None:
    said = f"Invalid JSON payload received. {sentence} at 'requests[0]{place}': Cannot find field."
    assert batch(wrong) == (400, said)


def test_what_has_another_type_is_refused(batch: Batch) -> None:
    said = "Invalid value at 'requests[0].add_sheet.properties.index' (TYPE_INT32), \"first\""
    assert batch({"addSheet": {"properties": {"index": "first"}}}) == (400, said)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"addSheet": {"properties": {"sheetId": 0}}}, "Sheet with id 0 already exists."),
        ({"addSheet": {"properties": {"title": "x" * 101}}}, "The sheet name cannot be greater than 100 characters."),
        (big(rowCount=1, frozenRowCount=1), "You can't freeze all visible rows on the sheet."),
        (big(rowCount=400_000), f"{TOO_MANY} 10000000 cells."),
        ({"deleteSheet": {"sheetId": 5}}, "No sheet with id: 5"),
        ({"updateSheetProperties": {"properties": {"title": "x"}}}, NO_FIELDS),
        ({"repeatCell": {"range": {"sheetId": 5}, "cell": {}, "fields": "note"}}, "No grid with id: 5"),
        (
            {"repeatCell": {"range": {"startRowIndex": 1000, "endColumnIndex": 2}, "cell": {}, "fields": "*"}},
            "Range (Data!A1001:B) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        ({"deleteDimension": {"range": {"dimension": "ROWS"}}}, "You can't delete all the rows on the sheet."),
        (
            {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}},
            "range.startIndex must be less than the grid size (1000) if inheritFromBefore is false.",
        ),
    ],
)
def test_a_wrong_request_is_refused_in_googles_words(batch: Batch, wrong: dict[str, Any], sentence: str) -> None:
    assert batch(wrong) == (400, f"Invalid requests[0].{next(iter(wrong))}: {sentence}")


def test_one_tab_stays_visible(google: StandIn, batch: Batch) -> None:
    more = sheet(google, "More")
    hide = {"updateSheetProperties": {"properties": {"sheetId": 0, "hidden": True}, "fields": "hidden"}}
    _, gone = batch(hide, {"deleteSheet": {"sheetId": more}})
    assert gone == "Invalid requests[1].deleteSheet: You can't remove all the visible sheets in a document."
    hide_more = {"updateSheetProperties": {"properties": {"sheetId": more, "hidden": True}, "fields": "hidden"}}
    _, hidden = batch(hide, hide_more)
    assert hidden == "Invalid requests[1].updateSheetProperties: You can't hide all the sheets in a document."
    _, last = batch({"deleteSheet": {"sheetId": more}}, {"deleteSheet": {"sheetId": 0}})
    assert last == "Invalid requests[1].deleteSheet: You can't remove all the sheets in a document."


def test_frozen_rows_are_never_all_that_is_left(batch: Batch) -> None:
    frozen = {"properties": {"gridProperties": {"frozenRowCount": 1}}, "fields": "gridProperties.frozenRowCount"}
    status, message = batch(
        {"updateSheetProperties": frozen}, {"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1}}}
    )
    assert (status, message) == (
        400, "Invalid requests[1].deleteDimension: Sorry, it is not possible to delete all non-frozen rows.",
    )  # fmt: skip


def test_a_format_is_a_columns_and_is_shown(google: StandIn, batch: Batch, get: Callable[[str], Any]) -> None:
    column = {"startRowIndex": 1, "startColumnIndex": 1, "endColumnIndex": 2}
    batch({"repeatCell": {"range": column, "cell": DAYS, "fields": "userEnteredFormat.numberFormat"}})
    batch({"repeatCell": {"range": {"endRowIndex": 3}, "cell": BOLD, "fields": "userEnteredFormat.textFormat.bold"}})
    tab = google.spreadsheet(BOOK).tab("Data")
    assert tab.format_at(0, 1) == BOLD
    assert tab.format_at(1, 1) == {"userEnteredFormat": {**DAYS["userEnteredFormat"], "textFormat": {"bold": True}}}
    assert tab.format_at(999, 1) == DAYS
    found = get("ranges=Data!B2:B3&fields=sheets.data.rowData.values(formattedValue,userEnteredValue)")
    assert found == {"sheets": [{"data": [{"rowData": [
        {"values": [{"userEnteredValue": {"numberValue": 44600}, "formattedValue": "8 Feb 2022"}]},
        {"values": [{"userEnteredValue": {"numberValue": 44601}, "formattedValue": "9 Feb 2022"}]},
    ]}]}]}  # fmt: skip


def test_colours_are_kept_twice_and_in_steps(batch: Batch, get: Callable[[str], Any]) -> None:
    half = {"userEnteredFormat": {"backgroundColor": {"red": 1, "green": 0, "blue": 0.5}}}
    batch(
        {"repeatCell": {"range": {"endRowIndex": 1, "endColumnIndex": 1}, "cell": half, "fields": "userEnteredFormat"}}
    )
    kept = {"red": 1, "blue": 0.49803922}
    found = get("ranges=Data!A1&fields=sheets.data.rowData.values.userEnteredFormat")
    assert found["sheets"][0]["data"][0]["rowData"][0]["values"] == [
        {"userEnteredFormat": {"backgroundColor": kept, "backgroundColorStyle": {"rgbColor": kept}}}
    ]


def test_cells_are_set_one_by_one_with_what_the_mask_names(google: StandIn, batch: Batch) -> None:
    cells = [{"userEnteredValue": {"stringValue": "=1"}, **BOLD}, {"userEnteredValue": {"numberValue": 3.0}}]
    start = {"rowIndex": 1, "columnIndex": 0}
    batch({"updateCells": {"start": start, "rows": [{"values": cells}], "fields": "userEnteredValue"}})
    assert google.values(BOOK, "Data")[1] == ["=1", 3]
    assert google.spreadsheet(BOOK).tab("Data").format_at(1, 0) == {}
    batch({"updateCells": {"range": {"startRowIndex": 1, "endRowIndex": 3}, "fields": "userEnteredValue"}})
    assert google.values(BOOK, "Data") == [["Ref", "On"]]


def test_metadata_belongs_to_a_tab_and_goes_with_it(google: StandIn, batch: Batch, get: Callable[[str], Any]) -> None:
    more = sheet(google, "More")
    wanted = {"metadataKey": "crescendo.tab", "metadataValue": "more", "visibility": "DOCUMENT"}
    _, replies = batch({"createDeveloperMetadata": {"developerMetadata": {**wanted, "location": {"sheetId": more}}}})
    made = replies[0]["createDeveloperMetadata"]["developerMetadata"]
    google.person.rename_tab(BOOK, "More", "Something else")
    found = get("includeGridData=False&fields=sheets(properties(sheetId,title),developerMetadata)")
    assert found["sheets"] == [
        {"properties": {"sheetId": 0, "title": "Data"}},
        {"properties": {"sheetId": more, "title": "Something else"}, "developerMetadata": [made]},
    ]
    lookup = {"dataFilter": {"developerMetadataLookup": {"metadataId": made["metadataId"]}}}
    assert batch({"deleteDeveloperMetadata": lookup})[1] == [
        {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": [made]}}
    ]
    assert google.spreadsheet(BOOK).by_metadata("crescendo.tab") == []


def test_ranges_move_with_the_rows(google: StandIn, batch: Batch, get: Callable[[str], Any]) -> None:
    source = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 2}
    series = [{"series": {"sourceRange": {"sources": [source]}}, "targetAxis": "LEFT_AXIS"}]
    spec = {"title": "How it goes", "altText": "Up.", "basicChart": {"chartType": "LINE", "series": series}}
    place = {"overlayPosition": {"anchorCell": {"rowIndex": 5, "columnIndex": 0}}}
    status, replies = batch(
        {"addChart": {"chart": {"spec": spec, "position": place}}},
        {
            "addProtectedRange": {
                "protectedRange": {"range": {"startRowIndex": 2, "endRowIndex": 3}, "warningOnly": True}
            }
        },
        {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1, "endIndex": 3}}},
    )
    assert status == 200
    drawn = replies[0]["addChart"]["chart"]["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"]
    assert drawn == [{name: value for name, value in source.items() if name != "sheetId"}]
    tab = google.spreadsheet(BOOK).tab("Data")
    moved = tab.charts[0]["spec"]["basicChart"]["series"][0]["series"]["sourceRange"]["sources"]
    assert moved == [{**source, "endRowIndex": 5}]
    assert tab.protected[0]["range"] == {"sheetId": 0, "startRowIndex": 4, "endRowIndex": 5}
    assert google.values(BOOK, "Data") == [["Ref", "On"], [], [], ["a", 44600], ["b", 44601]]
    assert "sheetId" not in get("fields=sheets.protectedRanges.range")["sheets"][0]["protectedRanges"][0]["range"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"series": []}, "A chart must have at least one series."),
        (
            {"series": [{"targetAxis": "BOTTOM_AXIS"}]},
            "BOTTOM_AXIS is not a valid minor axis for a chart of type LINE.",
        ),
        ({"domains": [{"domain": BOTH_COLUMNS}]}, "Source range must have either a width of 1 or a height of 1."),
        ({"axis": [{"position": "LEFT_AXIS"}] * 2}, "Each axis position can be specified only once."),
    ],
)
def test_a_chart_that_google_would_not_draw_is_refused(batch: Batch, change: dict[str, Any], sentence: str) -> None:
    chart = {"chartType": "LINE", "series": [{"series": ONE_COLUMN}], **change}
    place = {"overlayPosition": {"anchorCell": {"rowIndex": 5}}}
    status, message = batch({"addChart": {"chart": {"spec": {"basicChart": chart}, "position": place}}})
    assert (status, message) == (400, f"Invalid requests[0].addChart: {sentence}")


def test_a_chart_loses_the_ranges_of_a_tab_that_is_gone(google: StandIn, batch: Batch) -> None:
    source = {"sheetId": sheet(google, "More"), "endRowIndex": 1, "endColumnIndex": 1}
    spec = {"basicChart": {"chartType": "LINE", "series": [{"series": {"sourceRange": {"sources": [source]}}}]}}
    batch({"addChart": {"chart": {"chartId": 9, "spec": spec, "position": {"overlayPosition": {"anchorCell": {}}}}}})
    batch({"deleteSheet": {"sheetId": source["sheetId"]}})
    (chart,) = google.spreadsheet(BOOK).tab("Data").charts
    assert chart["spec"]["basicChart"]["series"] == [{"series": {"sourceRange": {"sources": []}}}]
    assert batch({"deleteEmbeddedObject": {"objectId": 9}}) == (200, [{}])


def test_a_request_is_of_one_kind(batch: Batch) -> None:
    _, message = batch({"deleteSheet": {"sheetId": 0}, "addSheet": {}})
    assert message == (
        "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'addSheet'"
    )
    assert batch({}) == (400, "Invalid requests[0]: No request set.")
    assert batch() == (400, "Must specify at least one request.")


def test_what_a_person_protected_is_not_ours_to_change(google: StandIn, batch: Batch) -> None:
    google.person.protect(BOOK, "Data", "A1:B1")
    status, message = batch({"repeatCell": {"range": {"endRowIndex": 1}, "cell": BOLD, "fields": "userEnteredFormat"}})
    assert status == 400
    assert "You are trying to edit a protected cell or object." in message


def test_widths_are_told_with_the_grid(batch: Batch, get: Callable[[str], Any]) -> None:
    columns = {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}
    batch({"updateDimensionProperties": {"range": columns, "properties": {"pixelSize": 220}, "fields": "pixelSize"}})
    found = get("ranges=Data!A1:C1&fields=sheets.data.columnMetadata.pixelSize")
    assert found["sheets"][0]["data"][0]["columnMetadata"] == [
        {"pixelSize": 220},
        {"pixelSize": 220},
        {"pixelSize": 100},
    ]


def test_a_mask_that_names_nothing_is_refused(get: Callable[[str], Any]) -> None:
    error = get("fields=sheets.propertys")["error"]
    assert error["message"] == "Request contains an invalid argument."
    assert error["details"][0]["fieldViolations"][0]["description"] == (
        "Error expanding 'fields' parameter. Cannot find matching fields for path 'sheets.propertys'."
    )
    assert "error" in get("fields=properties, sheets"), "Sheets allows no space, unlike Drive"
