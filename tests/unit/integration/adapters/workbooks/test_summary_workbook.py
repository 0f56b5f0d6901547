import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from integration.adapters.workbooks.cells import clean_cell_text
from integration.adapters.workbooks.summary_workbook import write_summary
from integration.model import Column, ColumnType, Percent, Summary, SummaryTable
from integration.publish import build_summary
from tests.example_counts import example_count
from tests.unit.integration.publish.cast import (
    count,
    figure,
    hidden_figure,
    make_leaders_view,
    make_settings,
    milestone,
    work_item,
)

WORDS = ["=1+1", "*", "???", "[note]", "{1}", "$$note$$", "[click](http://a.example)", "http://a.example", "  x  ", "-"]


def workbook_of(told: Summary) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_summary(told)))


def whole_summary() -> Summary:
    figures = [figure(team=""), figure(), hidden_figure(team="oak"), count(12)]
    shown = make_leaders_view(*figures, work_items=[work_item(), milestone()])
    return build_summary(settings=make_settings(), authority="northbrook", view=shown)


def one_table(*rows: tuple[Any, ...], columns: tuple[Column, ...] = (), **changes: Any) -> Summary:
    columns = columns or tuple(Column(f"column {place}", ColumnType.TEXT) for place in range(len(rows[0])))
    table = SummaryTable("Pulse", "Pulse: Northbrook", ("What the teams say.",), columns, rows)
    told: dict[str, Any] = {
        "authority": "northbrook",
        "title": "Summary for Northbrook",
        "introduction": ("Hello.",),
        "contact": ("Ask Priya Shah.",),
        "notes": (("[c]", "Hidden."),),
        "tables": (table,),
    }
    return Summary(**{**told, **changes})


def sheet(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def table_rows(found: Worksheet) -> list[list[Any]]:
    """Return the cells under the headings of the sheet's one table."""
    ((_, place),) = found.tables.items()
    return [[cell.value for cell in row] for row in found[place][1:]]


def test_cover_contents_and_notes_come_first() -> None:
    names = ["Cover", "Contents", "Notes", "Headlines", "Pulse", "Small changes", "Blueprint"]
    assert workbook_of(whole_summary()).sheetnames == names


def test_every_sheet_but_the_cover_has_one_table_marked_as_one_from_headings_to_the_end() -> None:
    for found in workbook_of(whole_summary()).worksheets[1:]:
        ((_, place),) = found.tables.items()
        headings = [cell.value for cell in found[place][0]]
        assert all(headings)
        assert place.split(":")[1] == f"{'ABCDEFGHI'[len(headings) - 1]}{found.max_row}"


def test_no_cell_of_a_table_is_blank() -> None:
    for found in workbook_of(whole_summary()).worksheets[1:]:
        assert not [cell for row in table_rows(found) for cell in row if cell is None or not str(cell).strip()]


def test_nothing_is_frozen_filtered_merged_or_hidden_and_reading_begins_at_the_top() -> None:
    for found in workbook_of(whole_summary()).worksheets:
        assert (found.freeze_panes, found.auto_filter.ref, list(found.merged_cells.ranges)) == (None, None, [])
        assert found.sheet_state == "visible"
        assert found.sheet_view.selection[0].activeCell in (None, "A1")
        assert found.column_dimensions["A"].width >= 8


@pytest.mark.parametrize("name", ["t1", "R1C1", "A1", "Zürich 2022!"])
def test_a_sheet_named_like_a_cell_still_has_its_table(name: str) -> None:
    table = SummaryTable(name, "A title", (), (Column("Figure", ColumnType.NUMBER),), ((1,),))
    found = sheet(workbook_of(one_table(("x",), tables=(table,))), name)
    assert len(found.tables) == 1


def test_headings_that_differ_only_in_case_do_not_unmark_the_table() -> None:
    columns = (Column("Owner", ColumnType.TEXT), Column("owner", ColumnType.TEXT))
    found = sheet(workbook_of(one_table(("Sam", "Jo"), columns=columns)), "Pulse")
    assert [cell.value for cell in found[4]] == ["Owner", "owner 2"]
    assert table_rows(found) == [["Sam", "Jo"]]


def test_numbers_stay_numbers_beside_signs() -> None:
    columns = tuple(Column(name, ColumnType.NUMBER) for name in ("Figure", "Number", "Average"))
    told = one_table((Percent(0.625), 8, 6.25), ("[c]", "[c]", "[x]"), columns=columns)
    found = sheet(workbook_of(told), "Pulse")
    assert table_rows(found) == [[0.625, 8, 6.25], ["[c]", "[c]", "[x]"]]
    assert [cell.number_format for cell in found[5]] == ["0%", "#,##0", "0.0"]
    assert [cell.alignment.horizontal for row in found["A5:C6"] for cell in row] == ["right"] * 6


def test_days_are_dates_and_a_day_that_does_not_apply_is_a_sign() -> None:
    told = one_table((date(2022, 6, 30),), ("[z]",), columns=(Column("Done on", ColumnType.DATE),))
    found = sheet(workbook_of(told), "Pulse")
    assert table_rows(found) == [[datetime(2022, 6, 30)], ["[z]"]]  # noqa: DTZ001  # openpyxl's dates are naive
    assert found["A5"].number_format == "d mmm yyyy"


@pytest.mark.parametrize("words", WORDS)
def test_peoples_words_go_in_as_they_are(words: str) -> None:
    found = sheet(workbook_of(one_table((words, "Elm"))), "Pulse")
    assert (found["A5"].value, found["A5"].data_type, found["A5"].hyperlink) == (words, "s", None)


@settings(max_examples=example_count(10), deadline=None)
@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_any_words_at_all_go_in_as_they_are(words: str) -> None:
    told = one_table((words, "Elm"), introduction=(words,), contact=(words,), notes=(("word", words),))
    found = sheet(workbook_of(told), "Pulse")
    assert found["A5"].data_type == "s"
    # openpyxl leaves out what stands before an escaped underscore.
    assert (found["A5"].value or "").replace("x005F_", "") == clean_cell_text(words).replace("x005F_", "")


def test_markup_above_a_table_is_no_markup() -> None:
    words = "See [this](http://a.example) and $$that$$, =now."
    table = SummaryTable("Pulse", words, (words,), (Column("Who", ColumnType.TEXT),), (("Elm",),))
    told = one_table(("x",), tables=(table,), title=words, introduction=(words,), contact=(words,))
    book = workbook_of(told)
    assert book["Pulse"]["A1"].value == "See [this](http://a.example) and $ $that$ $, =now."
    assert book["Cover"]["A1"].value == words
    assert book["Cover"]["A1"].hyperlink is None


def test_contents_lead_to_every_sheet() -> None:
    found = sheet(workbook_of(whole_summary()), "Contents")
    links = {str(cell.value): cell.hyperlink.location for cell in found["A"] if cell.hyperlink}
    assert links["Small changes"] == "'Small changes'!A1"
    assert list(links) == ["Notes", "Headlines", "Pulse", "Small changes", "Blueprint"]
    assert table_rows(found)[2] == ["Pulse", "What the teams say every two weeks."]


def test_the_document_says_what_it_is_and_whom_to_ask() -> None:
    properties = workbook_of(whole_summary()).properties
    assert properties.title == "Change Crescendo: summary for Northbrook"
    assert properties.creator == "Ask Priya Shah at priya@programme.example."


def test_what_is_hidden_is_nowhere_in_the_file() -> None:
    oak = hidden_figure(team="oak")
    shown = make_leaders_view(figure(), oak)
    told = build_summary(settings=make_settings(), authority="northbrook", view=shown)
    found = sheet(workbook_of(told), "Pulse")
    assert table_rows(found)[1][2:8] == ["Oak", "[c]", "[c]", "[c]", "[c]", "[c]"]
    with zipfile.ZipFile(io.BytesIO(write_summary(told))) as parts:
        everything = "".join(parts.read(name).decode() for name in parts.namelist())
    # Elm's own figure is there, so that the search can find something.
    assert "0.625" in everything
    assert "nan" not in everything.casefold().replace("dominant", "")


def test_nothing_of_another_authority_is_in_the_file() -> None:
    next_door = figure(team="rowan", authority="southmere", value=0.1112)
    shown = make_leaders_view(figure(), next_door)
    written = write_summary(build_summary(settings=make_settings(), authority="northbrook", view=shown))
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        everything = "".join(parts.read(name).decode() for name in parts.namelist()).casefold()
    assert not [name for name in ("southmere", "rowan", "0.1112") if name in everything]


def test_the_same_summary_gives_the_same_bytes() -> None:
    assert write_summary(whole_summary()) == write_summary(whole_summary())
