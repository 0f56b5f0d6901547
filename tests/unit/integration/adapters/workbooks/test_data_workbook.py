import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from integration.adapters.workbooks.cells import CUT_NOTICE, LONGEST_TEXT, clean_cell_text
from integration.adapters.workbooks.data_workbook import write_workbook
from integration.errors import RenderError
from integration.model import Column, ColumnType, Tab

DANGEROUS = [
    "=1+1", "+44 20 7946 0000", "-3", "@SUM(A1)", "{=1}", '=HYPERLINK("http://a.example")', "007", "1e5", "12",
    "2022-07-01", "TRUE", "#N/A", "http://a.example", "https://a.example", "mailto:a@b.example", "internal:A1!A1",
    "'quoted", "_x000D_", "_x0041_", "_x005F_", "&amp;", "<b>", "]]>", " both ends ", "\ttab", "two\nlines", "\u200f",
]  # fmt: skip


def tab(name: str = "pulse", kind: ColumnType = ColumnType.TEXT, **columns: Any) -> Tab:
    frame = pd.DataFrame({key: pd.Series(list(values), dtype=object) for key, values in columns.items()})
    return Tab(name, tuple(Column(key, kind) for key in columns), frame)


def sheet(workbook: bytes, name: str = "pulse") -> Worksheet:
    found = openpyxl.load_workbook(io.BytesIO(workbook))[name]
    assert isinstance(found, Worksheet)
    return found


def texts(workbook: bytes, name: str = "pulse") -> list[Any]:
    """Return the first column under its heading; openpyxl does not read escaped characters, calamine does."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_name(name).to_python()
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_always_text(text: str) -> None:
    workbook = write_workbook([tab(said=[text, "the end"])])
    cell = sheet(workbook)["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert texts(workbook)[0] == text


@given(st.lists(st.one_of(st.text(), st.sampled_from(DANGEROUS)), min_size=1, max_size=8))
def test_any_text_at_all_comes_back_as_the_same_text(said: list[str]) -> None:
    workbook = write_workbook([tab(said=[*said, "the end"])])
    assert texts(workbook) == [*(clean_cell_text(text) for text in said), "the end"]
    cells = [row[0] for row in sheet(workbook).iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


@given(st.text())
def test_cleaning_changes_only_what_no_workbook_can_hold(text: str) -> None:
    cleaned = clean_cell_text(text)
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(cleaned) == len(kept)
    assert all(new in (old, "\ufffd") for old, new in zip(kept, cleaned, strict=True))
    assert clean_cell_text(cleaned) == cleaned


@pytest.mark.parametrize("forbidden", ["\x00", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_forbids_is_replaced_where_everybody_sees_it(forbidden: str) -> None:
    assert texts(write_workbook([tab(said=[f"a{forbidden}b"])])) == ["a\ufffdb"]


@pytest.mark.parametrize("letter", ["x", "\U0001f600"])
def test_a_text_too_long_for_a_cell_is_cut_with_a_mark(letter: str) -> None:
    (text,) = texts(write_workbook([tab(said=[letter * 40_000])]))
    assert text.endswith(CUT_NOTICE)
    assert len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert text.startswith(letter * 16_000)


def test_the_longest_text_of_all_is_not_cut() -> None:
    assert texts(write_workbook([tab(said=["x" * LONGEST_TEXT])])) == ["x" * LONGEST_TEXT]


def test_dates_are_dates_whatever_the_frame_made_of_them() -> None:
    kinds = [date(2022, 3, 1), pd.Timestamp("2022-03-01"), datetime(2022, 3, 1, 23, 0, tzinfo=UTC)]
    timestamps = pd.DataFrame({"on": pd.to_datetime(pd.Series(["2022-03-01", None], dtype="str"))})
    workbook = write_workbook(
        [
            tab(kind=ColumnType.DATE, on=[*kinds, None, pd.NaT]),
            Tab("teams", (Column("on", ColumnType.DATE),), timestamps),
        ]
    )
    cells = [cell for row in sheet(workbook).iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells if cell.value] == [datetime(2022, 3, 1)] * 3  # noqa: DTZ001  # openpyxl's
    assert all(cell.is_date and cell.number_format == "dd mmm yyyy" for cell in cells if cell.value)
    assert sheet(workbook, "teams")["A2"].is_date
    assert sheet(workbook, "teams")["A3"].value is None


def test_a_day_that_spreadsheets_do_not_know_is_kept_as_text() -> None:
    workbook = write_workbook([tab(kind=ColumnType.DATE, on=[date(202, 3, 1), date(1900, 2, 28), date(2022, 3, 1)])])
    assert [sheet(workbook)[f"A{row}"].value for row in (2, 3)] == ["0202-03-01", "1900-02-28"]
    assert sheet(workbook)["A4"].is_date


@pytest.mark.parametrize("dtype", ["Int64", "float64", object])
def test_whole_numbers_have_no_decimals_and_nothing_is_an_empty_cell(dtype: Any) -> None:
    none = float("nan") if dtype == "float64" else None
    frame = pd.DataFrame({"fortnight": pd.Series([23, none], dtype=dtype)})
    found = sheet(write_workbook([Tab("pulse", (Column("fortnight", ColumnType.INTEGER),), frame)]))
    assert (found["A2"].value, found["A2"].number_format) == (23, "0")
    assert found["A3"].value is None


def test_numbers_keep_every_digit_and_no_number_is_infinite() -> None:
    found = sheet(write_workbook([tab(kind=ColumnType.NUMBER, share=[1 / 3, float("inf"), 8.0])]))
    assert [found[f"A{row}"].value for row in (2, 3, 4)] == [1 / 3, None, 8]


def test_a_column_may_hold_numbers_among_texts() -> None:
    found = sheet(write_workbook([tab(period=[23, "baseline", "7", None], team=["Elm", None, "", "Oak"])]))
    assert [(cell.value, cell.data_type) for cell in found["A"][1:4]] == [(23, "n"), ("baseline", "s"), ("7", "s")]
    assert [cell.value for cell in found["B"][1:]] == ["Elm", None, None, "Oak"]


def test_headings_are_bold_frozen_and_can_be_filtered_also_over_no_rows() -> None:
    workbook = write_workbook([tab(team=["Elm"], said=["yes"]), tab("families", team=[], said=[])])
    for name, filtered in (("pulse", "A1:B2"), ("families", "A1:B1")):
        found = sheet(workbook, name)
        assert [cell.value for cell in found[1]] == ["team", "said"]
        assert all(cell.font.bold for cell in found[1])
        assert (found.freeze_panes, found.auto_filter.ref) == ("A2", filtered)


def test_tabs_stand_in_their_order() -> None:
    workbook = write_workbook([tab("pulse", a=[1]), tab("families", a=[1]), tab("measures", a=[1])])
    assert openpyxl.load_workbook(io.BytesIO(workbook)).sheetnames == ["pulse", "families", "measures"]


def test_columns_are_as_wide_as_their_content_up_to_a_width_at_which_text_is_wrapped() -> None:
    found = sheet(write_workbook([tab(key=["r1"], response_id=["r" * 30], said=["a long story " * 20])]))
    short, middle, long = (found.column_dimensions[letter].width for letter in "ABC")
    assert 8 <= short < middle < long < 60
    assert found["C2"].alignment.wrap_text
    assert (found.row_dimensions[2].height or 0) > 60


def test_where_a_person_types_everything_stays_as_it_was_typed() -> None:
    found = sheet(write_workbook([tab("needs_attention", key=["r1"], correction=[None])]), "needs_attention")
    assert found.column_dimensions["B"].number_format == "@"


def test_the_same_tabs_give_the_same_bytes_and_say_nothing_of_the_time() -> None:
    first, second = (write_workbook([tab(period=[1, "baseline"]), tab("measures", a=["x"])]) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert b"created" not in parts.read("docProps/core.xml")
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_tab_that_no_workbook_can_hold_is_refused_by_name() -> None:
    with pytest.raises(RenderError, match=r"“a_key_that_is_much_too_long_for_it”.*at most 31 characters"):
        write_workbook([tab("a_key_that_is_much_too_long_for_it", a=[1])])


def test_many_rows_are_written_as_few_are(tmp_path: Path) -> None:
    said = [DANGEROUS[number % len(DANGEROUS)] for number in range(5_000)]
    frame = pd.DataFrame({"said": said, "n": [float(number) for number in range(5_000)]})
    many = Tab("pulse", (Column("said", ColumnType.TEXT), Column("n", ColumnType.NUMBER)), frame)
    (tmp_path / "data.xlsx").write_bytes(write_workbook([many]))
    assert texts((tmp_path / "data.xlsx").read_bytes()) == said
