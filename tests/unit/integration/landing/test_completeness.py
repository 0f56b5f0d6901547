"""Too few rows or responses must not replace what is stored; and every response is counted, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from integration.landing.completeness import (
    Completeness,
    check_missing_responses,
    check_row_count,
    check_sheet_size,
    compare_responses,
    sum_completeness,
)
from integration.model import SheetReading
from tests.example_counts import example_count
from tests.unit.integration.landing.cast import SHEET

if TYPE_CHECKING:
    from config.schema import Sheet


def losing(share: float) -> Sheet:
    """Return the sheet of which so much may go missing."""
    return SHEET.model_copy(update={"shrink_share": share})


def sheet_of(rows: int, blank: int = 0) -> SheetReading:
    filled = tuple((f"SC-{i}", "Elm") for i in range(rows))
    return SheetReading((("Ref", "Team"), *filled, *((" ", None),) * blank))


# --- before a reading lands -------------------------------------------------------------------------------


def test_a_first_reading_may_be_of_any_size() -> None:
    assert check_sheet_size(None, sheet_of(0), losing(0.2)) is None


def test_a_fifth_less_is_let_pass_and_more_is_not() -> None:
    assert check_sheet_size(sheet_of(10), sheet_of(8), losing(0.2)) is None
    reason = check_sheet_size(sheet_of(10), sheet_of(7), losing(0.2))
    assert reason is not None
    assert "7 rows" in reason
    assert "10" in reason


def test_blank_rows_do_not_hide_a_shrinking() -> None:
    assert check_sheet_size(sheet_of(10), sheet_of(2, blank=8), losing(0.2)) is not None


def test_rows_that_hold_nothing_in_a_named_column_are_none() -> None:
    """An unticked box and a running number stand in columns of nobody's: neither hides that all rows are gone."""
    headings = ("Ref", "Team", "Done?", "No")
    full = SheetReading((headings, *((f"SC-{i}", "Elm", True, float(i)) for i in range(5))))
    gone = SheetReading((headings, *((None, " ", False, float(i)) for i in range(500))))
    assert "reads as empty" in str(check_sheet_size(full, gone, losing(0.2)))


def test_a_sheet_that_reads_as_empty_is_refused_even_if_any_share_may_go() -> None:
    reason = check_sheet_size(sheet_of(3), sheet_of(0), losing(1.0))
    assert reason is not None
    assert "empty" in reason


def test_arithmetic_does_not_refuse_exactly_the_share() -> None:
    assert check_row_count(100, 71, 0.29) is None


@given(before=st.integers(0, 500), now=st.integers(0, 500), share=st.floats(0.01, 1))
def test_growing_is_never_refused_and_emptying_always(before: int, now: int, share: float) -> None:
    reason = check_row_count(before, now, share)
    assert reason is None or now < before
    assert reason is not None or now > 0 or before == 0


def test_a_few_missing_answers_are_a_notice_and_many_need_confirmation() -> None:
    stored = [f"R{i}" for i in range(10)]
    assert check_missing_responses(stored, stored, 0.2) == (None, None)
    assert check_missing_responses([], stored, 0.2) == (None, None)
    refused, notice = check_missing_responses(stored, stored[2:], 0.2)
    assert refused is None
    assert notice is not None
    assert notice.startswith("2 answers stored before")
    assert "3 of the 10" in str(check_missing_responses(stored, stored[3:], 0.2)[0])
    assert "count twice" in str(check_missing_responses(stored, ["X1", "X2"], 0.2)[0])
    assert "10 of the 10" in str(check_missing_responses(stored, [], 0.2)[0])


# --- reconciliation ---------------------------------------------------------------------------------------

IDS = st.text("abcdefgh", min_size=1, max_size=2)
NEWEST = st.dictionaries(IDS, st.sampled_from(("2022-03-01", "2022-03-02", "2022-03-03")))


@settings(max_examples=example_count(50))
@given(held=NEWEST, stored=NEWEST, gone=st.sets(IDS))
def test_the_counts_add_up_wherever_responses_are(held: dict[str, str], stored: dict[str, str], gone: set[str]) -> None:
    erased = gone - stored.keys()  # what was erased is not stored
    counts = compare_responses(held, stored, erased=erased)
    assert counts.held == counts.stored + counts.missing + counts.outdated + counts.erased == len(held)
    assert counts.stored + counts.outdated + counts.gone == len(stored)
    assert counts.erased == len(held.keys() & erased)
    fetched = {each: at for each, at in held.items() if each not in erased}
    after = compare_responses(
        held, {each: max(at, stored.get(each, "")) for each, at in (stored | fetched).items()}, erased=erased
    )
    assert (after.missing, after.outdated, after.gone, after.erased) == (0, 0, counts.gone, counts.erased)


def test_each_response_is_counted_where_it_belongs() -> None:
    held = {"the same": "2", "edited there": "3", "newer here": "1", "nowhere here": "1", "forgotten": "1"}
    stored = {"the same": "2", "edited there": "2", "newer here": "2", "deleted there": "1"}
    counts = compare_responses(held, stored, erased={"forgotten", "another"})
    assert counts == Completeness(held=5, stored=2, missing=1, outdated=1, erased=1, gone=1)
    assert sum_completeness([counts, counts]) == Completeness(
        held=10, stored=4, missing=2, outdated=2, erased=2, gone=2
    )
    assert sum_completeness([]) == compare_responses({}, {}, erased=())
