"""What a form holds against what is stored: every response is counted, in one place."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Form
from integration.landing import (
    Completeness,
    check_missing_responses,
    check_row_count,
    check_sheet_size,
    compare_responses,
    is_another_form,
    restore_lost_columns,
    sum_completeness,
)
from integration.model import Question, RawResponse, SheetReading
from tests.example_counts import example_count
from tests.unit.integration.landing.cast import SHEET

FORM = Form.model_validate(
    {
        "title": "Pulse",
        "asks": "staff",
        "fields": [
            {"name": "team", "id": "t1", "question": "Which team are you in?", "type": "team"},
            {"name": "comment", "question": "Anything else?", "type": "text"},
            {
                "name": "obstacles",
                "question": "How much?",
                "type": "grid",
                "options": ["A little", "A lot"],
                "rows": {"recording": {"id": "g1", "label": "Recording"}},
            },
        ],
    }
)
QUESTIONS = (
    Question("t1", "Which team are  YOU in?"),
    Question("c1", "Anything else?"),
    Question("g1", "How much? [Recording]"),
)


def sheet_of(rows: int, blank: int = 0) -> SheetReading:
    filled = tuple((f"SC-{i}", "Elm") for i in range(rows))
    return SheetReading((("Ref", "Team"), *filled, *((" ", None),) * blank))


# --- shrinking --------------------------------------------------------------------------------------------


def test_a_first_reading_may_be_of_any_size() -> None:
    assert check_sheet_size(None, sheet_of(0), 0.2) is None


def test_a_fifth_less_is_let_pass_and_more_is_not() -> None:
    assert check_sheet_size(sheet_of(10), sheet_of(8), 0.2) is None
    said = check_sheet_size(sheet_of(10), sheet_of(7), 0.2)
    assert said is not None
    assert "7 rows" in said
    assert "10" in said


def test_blank_rows_do_not_hide_a_shrinking() -> None:
    assert check_sheet_size(sheet_of(10), sheet_of(2, blank=8), 0.2) is not None


def test_a_sheet_that_reads_as_empty_is_told_even_if_any_share_may_go() -> None:
    said = check_sheet_size(sheet_of(3), sheet_of(0), 1.0)
    assert said is not None
    assert "empty" in said


def test_arithmetic_does_not_refuse_exactly_the_share() -> None:
    assert check_row_count(100, 71, 0.29) is None


@given(before=st.integers(0, 500), now=st.integers(0, 500), share=st.floats(0.01, 1))
def test_growing_is_never_refused_and_emptying_always(before: int, now: int, share: float) -> None:
    said = check_row_count(before, now, share)
    assert said is None or now < before
    assert said is not None or now > 0 or before == 0


# --- what was lost ----------------------------------------------------------------------------------------


def test_a_few_answers_gone_are_told_and_many_wait() -> None:
    stored = [f"R{i}" for i in range(10)]
    assert check_missing_responses(stored, stored, 0.2) == (None, None)
    assert check_missing_responses([], stored, 0.2) == (None, None)
    refused, told = check_missing_responses(stored, stored[2:], 0.2)
    assert refused is None
    assert told is not None
    assert told.startswith("2 answers stored before")
    assert "3 of the 10" in str(check_missing_responses(stored, stored[3:], 0.2)[0])
    assert "count twice" in str(check_missing_responses(stored, ["X1", "X2"], 0.2)[0])
    assert "10 of the 10" in str(check_missing_responses(stored, [], 0.2)[0])


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


def test_answers_of_another_form_are_known_by_their_questions() -> None:
    def answered(question_id: str) -> RawResponse:
        return RawResponse("R1", "", "", f'{{"answers":{{"{question_id}":{{"textAnswers":{{}}}}}}}}')

    assert not is_another_form(FORM, QUESTIONS, [])
    assert not is_another_form(FORM, (), [answered("t1")])
    assert not is_another_form(FORM, QUESTIONS, [answered("c1")])
    assert not is_another_form(FORM, (), [answered("q:anything else?")])
    assert is_another_form(FORM, QUESTIONS, [answered("x9")])


IDS = st.text("abcdefgh", min_size=1, max_size=2)
NEWEST = st.dictionaries(IDS, st.sampled_from(("2022-03-01", "2022-03-02", "2022-03-03")))


@settings(max_examples=example_count(100))
@given(held=NEWEST, stored=NEWEST, forgotten=st.sets(IDS))
def test_the_counts_add_up_whatever_is_where(held: dict[str, str], stored: dict[str, str], forgotten: set[str]) -> None:
    erased = forgotten - stored.keys()  # what was forgotten is not stored
    told = compare_responses(held, stored, erased=erased)
    assert told.held == told.stored + told.missing + told.outdated + told.erased == len(held)
    assert told.stored + told.outdated + told.gone == len(stored)
    assert told.erased == len(held.keys() & erased)
    fetched = {each: at for each, at in held.items() if each not in erased}
    after = compare_responses(
        held, {each: max(at, stored.get(each, "")) for each, at in (stored | fetched).items()}, erased=erased
    )
    assert (after.missing, after.outdated, after.gone, after.erased) == (0, 0, told.gone, told.erased)


def test_each_response_is_counted_where_it_belongs() -> None:
    held = {"the same": "2", "edited there": "3", "newer here": "1", "nowhere here": "1", "forgotten": "1"}
    stored = {"the same": "2", "edited there": "2", "newer here": "2", "deleted there": "1"}
    told = compare_responses(held, stored, erased={"forgotten", "another"})
    assert told == Completeness(held=5, stored=2, missing=1, outdated=1, erased=1, gone=1)
    assert sum_completeness([told, told]) == Completeness(held=10, stored=4, missing=2, outdated=2, erased=2, gone=2)
    assert sum_completeness([]) == compare_responses({}, {}, erased=())
