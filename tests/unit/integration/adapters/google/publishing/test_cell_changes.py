"""Only the cells that differ are written; in needs_attention rows keep their place and no typed correction is lost."""

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
    MergedRows,
    batch_values,
    diff_cells,
    merge_typed_rows,
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


HEADINGS = ["source", "key", "field", "code", "found", "correction"]


def tab(*rows: tuple[str, str]) -> Any:
    """Return a tab with a row for each (key, correction)."""
    return to_array([HEADINGS, *(["pulse", key, "hours", "not_a_number", "ten", typed] for key, typed in rows)])


def keys(merged: MergedRows | None) -> list[tuple[str, str]]:
    assert merged is not None
    return [(row[1], row[-1]) for row in merged.cells[1:]]


def none_stored(*_: str) -> bool:
    return False


def all_stored(*_: str) -> bool:
    return True


def test_rows_keep_their_place_and_new_ones_come_below() -> None:
    merged = merge_typed_rows(tab(("a", ""), ("b", ""), ("c", "")), tab(("c", ""), ("a", "")), none_stored)
    assert keys(merged) == [("c", ""), ("a", ""), ("b", "")]
    assert merged is not None
    assert merged.deleted == ()


def test_a_settled_row_is_taken_out_as_a_row() -> None:
    merged = merge_typed_rows(tab(("b", "")), tab(("a", ""), ("b", "")), none_stored)
    assert merged is not None
    assert (merged.deleted, keys(merged)) == ((1,), [("b", "")])


def test_a_correction_that_is_not_stored_keeps_its_row_and_its_words() -> None:
    merged = merge_typed_rows(tab(("b", "")), tab(("a", "12"), ("b", "7")), none_stored)
    assert merged is not None
    assert (merged.deleted, keys(merged)) == ((), [("a", "12"), ("b", "7")])


def test_a_correction_that_is_stored_leaves_with_its_row() -> None:
    merged = merge_typed_rows(tab(("b", "")), tab(("a", "12"), ("b", "7")), all_stored)
    assert merged is not None
    assert (merged.deleted, keys(merged)) == ((1,), [("b", "")])


def test_two_issues_of_one_key_are_two_rows() -> None:
    merged = merge_typed_rows(tab(("a", "")), tab(("a", ""), ("a", "")), none_stored)
    assert merged is not None
    assert (merged.deleted, keys(merged)) == ((2,), [("a", "")])


def test_a_tab_with_moved_columns_is_left_while_a_correction_is_not_stored() -> None:
    actual = tab(("a", "12"))[:, ::-1]
    assert merge_typed_rows(tab(("b", "")), actual, none_stored) is None
    later = merge_typed_rows(tab(("b", "")), actual, all_stored)
    assert later is not None
    assert later.cells.tolist() == tab(("b", "")).tolist()


KEYS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)


@given(KEYS, KEYS, st.sets(st.sampled_from("abcdef")))
def test_what_is_wanted_stands_there_and_what_was_typed_too(
    wanted: list[str], there: list[str], waiting: set[str]
) -> None:
    actual = tab(*((key, "typed" if key in waiting else "") for key in there))
    merged = merge_typed_rows(tab(*((key, "") for key in wanted)), actual, none_stored)
    found = dict(keys(merged))
    assert set(found) == set(wanted) | (set(there) & waiting)
    assert {key for key, typed in found.items() if typed} == set(there) & waiting


@given(KEYS, KEYS)
def test_a_row_that_stays_moves_only_by_the_deleting_of_others(wanted: list[str], there: list[str]) -> None:
    actual = tab(*((key, "") for key in there))
    merged = merge_typed_rows(tab(*((key, "") for key in wanted)), actual, none_stored)
    assert merged is not None
    left = np.delete(actual, merged.deleted, axis=0)
    assert merged.cells[: len(left), 1].tolist() == left[:, 1].tolist()
