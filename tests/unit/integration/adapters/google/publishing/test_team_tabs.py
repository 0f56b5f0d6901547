import json
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.adapters.google.publishing.desired_state import DesiredTab
from integration.adapters.google.publishing.desired_tabs import build_team_tab
from integration.adapters.workbooks.cells import CUT_NOTICE, clean_cell_text, clean_cell_texts
from integration.model import Column, ColumnType, Tab
from tests.unit.integration.adapters.google.publishing.schema import wrong_in

NONE = float("nan")


def tab(name: str = "pulse", kind: ColumnType = ColumnType.TEXT, **columns: Any) -> Tab:
    frame = pd.DataFrame(
        {
            key: values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
            for key, values in columns.items()
        }
    )
    return Tab(name, tuple(Column(key, kind) for key in columns), frame)


def below(desired: DesiredTab) -> list[Any]:
    """Return the first column under its heading."""
    return list(desired.cells[1:, 0])


def format_of(desired: DesiredTab, column: int, row: int = 1) -> dict[str, Any]:
    """Return the format that a cell ends up with."""
    formats = [
        each.format
        for each in desired.format.cell_formats
        if each.first_row <= row < (each.end_row or row + 1) and each.first_column <= column < (each.end_column or 99)
    ]
    return dict(formats[-1])


def test_headings_stand_above_the_rows_and_the_tab_keeps_its_name() -> None:
    desired = build_team_tab(tab(team=["Elm", "Oak"], said=["yes", None]))
    assert desired.cells.tolist() == [["team", "said"], ["Elm", "yes"], ["Oak", ""]]
    assert (desired.key, desired.title) == ("pulse", "pulse")


def test_a_tab_without_rows_has_its_headings() -> None:
    desired = build_team_tab(tab(team=[], said=[]))
    assert desired.cells.tolist() == [["team", "said"]]
    assert len(desired.format.widths) == 2


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 20 7946 0000", "007", "1e5", "2022-07-01", "TRUE", "'x", " x ", "two\nx"]
)
@pytest.mark.parametrize("dtype", [object, "str"])
def test_text_is_never_changed(text: str, dtype: Any) -> None:
    assert below(build_team_tab(tab(said=pd.Series([text, "x", None, text], dtype=dtype)))) == [text, "x", "", text]


@given(st.lists(st.text()))
def test_all_text_can_be_sent_as_it_is(said: list[str]) -> None:
    cells = below(build_team_tab(tab(said=said)))
    assert len(cells) == len(said)
    assert json.loads(json.dumps(cells, ensure_ascii=False).encode()) == cells
    assert not [cell for cell in cells if set(cell) & {"\x00", "\r", "\ud800"}]


@given(st.lists(st.text()), st.integers(100, 200))
def test_many_texts_are_cleaned_as_each_of_them_is(said: list[str], longest: int) -> None:
    assert clean_cell_texts(said, longest=longest) == [clean_cell_text(text, longest=longest) for text in said]


@pytest.mark.parametrize("letter", ["a", "\N{PARTY POPPER}"])
def test_text_too_long_for_a_cell_is_cut_with_a_sign(letter: str) -> None:
    fits = letter * (50_000 // len(letter.encode("utf-16-le")) * 2)
    kept, cut = below(build_team_tab(tab(said=[fits, fits + "z"])))
    assert kept == fits
    assert cut.endswith(CUT_NOTICE)
    assert len(cut.encode("utf-16-le")) <= 100_000


@pytest.mark.parametrize(
    ("day", "cell"),
    [
        (date(1900, 3, 1), 61),
        (date(2022, 7, 31), 44773),
        (date(1900, 2, 28), "1900-02-28"),
        (None, ""),
        (pd.NaT, ""),
        (pd.Timestamp("2022-07-31"), 44773),
    ],
)
def test_a_day_is_its_serial_number_and_text_where_programs_disagree(day: Any, cell: Any) -> None:
    assert below(build_team_tab(tab(kind=ColumnType.DATE, on=[day]))) == [cell]


def test_a_column_of_days_gives_serial_numbers() -> None:
    days = pd.Series(["2022-07-31", "NaT", "1899-12-31"], dtype="datetime64[s]")
    assert below(build_team_tab(tab(kind=ColumnType.DATE, on=days))) == [44773, "", "1899-12-31"]


@pytest.mark.parametrize("kind", [ColumnType.NUMBER, ColumnType.INTEGER])
def test_numbers_are_numbers_and_what_is_none_is_empty(kind: ColumnType) -> None:
    values = pd.array([4, None], dtype="Int64")
    assert below(build_team_tab(tab(kind=kind, n=[0.5, 3, NONE, None, np.inf, -np.inf]))) == [0.5, 3.0, "", "", "", ""]
    assert below(build_team_tab(tab(kind=kind, n=pd.Series(values)))) == [4.0, ""]


def test_numbers_in_a_column_of_text_stay_numbers_and_the_column_is_not_called_text() -> None:
    desired = build_team_tab(tab(period=[23, "baseline", "7", None, NONE, np.inf]))
    assert below(desired) == [23, "baseline", "7", "", "", ""]
    assert "numberFormat" not in format_of(desired, 0)


def test_what_looks_like_a_number_stays_text_when_it_is_edited() -> None:
    assert format_of(build_team_tab(tab(ref=["007"])), 0)["numberFormat"] == {"type": "TEXT", "pattern": "@"}


def test_days_and_whole_numbers_are_shown_as_such() -> None:
    columns = (
        Column("on", ColumnType.DATE),
        Column("fortnight", ColumnType.INTEGER),
        Column("hours", ColumnType.NUMBER),
    )
    frame = pd.DataFrame({"on": [date(2022, 7, 31)], "fortnight": [23], "hours": [7.5]})
    desired = build_team_tab(Tab("pulse", columns, frame))
    patterns = [format_of(desired, place).get("numberFormat", {}).get("pattern") for place in range(3)]
    assert patterns == ["dd mmm yyyy", "0", None]
    assert [format_of(desired, place)["horizontalAlignment"] for place in range(3)] == ["LEFT", "RIGHT", "RIGHT"]


def test_headings_are_frozen_bold_and_filled() -> None:
    desired = build_team_tab(tab(team=["Elm"], said=["yes"]))
    heading = format_of(desired, 1, row=0)
    assert desired.format.frozen_rows == 1
    assert heading["textFormat"]["bold"]
    assert heading["backgroundColorStyle"] == {"rgbColor": {"red": 232 / 255, "green": 237 / 255, "blue": 242 / 255}}
    assert "backgroundColorStyle" not in format_of(desired, 1)


def test_where_a_person_types_it_is_yellow_and_stays_as_it_was_typed() -> None:
    desired = build_team_tab(tab("needs_attention", key=["r1"], correction=[None]))
    entry = format_of(desired, 1, row=500)
    assert entry["numberFormat"]["type"] == "TEXT"
    assert entry["backgroundColorStyle"] == {"rgbColor": {"red": 1.0, "green": 246 / 255, "blue": 214 / 255}}
    assert desired.format.widths[1] >= 180


def test_a_format_goes_on_to_the_end_of_the_tab_however_it_grows() -> None:
    desired = build_team_tab(tab(team=["Elm"], said=["yes"]))
    assert {each.end_row for each in desired.format.cell_formats} == {1, None}


def test_columns_are_as_wide_as_their_content_up_to_a_width_at_which_prose_is_wrapped() -> None:
    desired = build_team_tab(tab(key=["r1"], response_id=["r" * 24], said=["a long story " * 20], token=["x" * 400]))
    short, middle, long, code = desired.format.widths
    assert 60 <= short < middle < long == code <= 400
    assert format_of(desired, 2)["wrapStrategy"] == "WRAP"
    assert format_of(desired, 3)["wrapStrategy"] == "CLIP"


def test_an_answer_more_leaves_every_format_as_it_was() -> None:
    before, after = tab(said=["Duty", None]), tab(said=["Duty", None, "Calm now"])
    assert build_team_tab(before).format.cell_formats == build_team_tab(after).format.cell_formats


def test_google_knows_every_format() -> None:
    columns = {kind: Column(kind, kind) for kind in ColumnType}
    frame = pd.DataFrame({kind: pd.Series([None], dtype=object) for kind in ColumnType} | {"correction": ["x"]})
    whole = Tab("needs_attention", (*columns.values(), Column("correction", ColumnType.TEXT)), frame)
    assert wrong_in(build_team_tab(whole).format) == []
