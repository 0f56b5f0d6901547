from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from integration.adapters.google.publishing.desired_state import DesiredTab
from integration.adapters.google.publishing.desired_tabs import build_summary_tabs
from integration.adapters.workbooks.summary_workbook import write_summary
from integration.model import Column, ColumnType, Percent, Summary, SummaryChart, SummaryTable
from integration.publish import build_summary
from tests.unit.integration.adapters.google.publishing.schema import wrong_in
from tests.unit.integration.adapters.workbooks.test_summary_workbook import WORDS, sheet, workbook_of
from tests.unit.integration.publish.cast import (
    count,
    figure,
    hidden_figure,
    make_leaders_view,
    make_settings,
    milestone,
    work_item,
)

EARLIER: dict[str, Any] = {"period": "22", "period_start": date(2022, 6, 27), "period_end": date(2022, 7, 10)}
CHART = SummaryChart("Pulse, by fortnight", "It rose.", ("1", "2"), (("Elm", (0.5, 0.75)),), percent=True)


def whole_summary() -> Summary:
    figures = [figure(team=""), figure(team="", **EARLIER), figure(), hidden_figure(team="oak"), count(12)]
    shown = make_leaders_view(*figures, work_items=[work_item(), milestone()])
    return build_summary(settings=make_settings(), authority="northbrook", view=shown)


def one_table(*rows: tuple[Any, ...], columns: tuple[Column, ...] = (), subtitles: tuple[str, ...] = ()) -> Summary:
    columns = columns or tuple(Column(f"column {place}", ColumnType.TEXT) for place in range(len(rows[0])))
    table = SummaryTable("Pulse", "Pulse: Northbrook", subtitles, columns, rows)
    return Summary("northbrook", "Summary", ("Hello.",), ("Ask Priya Shah.",), (("[c]", "Hidden."),), (table,))


def tab(told: Summary, title: str) -> DesiredTab:
    return next(desired for desired in build_summary_tabs(told) if desired.title == title)


def pattern_of(desired: DesiredTab, row: int, column: int) -> str:
    """Return the number format that a cell ends up with."""
    patterns = [
        each.format.get("numberFormat", {}).get("pattern", "")
        for each in desired.format.cell_formats
        if each.first_row <= row < (each.end_row or row + 1) and each.first_column <= column < (each.end_column or 99)
    ]
    return str(patterns[-1])


def test_the_tabs_are_those_of_the_workbook_and_then_the_charts() -> None:
    titles = [desired.title for desired in build_summary_tabs(whole_summary())]
    assert titles == [*workbook_of(whole_summary()).sheetnames, "Charts"]
    assert [desired.key for desired in build_summary_tabs(whole_summary())] == [f"summary.{title}" for title in titles]


def test_without_charts_there_is_no_tab_of_charts() -> None:
    told = replace(whole_summary(), charts=())
    assert [desired.title for desired in build_summary_tabs(told)] == workbook_of(told).sheetnames


@pytest.mark.parametrize("title", ["Cover", "Contents", "Notes", "Headlines", "Pulse", "Small changes", "Blueprint"])
def test_every_tab_says_what_the_sheet_of_the_workbook_says(title: str) -> None:
    told = replace(whole_summary(), charts=())
    rows = [[cell.value for cell in row] for row in sheet(workbook_of(told), title).iter_rows()]
    cells = tab(told, title).cells
    for row, expected in zip(cells, rows, strict=True):
        for value, same in zip(row, expected, strict=False):
            serial = (same.date() - date(1899, 12, 30)).days if hasattr(same, "date") else same
            assert value == ("" if serial is None else serial)
        assert not [value for value in row[len(expected) :] if value]


def test_contents_name_the_charts_too() -> None:
    cells = tab(whole_summary(), "Contents").cells
    assert list(cells[3:, 0]) == ["Notes", "Headlines", "Pulse", "Small changes", "Blueprint", "Charts"]
    assert cells[-1, 1].startswith("The figures of the tables as lines")


def test_a_sheet_called_charts_keeps_its_name() -> None:
    table = SummaryTable("charts", "Ours", (), (Column("Who", ColumnType.TEXT),), (("Elm",),))
    told = replace(one_table(("x",)), tables=(table,), charts=(CHART,))
    assert [desired.title for desired in build_summary_tabs(told)][-2:] == ["charts", "Charts 2"]


def test_numbers_stay_numbers_beside_signs_and_are_shown_as_in_the_workbook() -> None:
    columns = tuple(Column(name, ColumnType.NUMBER) for name in ("Figure", "Number", "Average"))
    told = one_table((Percent(0.625), 8, 6.25), ("[c]", "[c]", "[x]"), (2.5, 1200, Percent(1)), columns=columns)
    desired = tab(told, "Pulse")
    cells = desired.cells[3:, :3]
    assert cells.tolist() == [[0.625, 8, 6.25], ["[c]", "[c]", "[x]"], [2.5, 1200, 1.0]]
    assert {type(cell) for cell in cells.ravel()} == {float, int, str}
    shown = [[pattern_of(desired, row, column) for column in range(3)] for row in (3, 5)]
    assert shown == [["0%", "#,##0", "0.0"], ["0.0", "#,##0", "0%"]]


def test_many_figures_of_one_kind_are_one_format() -> None:
    rows = [(Percent(0.5),), ("[c]",)] * 500
    assert len(tab(one_table(*rows, columns=(Column("Figure", ColumnType.NUMBER),)), "Pulse").format.cell_formats) == 5


def test_a_day_is_a_number_shown_as_a_day() -> None:
    desired = tab(one_table((date(2022, 6, 30),), ("[z]",), columns=(Column("Done on", ColumnType.DATE),)), "Pulse")
    assert desired.cells[3:, 0].tolist() == [44742, "[z]"]
    assert pattern_of(desired, 3, 0) == "d mmm yyyy"


@pytest.mark.parametrize("words", WORDS)
def test_peoples_words_go_in_as_they_are(words: str) -> None:
    desired = tab(one_table((words, "Elm"), subtitles=(words,)), "Pulse")
    assert (desired.cells[4, 0], desired.cells[1, 0]) == (words, words)


def test_headings_are_frozen_where_that_leaves_room_to_read() -> None:
    few, many = (one_table(("x",), subtitles=("A line.",) * lines) for lines in (3, 4))
    assert (tab(few, "Pulse").format.frozen_rows, tab(many, "Pulse").format.frozen_rows) == (6, 0)


def test_lines_above_a_narrow_table_have_room_to_run_over() -> None:
    line = "What was done last comes first, then the rest in the order of the stages. " * 2
    desired = tab(one_table(("x",), subtitles=(line,)), "Pulse")
    assert sum(desired.format.widths) > 800
    assert desired.cells.shape[1] == len(desired.format.widths) == 2
    assert not any(desired.cells[:, 1])


def test_leaders_tabs_warn_a_person_who_edits_and_have_no_grid() -> None:
    assert {
        (desired.format.protected, desired.format.hides_grid) for desired in build_summary_tabs(whole_summary())
    } == {(True, True)}


def test_there_is_a_width_for_every_column() -> None:
    for desired in build_summary_tabs(whole_summary()):
        assert desired.cells.shape[1] == len(desired.format.widths)
        assert min(desired.format.widths) >= 20


def test_google_knows_every_format_and_chart() -> None:
    formats = [desired.format for desired in build_summary_tabs(whole_summary())]
    assert [problem for each in formats for problem in wrong_in(each)] == []
    assert formats[-1].charts


def test_the_same_summary_gives_the_same_desired_tabs() -> None:
    first, second = build_summary_tabs(whole_summary()), build_summary_tabs(whole_summary())
    assert [desired.format for desired in first] == [desired.format for desired in second]
    assert [desired.cells.tolist() for desired in first] == [desired.cells.tolist() for desired in second]


def test_the_workbook_on_disk_is_the_same_with_charts_and_without() -> None:
    assert write_summary(whole_summary()) == write_summary(replace(whole_summary(), charts=()))
