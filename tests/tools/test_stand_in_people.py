"""What people do in their browser, what a sample brings, what a download gives."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.fakes.google import StandIn
from tests.fakes.google.__main__ import settings
from tests.fakes.google.cells import Formula, shown
from tests.fakes.google.sample import add_sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.google.person_edits import Typed

BOOK = "book-0123456789"
SAMPLE = Path(__file__).parents[2] / "config" / "sample"


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        rows: list[list[Typed]] = [
            ["Ref", "On", "Hours"],
            ["b", date(2022, 3, 1), 2],
            ["a", "soon", 1.5],
            ["", None, 7],
        ]
        running.add_spreadsheet(BOOK, "Book", {"Data": rows, "More": [["x"]]})
        yield running


def test_people_type_move_and_sort(google: StandIn) -> None:
    person = google.person
    person.type(BOOK, "Data", "C3", "")
    person.insert_row(BOOK, "Data", 2, ["c", date(2022, 3, 2)])
    person.sort(BOOK, "Data", "A")
    assert google.values(BOOK, "Data") == [
        ["Ref", "On", "Hours"], ["a", "soon"], ["b", 44621, 2], ["c", 44622], ["", "", 7],
    ]  # fmt: skip
    tab = google.spreadsheet(BOOK).tab("Data")
    assert [shown(tab.value(row, 1), tab.format_at(row, 1)) for row in (2, 3)] == ["01/03/2022", "02/03/2022"]
    person.move_column(BOOK, "Data", "C", to="A")
    person.delete_rows(BOOK, "Data", 2, count=2)
    assert google.values(BOOK, "Data") == [["Hours", "Ref", "On"], ["", "c", 44622], [7]]
    person.delete_column(BOOK, "Data", "B")
    person.insert_column(BOOK, "Data", "A", ["New"])
    assert google.values(BOOK, "Data") == [["New", "Hours", "On"], ["", "", 44622], ["", 7]]


def test_people_rearrange_tabs(google: StandIn) -> None:
    before = google.file(BOOK).modified_at
    google.person.move_tab(BOOK, "More", 0)
    google.person.rename_tab(BOOK, "More", "Most")
    google.person.add_tab(BOOK, "Last", [["y"]])
    google.person.hide_tab(BOOK, "Data")
    google.person.clear(BOOK, "Most")
    assert [(tab.title, tab.hidden) for tab in google.spreadsheet(BOOK).tabs] == [
        ("Most", False), ("Data", True), ("Last", False),
    ]  # fmt: skip
    google.person.delete_tab(BOOK, "Last")
    assert google.values(BOOK, "Most") == []
    assert google.file(BOOK).modified_at > before
    with pytest.raises(KeyError):
        google.values(BOOK, "Last")


def test_a_download_has_days_as_days_and_text_as_text(google: StandIn, tmp_path: Path) -> None:
    google.person.paste(BOOK, "More", "A2", [["=1+1", True, 2.5], [datetime(2022, 3, 1, 12, 30)]])  # noqa: DTZ001  # a cell has no zone
    google.export(BOOK, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert [list(row) for row in book["Data"].iter_rows(values_only=True)][1] == ["b", datetime(2022, 3, 1), 2]  # noqa: DTZ001
    assert [list(row) for row in book["More"].iter_rows(values_only=True)][1:] == [
        ["=1+1", True, 2.5], [datetime(2022, 3, 1, 12, 30), None, None],  # noqa: DTZ001
    ]  # fmt: skip
    assert book["More"]["A2"].data_type == "s"


def test_a_sample_stands_here_as_it_was_downloaded(google: StandIn) -> None:
    spreadsheet_id = add_sample(google, SAMPLE)["sheets"]["register"]
    book = openpyxl.load_workbook(SAMPLE / "sheets" / "register.xlsx")
    spreadsheet = google.spreadsheet(spreadsheet_id)
    assert [tab.title for tab in spreadsheet.tabs] == book.sheetnames
    for tab in spreadsheet.tabs:
        for cell in (cell for row in book[tab.title].iter_rows() for cell in row if cell.value not in (None, "")):
            found = tab.value(cell.row - 1, cell.column - 1)
            if isinstance(cell.value, datetime):
                assert isinstance(found, int), cell.coordinate
                assert shown(found, tab.format_at(cell.row - 1, cell.column - 1)) == cell.value.strftime("%d/%m/%Y")
            else:
                assert (found.text if isinstance(found, Formula) else found) == cell.value, cell.coordinate


def test_all_that_the_main_job_needs_is_set_up_at_once(google: StandIn) -> None:
    facts = settings(google, SAMPLE, ["northbrook", "southmere"])
    assert set(facts["forms"]) == {"change_idea", "families", "pulse", "time_and_barriers"}
    for spreadsheet_id in (facts["publish"]["data"], *facts["publish"]["summary"].values()):
        assert [tab.title for tab in google.spreadsheet(spreadsheet_id).tabs] == ["Sheet1"]


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "text"),
    [
        (0.256, "PERCENT", "0%", "26%"),
        (1234.5, "NUMBER", "#,##0.00", "1,234.50"),
        (2.5, "NUMBER", "0.##", "2.5"),
        (2, "NUMBER", "0.##", "2"),
        (44621.75, "DATE_TIME", "yyyy-mm-dd hh:mm", "2022-03-01 18:00"),
        (44621, "DATE", "dddd d mmmm yyyy", "Tuesday 1 March 2022"),
        (1e21, "", "", "1E+21"),
        (0.1, "", "", "0.1"),
        ("=x", "DATE", "yyyy", "=x"),
        (Formula("=1>0", result=True), "", "", "TRUE"),
        (None, "", "", ""),
    ],
)
def test_values_are_shown_by_their_format(
    value: float | str | Formula | None, kind: str, pattern: str, text: str
) -> None:
    form = {"type": kind, "pattern": pattern} if kind else {}
    assert shown(value, {"userEnteredFormat": {"numberFormat": form}}) == text
