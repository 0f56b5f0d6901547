"""Only the cells that differ are written, and when they are, the tab holds what it is to hold."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from integration.adapters.google.publishing.actual_state import to_array
from integration.adapters.google.publishing.cell_changes import (
    LARGEST_CALL,
    CellBlock,
    batch_values,
    diff_cells,
    split_into_blocks,
)

CELLS = st.sampled_from(["", "Elm", "=1+1", 0, 1, 2.5])
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=6)


def written(before: Any, blocks: list[CellBlock]) -> Any:
    """Return the cells after the blocks were written into a grid that is large enough."""
    grid = np.full((12, 12), "", dtype=object)
    grid[: before.shape[0], : before.shape[1]] = before
    for each in blocks:
        rows, columns = each.values.shape
        grid[each.row : each.row + rows, each.column : each.column + columns] = each.values
    return grid


def shown(cells: Any) -> list[list[Any]]:
    return written(cells, []).tolist()  # type: ignore[no-any-return]  # numpy gives Any


@given(ROWS, ROWS)
def test_writing_what_differs_gives_what_is_wanted(before: list[list[Any]], after: list[list[Any]]) -> None:
    old, new = to_array(before), to_array(after)
    assert written(old, diff_cells(old, new)).tolist() == shown(new)


@given(ROWS, ROWS)
def test_no_cell_is_written_that_is_right_already(before: list[list[Any]], after: list[list[Any]]) -> None:
    old = written(to_array(before), [])
    for each in diff_cells(to_array(before), to_array(after)):
        rows, columns = each.values.shape
        there = old[each.row : each.row + rows, each.column : each.column + columns]
        assert (there != each.values).all()


def test_one_new_row_is_one_block() -> None:
    old = to_array([["ref", "team"], ["a", "Elm"]])
    new = to_array([["ref", "team"], ["a", "Elm"], ["b", "Oak"]])
    (block,) = diff_cells(old, new)
    assert (block.row, block.column, block.values.tolist()) == (2, 0, [["b", "Oak"]])


def test_cells_of_one_column_that_follow_each_other_are_one_block() -> None:
    old = to_array([["n"], [1], [2], [3]])
    (block,) = diff_cells(old, to_array([["n"], [4], [5], [6]]))
    assert block.values.tolist() == [[4], [5], [6]]


def test_a_block_is_named_as_google_names_it() -> None:
    (block,) = diff_cells(to_array([]), to_array([["", "x"], ["", "y"]]))
    sent = msgspec.json.decode(bytes(block.encoded("Sam's tab")))
    assert sent == {"range": "'Sam''s tab'!B1:B2", "majorDimension": "ROWS", "values": [["x"], ["y"]]}


def test_a_large_tab_goes_in_calls_that_google_takes_and_nothing_is_lost() -> None:
    cells = to_array([[f"{row} {'words ' * 40}", row] for row in range(30_000)])
    calls = list(batch_values(("pulse", block) for block in split_into_blocks(cells)))
    assert len(calls) > 3
    assert all(sum(len(bytes(raw)) for raw in call) <= LARGEST_CALL for call in calls)
    values = [msgspec.json.decode(bytes(raw))["values"] for call in calls for raw in call]
    assert [row for block in values for row in block] == cells.tolist()


def test_a_row_larger_than_a_call_goes_alone() -> None:
    cells = to_array([["a"], ["x" * (LARGEST_CALL + 1)], ["b"]])
    calls = list(batch_values(("pulse", block) for block in split_into_blocks(cells)))
    assert [len(msgspec.json.decode(bytes(raw))["values"]) for call in calls for raw in call] == [1, 1, 1]
