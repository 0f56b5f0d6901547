"""Only the cells that differ are written, and when they are, the tab holds what it is to hold."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from integration.adapters.google.publishing.actual_state import as_cells
from integration.adapters.google.publishing.changes import LARGEST_CALL, Block, changed_blocks, in_calls, whole

CELLS = st.sampled_from(["", "Elm", "=1+1", 0, 1, 2.5])
ROWS = st.lists(st.lists(CELLS, max_size=5), max_size=6)


def written(before: Any, blocks: list[Block]) -> Any:
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
    old, new = as_cells(before), as_cells(after)
    assert written(old, changed_blocks(old, new)).tolist() == shown(new)


@given(ROWS, ROWS)
def test_no_cell_is_written_that_is_right_already(before: list[list[Any]], after: list[list[Any]]) -> None:
    old = written(as_cells(before), [])
    for each in changed_blocks(as_cells(before), as_cells(after)):
        rows, columns = each.values.shape
        there = old[each.row : each.row + rows, each.column : each.column + columns]
        assert (there != each.values).all()


def test_one_new_row_is_one_block() -> None:
    old = as_cells([["ref", "team"], ["a", "Elm"]])
    new = as_cells([["ref", "team"], ["a", "Elm"], ["b", "Oak"]])
    (block,) = changed_blocks(old, new)
    assert (block.row, block.column, block.values.tolist()) == (2, 0, [["b", "Oak"]])


def test_cells_of_one_column_that_follow_each_other_are_one_block() -> None:
    old = as_cells([["n"], [1], [2], [3]])
    (block,) = changed_blocks(old, as_cells([["n"], [4], [5], [6]]))
    assert block.values.tolist() == [[4], [5], [6]]


def test_a_block_is_named_as_google_names_it() -> None:
    (block,) = changed_blocks(as_cells([]), as_cells([["", "x"], ["", "y"]]))
    sent = msgspec.json.decode(bytes(block.encoded("Sam's tab")))
    assert sent == {"range": "'Sam''s tab'!B1:B2", "majorDimension": "ROWS", "values": [["x"], ["y"]]}


def test_a_large_tab_goes_in_calls_that_google_takes_and_nothing_is_lost() -> None:
    cells = as_cells([[f"{row} {'words ' * 40}", row] for row in range(30_000)])
    calls = list(in_calls(("pulse", block) for block in whole(cells)))
    assert len(calls) > 3
    assert all(sum(len(bytes(raw)) for raw in call) <= LARGEST_CALL for call in calls)
    values = [msgspec.json.decode(bytes(raw))["values"] for call in calls for raw in call]
    assert [row for block in values for row in block] == cells.tolist()


def test_a_row_larger_than_a_call_goes_alone() -> None:
    cells = as_cells([["a"], ["x" * (LARGEST_CALL + 1)], ["b"]])
    calls = list(in_calls(("pulse", block) for block in whole(cells)))
    assert [len(msgspec.json.decode(bytes(raw))["values"]) for call in calls for raw in call] == [1, 1, 1]
