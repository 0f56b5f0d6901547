"""Changes of a heading row are notices; only a missing key column stops a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration.landing.headings import (
    HeadingCheck,
    check_headings,
    count_days_from_1904,
    describe_renamed_tab,
    restore_lost_columns,
)
from integration.model import Cell, DateCell, SheetReading
from integration.text_format import format_column_letters
from tests.unit.integration.landing.cast import SHEET

if TYPE_CHECKING:
    from config.schema import Settings

YAML = "sheets/small_changes.yaml:fields"
Row = tuple[Cell | DateCell, ...]


def locate(*steps: object) -> str:
    return f"sheets/small_changes.yaml:{'.'.join(map(str, steps))}"


def check(*rows: Row, before: Row | None = None) -> HeadingCheck:
    earlier = SheetReading((before,)) if before else None
    return check_headings(SHEET, SheetReading(rows), before=earlier, locate=locate)


def test_headings_as_configured_in_any_order_are_fine() -> None:
    assert check((" team ", None, "HOURS  saved", "ref"), ("Elm",)) == HeadingCheck(None, ())


def test_a_sheet_without_its_key_column_cannot_be_read() -> None:
    error = check(("Team", "Hours saved", DateCell("2022-03-01"), 2022.0)).error
    assert error is not None
    assert "“Ref”" in error
    assert "“2022”" in error
    assert f"{YAML}.ref.heading" in error


def test_headings_below_a_title_are_told_to_be_the_first_row() -> None:
    error = str(check(("Our small changes, spring 2022",), (), (None, "Ref", "Team", "Hours saved")).error)
    assert "“Our small changes, spring 2022”" in error
    assert "must be the first row" in error


def test_bare_days_of_a_workbook_of_the_1904_system_are_counted_from_there(settings: Settings) -> None:
    sheet = settings.sheets["small_changes"]
    rows = (("Ref", "Designed on", "Hours saved a week"), ("SC-1", 43028.5, 43028.0), ("SC-2", " 43055", "many"))
    counted = count_days_from_1904(sheet, SheetReading(rows, counts_from_1904=True))
    assert counted.rows[1:] == (
        ("SC-1", DateCell("2021-10-21"), 43028.0),
        ("SC-2", DateCell("2021-11-17"), "many"),
    )
    assert count_days_from_1904(sheet, SheetReading(rows)).rows == rows
    untouched = ((*rows[0],), ("SC-1", True, 1.0), ("SC-2", "43028x", None), ("SC-3", 100.0, None))
    assert count_days_from_1904(sheet, SheetReading(untouched, counts_from_1904=True)).rows == untouched


@pytest.mark.parametrize("rows", [(), ((),)])
def test_an_empty_tab_cannot_be_read(rows: tuple[Row, ...]) -> None:
    assert "no headings" in str(check(*rows).error)


def test_another_missing_heading_is_a_notice_that_names_what_might_be_it() -> None:
    (text,) = check(("Ref", "Team", "Hours saved a week")).notices
    assert "Column “Hours saved” of field hours_saved: it is not there" in text
    assert "“Hours saved a week”" in text
    assert f"{YAML}.hours_saved.heading" in text


def test_an_erased_heading_is_a_notice_with_its_column_and_once() -> None:
    (text,) = check(("Ref", "", "Hours saved"), ("SC-1", "Elm"), before=("Ref", "Team", "Hours saved")).notices
    assert "its heading in column B is blank now" in text


def test_values_under_no_heading_are_a_notice_and_never_an_error() -> None:
    found = check(("Ref", "Team", "Hours saved", " "), ("SC-1", "Elm", 2.0, "eh", None, "there"), ())
    assert found.error is None
    assert [text[:20] for text in found.notices] == ["Column D has values ", "Column F has values "]


def test_a_doubled_heading_is_a_notice_with_its_columns() -> None:
    (text,) = check(("Ref", "Team", "Hours saved", "team")).notices
    assert text.startswith(f"The heading “Team” ({YAML}.team.heading) stands over column B, which counts, and over D")


def test_moved_columns_are_one_notice_and_nothing_is_to_do() -> None:
    before: Row = ("Ref", "Team", None, "Hours saved")
    (one,) = check(("Ref", "Team", "Hours saved"), before=before).notices
    assert one == "Column “Hours saved” moved from D to C; nothing to do."
    (several,) = check(("New", "Ref", "Team", "Hours saved"), before=before).notices
    assert several == "Columns: “Ref” moved from A to B, “Team” moved from B to C; nothing to do."


def test_a_renamed_tab_is_a_notice_with_the_line_of_its_name() -> None:
    text = describe_renamed_tab("Small changes", "Changes", "sheets/small_changes.yaml:9")
    assert text.startswith("The tab “Small changes” is now called “Changes”: it was read all the same")
    assert "sheets/small_changes.yaml:9" in text


@pytest.mark.parametrize(
    ("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (18277, "ZZZ")]
)
def test_columns_are_called_as_a_spreadsheet_calls_them(at: int, letters: str) -> None:
    assert format_column_letters(at) == letters


def test_a_lost_column_keeps_what_its_rows_had_wherever_they_stand() -> None:
    before = SheetReading((("Ref", "Team", "Hours saved"), ("SC-1", "Elm", 2.0), ("SC-2", "Oak", 3.0)))
    now = SheetReading((("Team", "Ref"), ("Oak", " sc-2 "), ("Elm", "SC-1"), ("Elm", "SC-3")))
    kept = restore_lost_columns(SHEET, before, now)
    assert kept.rows == (
        ("Team", "Ref", "Hours saved"), ("Oak", " sc-2 ", 3.0), ("Elm", "SC-1", 2.0), ("Elm", "SC-3", None),
    )  # fmt: skip
    assert restore_lost_columns(SHEET, kept, now) == kept
    assert restore_lost_columns(SHEET, before, before) == before
    assert restore_lost_columns(SHEET, None, now) == now
