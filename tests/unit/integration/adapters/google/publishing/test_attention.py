"""needs_attention in Google: rows keep their place while people type, and nothing typed is lost before it counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from integration.adapters.google.publishing.actual_state import to_array
from integration.adapters.google.publishing.cell_changes import MergedRows, merge_typed_rows

HEADINGS = ["source", "key", "field", "code", "found", "correction"]


def tab(*rows: tuple[str, str]) -> Any:
    """Return a tab with a row for each (key, correction)."""
    return to_array([HEADINGS, *(["pulse", key, "hours", "not_a_number", "ten", typed] for key, typed in rows)])


def keys(arranged: MergedRows | None) -> list[tuple[str, str]]:
    assert arranged is not None
    return [(row[1], row[-1]) for row in arranged.cells[1:]]


def nothing(*_: str) -> bool:
    return False


def everything(*_: str) -> bool:
    return True


def test_rows_keep_their_place_and_new_ones_come_below() -> None:
    arranged = merge_typed_rows(tab(("a", ""), ("b", ""), ("c", "")), tab(("c", ""), ("a", "")), nothing)
    assert keys(arranged) == [("c", ""), ("a", ""), ("b", "")]
    assert arranged is not None
    assert arranged.deleted == ()


def test_a_settled_row_is_taken_out_as_a_row() -> None:
    arranged = merge_typed_rows(tab(("b", "")), tab(("a", ""), ("b", "")), nothing)
    assert arranged is not None
    assert (arranged.deleted, keys(arranged)) == ((1,), [("b", "")])


def test_a_correction_that_nobody_took_up_keeps_its_row_and_its_words() -> None:
    arranged = merge_typed_rows(tab(("b", "")), tab(("a", "12"), ("b", "7")), nothing)
    assert arranged is not None
    assert (arranged.deleted, keys(arranged)) == ((), [("a", "12"), ("b", "7")])


def test_a_correction_that_was_taken_up_leaves_with_its_row() -> None:
    arranged = merge_typed_rows(tab(("b", "")), tab(("a", "12"), ("b", "7")), everything)
    assert arranged is not None
    assert (arranged.deleted, keys(arranged)) == ((1,), [("b", "")])


def test_two_issues_of_one_key_are_told_apart() -> None:
    arranged = merge_typed_rows(tab(("a", "")), tab(("a", ""), ("a", "")), nothing)
    assert arranged is not None
    assert (arranged.deleted, keys(arranged)) == ((2,), [("a", "")])


def test_moved_columns_wait_while_a_correction_does() -> None:
    live = tab(("a", "12"))[:, ::-1]
    assert merge_typed_rows(tab(("b", "")), live, nothing) is None
    again = merge_typed_rows(tab(("b", "")), live, everything)
    assert again is not None
    assert again.cells.tolist() == tab(("b", "")).tolist()


KEYS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True)


@given(KEYS, KEYS, st.sets(st.sampled_from("abcdef")))
def test_what_is_wanted_stands_there_and_what_was_typed_too(
    wanted: list[str], there: list[str], waiting: set[str]
) -> None:
    live = tab(*((key, "typed" if key in waiting else "") for key in there))
    arranged = merge_typed_rows(tab(*((key, "") for key in wanted)), live, nothing)
    found = dict(keys(arranged))
    assert set(found) == set(wanted) | (set(there) & waiting)
    assert {key for key, typed in found.items() if typed} == set(there) & waiting


@given(KEYS, KEYS)
def test_a_row_that_stays_moves_only_by_the_deleting_of_others(wanted: list[str], there: list[str]) -> None:
    live = tab(*((key, "") for key in there))
    arranged = merge_typed_rows(tab(*((key, "") for key in wanted)), live, nothing)
    assert arranged is not None
    left = np.delete(live, arranged.deleted, axis=0)
    assert arranged.cells[: len(left), 1].tolist() == left[:, 1].tolist()
