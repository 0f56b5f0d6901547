"""The accepted rows of a sheet: columns by heading, rows by key, wherever they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from integration.errors import SourceError
from integration.model import Cell, DateCell, FailedCell, Rows, SheetReading
from integration.normalise.columns import build_columns
from integration.normalise.sheets import accept_sheet_rows
from tests.unit.integration.cast import KEY, sheet_rows

if TYPE_CHECKING:
    from config.schema import Settings


def change(
    ref: str | None, team: str = "Elm", stage: str = "Idea", implemented: Cell | DateCell = None
) -> tuple[Cell | DateCell, ...]:
    return (ref, "A change", team, "Travel", stage, "1/11/2021", implemented, "Somebody", "about 2", None)


def found(rows: Rows) -> list[tuple[str, str, str]]:
    return [(issue.key, issue.field, str(issue.code)) for issue in rows.issues]


def test_a_row_is_read_by_its_headings_wherever_they_stand(settings: Settings) -> None:
    sheet = settings.sheets["small_changes"]
    columns = build_columns(sheet.fields, settings.programme, KEY)
    reading = SheetReading(
        (("Stage", " REF ", "Team", "Unheard of"), ("implemented ", "SC-1", "oak ", "x"), (None, "", None, None))
    )
    rows = accept_sheet_rows("small_changes", sheet, settings.programme, columns, reading, {})
    assert rows.frame[["ref", "team", "stage"]].iloc[0].tolist() == ["SC-1", "Oak", "Implemented"]
    assert rows.counts.received == 1


def test_dates_and_hours_are_read_in_all_their_spellings(settings: Settings) -> None:
    rows = sheet_rows(settings, "small_changes", [change("SC-1", stage="Embedded ", implemented=44517.0)])
    row = rows.frame.iloc[0]
    assert (row["implemented_on"], row["hours_saved"]) == (pd.Timestamp("2021-11-17"), 2)


def test_the_first_of_two_equal_keys_counts_even_where_it_is_refused(settings: Settings) -> None:
    rows = sheet_rows(
        settings,
        "small_changes",
        [change("SC-1", team="Nowhere"), change("sc-1 "), change("SC-2"), change("SC-2", stage="Testing")],
    )
    assert rows.frame["ref"].tolist() == ["SC-2"]
    assert rows.frame["stage"].tolist() == ["Idea"]
    assert sorted(found(rows)) == [
        ("SC-1", "team", "unknown_team"),
        ("SC-2", "ref", "duplicate_key"),
        ("sc-1", "ref", "duplicate_key"),
    ]
    assert (rows.counts.received, rows.counts.accepted, rows.counts.refused) == (4, 1, 3)


def test_a_row_without_a_key_is_known_by_its_place_and_a_blank_row_is_nothing(settings: Settings) -> None:
    rows = sheet_rows(settings, "small_changes", [(None,) * 10, ("  ",) * 10, change(None)])
    assert found(rows) == [("row 4", "ref", "missing_key")]
    assert rows.counts.received == 1


def test_a_row_that_holds_nothing_in_a_named_column_is_nothing(settings: Settings) -> None:
    sheet = settings.sheets["small_changes"]
    columns = build_columns(sheet.fields, settings.programme, KEY)
    blank = (None, " ", False, 7.0, FailedCell(""), FailedCell("#N/A"))
    reading = SheetReading((("Ref", "Team", "Done?", "No", "Sum", "Check"), blank, ("SC-1", "Elm", True), blank))
    rows = accept_sheet_rows("small_changes", sheet, settings.programme, columns, reading, {})
    assert (rows.counts.received, rows.counts.accepted, found(rows)) == (1, 1, [])


def test_a_formula_that_nobody_worked_out_is_named_and_never_taken_for_empty(settings: Settings) -> None:
    failed = FailedCell("")
    rows = sheet_rows(settings, "small_changes", [
        ("SC-1", failed, "Elm", failed, failed, failed, None, failed, failed, failed),
        ("SC-2", "A change", failed, "Travel", "Idea"),
        (failed, "A change", "Elm", "Travel", "Idea"),
    ])  # fmt: skip
    names = ("change", "barrier", "stage", "designed_on", "owner", "hours_saved", "notes")
    assert set(found(rows)) == {
        ("row 4", "ref", "no_result"), ("SC-2", "team", "no_result"), *(("SC-1", name, "no_result") for name in names)
    }  # fmt: skip
    assert {issue.found for issue in rows.issues} == {"(a formula without a result)"}
    by_key = next(issue for issue in rows.issues if issue.key == "row 4")
    assert "no other row" not in by_key.allowed
    assert (rows.counts.received, rows.counts.accepted, rows.counts.refused) == (3, 1, 2)


def test_a_cell_that_shows_an_error_is_reported_with_its_word_in_every_field(settings: Settings) -> None:
    failed = FailedCell("#SPILL!")
    rows = sheet_rows(settings, "small_changes", [
        ("SC-1", failed, "Elm", failed, failed, failed, None, failed, failed, failed),
        ("SC-2", "A change", failed, "Travel", "Idea"),
        (failed, "A change", "Elm", "Travel", "Idea"),
    ])  # fmt: skip
    assert set(found(rows)) == {
        ("row 4", "ref", "missing_key"), ("SC-2", "team", "unknown_team"),
        ("SC-1", "change", "bad_format"), ("SC-1", "owner", "bad_format"), ("SC-1", "notes", "bad_format"),
        ("SC-1", "barrier", "unknown_choice"), ("SC-1", "stage", "unknown_choice"),
        ("SC-1", "designed_on", "not_a_date"), ("SC-1", "hours_saved", "not_a_number"),
    }  # fmt: skip
    assert {issue.found for issue in rows.issues} == {"#SPILL!"}


def test_a_correction_that_shows_an_error_or_no_result_is_none(settings: Settings) -> None:
    """It is written down as the words that stand for it, and read as what it was."""
    failed = {("SC-1", "notes"): "#DIV/0!", ("SC-1", "change"): "(a formula without a result)"}
    rows = sheet_rows(settings, "small_changes", [change("SC-1")], failed)
    assert found(rows) == [("SC-1", "change", "no_result"), ("SC-1", "notes", "bad_format")]
    assert all(issue.what_to_do.startswith("What was typed into “correction”") for issue in rows.issues)


def test_a_key_of_two_columns_is_written_with_a_dot_between(settings: Settings) -> None:
    held = (DateCell("2022-03-01"), "Northbrook", 4.0, "4", None, None, None, None, None)
    again = ("1/3/2022", "northbrook ", 4.0, 7.0, None, None, None, None, None)
    unread = ("soon", "Northbrook", 4.0, None, None, None, None, None, None)
    rows = sheet_rows(settings, "reviews", [held, again, unread])
    assert rows.frame["_id"].tolist() == ["2022-03-01 · northbrook", "soon · northbrook"]
    assert found(rows) == [
        ("2022-03-01 · northbrook", "held_on", "duplicate_key"),
        ("soon · northbrook", "held_on", "not_a_date"),
    ]


def test_a_sheet_kept_by_authority_refuses_an_unknown_authority(settings: Settings) -> None:
    rows = sheet_rows(settings, "blueprint", [("N-1", "A milestone", "Nowhere", None, None, None, None)])
    assert found(rows) == [("N-1", "authority", "unknown_authority")]


def test_a_correction_is_found_by_the_key_and_survives_moving_rows(settings: Settings) -> None:
    rows = [change("SC-1"), change("SC-2", team="Sycamore", stage="Done")]
    corrections = {("SC-2", "team"): "Oak", ("SC-2", "stage"): "Embedded"}
    for order in (rows, rows[::-1]):
        settled = sheet_rows(settings, "small_changes", order, corrections)
        assert settled.issues == ()
        assert settled.frame[settled.frame["ref"] == "SC-2"][["team", "stage"]].iloc[0].tolist() == ["Oak", "Embedded"]


def test_a_correction_is_found_however_the_key_is_spelt_now(settings: Settings) -> None:
    rows = sheet_rows(settings, "small_changes", [change("sc-2 ", team="Sycamore")], {("SC-2", "team"): "Oak"})
    assert rows.frame["team"].tolist() == ["Oak"]


def test_two_rows_never_have_one_key_through_corrections(settings: Settings) -> None:
    reviews = [("2022-03-01", "Northbrook"), ("2022-03-02", "Mordor"), ("xx", "Northbrook")]
    rows = sheet_rows(
        settings,
        "reviews",
        [(*review, 4.0, 4.0, None, None, None, None, None) for review in reviews],
        {("2022-03-02 · Mordor", "authority"): "Northbrook", ("xx · northbrook", "held_on"): "1/3/22"},
    )
    assert rows.frame["_id"].tolist() == ["2022-03-01 · northbrook", "2022-03-02 · Mordor"]
    assert found(rows) == [("xx · northbrook", "held_on", "duplicate_key")]
    assert (rows.counts.received, rows.counts.accepted, rows.counts.refused) == (3, 2, 1)


def test_a_key_cannot_be_corrected_outside_its_sheet_and_says_so(settings: Settings) -> None:
    rows = sheet_rows(settings, "small_changes", [change(None)], {("row 2", "ref"): "SC-9"})
    assert rows.issues[0].correction == "SC-9"
    assert rows.issues[0].what_to_do.startswith("It cannot be corrected here.")


def test_a_sheet_without_its_key_column_is_refused_with_its_heading(settings: Settings) -> None:
    sheet = settings.sheets["small_changes"]
    columns = build_columns(sheet.fields, settings.programme, KEY)
    with pytest.raises(SourceError, match="no column headed “Ref”"):
        accept_sheet_rows("small_changes", sheet, settings.programme, columns, SheetReading((("Team",),)), {})


ZERO_WIDTH_SPACE, SOFT_HYPHEN = "\u200b", "\u00ad"


def test_two_references_that_differ_by_what_nobody_sees_are_one_key(settings: Settings) -> None:
    rows = sheet_rows(
        settings, "small_changes", [change(f"SC-1{ZERO_WIDTH_SPACE}"), change("SC-1"), change(f"S{SOFT_HYPHEN}C-1")]
    )
    assert found(rows) == [("SC-1", "ref", "duplicate_key")] * 2
    assert (rows.counts.received, rows.counts.accepted, rows.counts.refused) == (3, 1, 2)


@pytest.mark.parametrize("stored_under", ["SC-1", f"SC-1{ZERO_WIDTH_SPACE}", f"sc{SOFT_HYPHEN}-1"])
@pytest.mark.parametrize("reference", ["SC-1", f"SC{ZERO_WIDTH_SPACE}-1"])
def test_a_correction_is_of_its_row_however_an_earlier_release_spelt_the_key(
    settings: Settings, stored_under: str, reference: str
) -> None:
    corrections = {(stored_under, "stage"): "Embedded"}
    rows = sheet_rows(settings, "small_changes", [change(reference, stage="Idee")], corrections)
    assert rows.frame["stage"].tolist() == ["Embedded"]
    assert not rows.issues


def test_a_row_of_nothing_that_can_be_seen_is_no_row(settings: Settings) -> None:
    rows = sheet_rows(settings, "small_changes", [(ZERO_WIDTH_SPACE,) * 10, change("SC-1")])
    assert rows.counts.received == 1


def test_one_cell_holds_several_ticks_joined_by_commas(settings: Settings) -> None:
    sheet = settings.sheets["small_changes"]
    ticks = settings.forms["time_and_barriers"].fields
    barriers = next(field for field in ticks if field.name == "barriers").model_copy(update={"heading": "Barrier"})
    sheet = sheet.model_copy(update={"fields": [*sheet.fields, barriers]})
    columns = build_columns(sheet.fields, settings.programme, KEY)
    cells = ["Travel, Meetings, reviews and conferences", "Court work, The phones, and the printer", "Travel", None]
    reading = SheetReading(
        (("Ref", "Team", "Barrier"), *((f"SC-{number}", "Elm", cell) for number, cell in enumerate(cells)))
    )
    corrections = {("SC-3", "barriers"): "IT systems, Travel"}
    frame = accept_sheet_rows("small_changes", sheet, settings.programme, columns, reading, corrections).frame
    assert frame["barriers"].tolist() == [
        "Travel; Meetings, reviews and conferences", "Court work; other", "Travel", "IT systems; Travel"
    ]  # fmt: skip
    assert frame["_n.barriers"].tolist() == [2, 2, 1, 2]
    assert frame["barriers_other"].dropna().tolist() == ["The phones, and the printer"]
