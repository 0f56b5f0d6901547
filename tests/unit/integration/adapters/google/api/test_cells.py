"""What a cell at Google shows, by its number format or by its words."""

from __future__ import annotations

import pytest

from integration.adapters.google.api.cells import list_cells, read_by_words, read_plain, read_shown, trim
from integration.model import DateCell, FailedCell, SheetCell


def number(value: float, kind: str = "", pattern: str = "") -> dict[str, object]:
    given = {name: each for name, each in (("type", kind), ("pattern", pattern)) if each}
    return {"effectiveValue": {"numberValue": value}, "effectiveFormat": {"numberFormat": given} if given else {}}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (number(0.25, "PERCENT", "0%"), "25%"),
        (number(0.25, "PERCENT"), "25.00%"),
        (number(0.25, "NUMBER", "0.0%"), "25.0%"),
        (number(5.5 / 24, "TIME", "h:mm"), "5:30"),
        (number(5.5 / 24, "TIME"), "05:30:00"),
        (number(1.25, "TIME", "[h]:mm:ss"), "30:00:00"),
        (number(44490, "DATE", "dd/mm/yyyy"), DateCell("2021-10-21")),
        (number(44490.5, "DATE_TIME"), DateCell("2021-10-21 12:00")),
        (number(44490.5, "DATE"), DateCell("2021-10-21")),
        (number(2, "DATE"), DateCell("1900-01-01")),
        (number(1e9, "DATE"), FailedCell("########")),
        (number(2.5, "CURRENCY", '"£"#,##0.00'), 2.5),
        (number(2), 2.0),
        ({"effectiveValue": {"stringValue": "#N/A"}}, "#N/A"),
        ({"effectiveValue": {"stringValue": ""}}, None),
        ({"effectiveValue": {"boolValue": False}}, False),
        ({"effectiveValue": {"errorValue": {"type": "N_A"}}}, FailedCell("#N/A")),
        ({"effectiveValue": {"errorValue": {"type": "SPILL"}}}, FailedCell("#SPILL!")),
        ({"effectiveValue": {"errorValue": {"type": "LOADING"}}}, FailedCell("")),
        ({}, None),
    ],
)
def test_a_cell_is_read_as_it_is_shown(cell: dict[str, object], shown: SheetCell) -> None:
    assert read_shown(cell) == shown


@pytest.mark.parametrize(
    ("plain", "words", "shown"),
    [
        (0.25, "25%", "25%"),
        (0.125, "12,5 %", "12,5 %"),
        (5.5 / 24, "5:30", "5:30"),
        (1.25, "30:00:00", "30:00:00"),
        (0.75, "6:00 PM", "6:00 PM"),
        (44490, "21/10/2021", DateCell("2021-10-21")),
        (44490.5, "2021-10-21 12:00:00", DateCell("2021-10-21 12:00")),
        (44490.5, "2021-10-21", DateCell("2021-10-21")),
        (44490, "21 October 2021", DateCell("2021-10-21")),
        (44490, "Thursday 21 October", DateCell("2021-10-21")),
        (1234567, "1.234.567", 1234567.0),
        (12, "£12.00", 12.0),
        (-5, "-5", -5.0),
        ("#REF!", "#REF!", FailedCell("#REF!")),
        ("Loading...", "Loading...", FailedCell("")),
        ("5:30", "5:30", "5:30"),
        (True, "TRUE", True),
        ("", "", None),
    ],
)
def test_a_cell_is_read_by_its_words(plain: object, words: str, shown: SheetCell) -> None:
    assert read_by_words(plain, words) == shown


def test_cells_stand_where_their_grid_begins_and_nothing_stands_at_the_ends() -> None:
    one, other = number(1), {"effectiveValue": {"stringValue": "x"}}
    grid = {"startRow": 1, "startColumn": 1, "rowData": [{"values": [one, {}, other, {}]}, {}, {"values": [{}]}]}
    cells = list_cells({"data": [grid]})
    assert [list(map(read_plain, row)) for row in cells] == [[], ["", 1, "", "x", ""], [""], ["", ""]]
    assert trim([list(map(read_shown, row)) for row in cells]) == ((None, 1.0, None, "x"),)
