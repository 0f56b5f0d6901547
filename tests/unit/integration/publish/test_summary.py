"""The leaders' summary of one authority: its sheets, notes and sheet names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.model import Percent, Summary, SummaryTable
from integration.publish import build_summary
from integration.publish.summary import choose_sheet_names
from tests.unit.integration.publish.cast import (
    SETTINGS,
    count,
    figure,
    hidden_figure,
    make_leaders_view,
    make_settings,
    milestone,
    to_date,
    work_item,
)

NONE = float("nan")
EARLIER: dict[str, Any] = {"period": "22", "period_start": date(2022, 6, 27), "period_end": date(2022, 7, 10)}
BASELINE: dict[str, Any] = {
    "period_kind": "window", "period": "baseline", "period_start": date(2021, 9, 6), "period_end": date(2021, 10, 3),
}  # fmt: skip


def summary_of(*figures: dict[str, Any], work_items: Any = (), **settings: Any) -> Summary:
    return build_summary(
        settings=make_settings(**settings),
        authority="northbrook",
        view=make_leaders_view(*figures, work_items=work_items),
    )


def sheet(result: Summary, name: str) -> SummaryTable:
    return next(table for table in result.tables if table.sheet == name)


def rows(table: SummaryTable) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, cells, strict=True)) for cells in table.cells]


def test_headlines_come_first_and_then_the_sheets_of_the_configuration() -> None:
    assert [table.sheet for table in summary_of(figure()).tables] == [
        "Headlines",
        "Pulse",
        "Small changes",
        "Blueprint",
    ]


def test_a_share_is_a_number_with_the_two_numbers_behind_it_and_its_range() -> None:
    (row,) = rows(sheet(summary_of(figure()), "Pulse"))
    assert row == {
        "Period": "Fortnight 23, 11 to 24 July 2022",
        "Measure": "Feel ownership of the changes",
        "Who": "Elm",
        "Figure": 0.625,
        "Number": 5,
        "Out of": 8,
        "Likely range, from": 0.305742,
        "Likely range, to": 0.863157,
        "Target": "[z]",
    }
    assert isinstance(row["Figure"], Percent)
    assert isinstance(row["Likely range, to"], Percent)
    assert type(row["Number"]) is int


def test_an_average_says_of_how_many_answers_it_is_one() -> None:
    mean = figure("hours_mean", **BASELINE, value=6.25, n=8.0, numerator=50.0, lower=NONE, upper=NONE)
    (row,) = rows(sheet(summary_of(mean), "Pulse"))
    assert row["Measure"] == "Hours with families (hours a week)"
    assert row["Period"] == "Before the start, 6 September to 3 October 2021"
    assert (row["Figure"], row["Number"], row["Out of"], row["Likely range, from"]) == (6.25, "[z]", 8, "[z]")
    assert not isinstance(row["Figure"], Percent)


def test_a_target_is_shown_as_its_figure_is() -> None:
    (row,) = rows(sheet(summary_of(figure("pulse_response_rate", target=0.7)), "Pulse"))
    assert isinstance(row["Target"], Percent)
    whole, elm = rows(sheet(summary_of(count(12), count(5, "elm", target=NONE)), "Headlines"))
    assert (whole["Figure"], whole["Target"], whole["Number"], whole["Out of"]) == (12, 10, "[z]", "[z]")
    assert elm["Target"] == "[z]"


def test_a_hidden_figure_is_a_sign_and_none_of_its_numbers() -> None:
    result = sheet(summary_of(figure(), hidden_figure(team="oak")), "Pulse")
    oak = rows(result)[1]
    assert [oak[name] for name in ("Figure", "Number", "Out of", "Likely range, from", "Likely range, to")] == (
        ["[c]"] * 5
    )
    assert "[c] means hidden, so that nobody can tell what one person said." in result.subtitles


def test_a_period_without_answers_says_so() -> None:
    nobody = figure(n=0.0, numerator=0.0, denominator=0.0, value=NONE, lower=NONE, upper=NONE)
    (row,) = rows(sheet(summary_of(nobody), "Pulse"))
    assert (row["Figure"], row["Number"], row["Out of"], row["Likely range, to"]) == ("[x]", 0, 0, "[x]")


def test_a_response_rate_above_one_has_a_figure_and_no_range() -> None:
    many = figure("pulse_response_rate", numerator=9.0, value=1.125, lower=NONE, upper=NONE)
    (row,) = rows(sheet(summary_of(many), "Pulse"))
    assert (row["Figure"], row["Likely range, from"]) == (1.125, "[z]")


def test_signs_are_explained_where_they_stand_and_nowhere_else() -> None:
    result = " ".join(sheet(summary_of(figure(target=0.5)), "Pulse").subtitles)
    assert not [sign for sign in ("[c]", "[x]", "[z]") if sign in result]


def test_history_has_the_newest_period_first_in_it_the_measures_and_the_whole_authority_before_its_teams() -> None:
    figures = [
        figure(**EARLIER),
        figure(team="oak"),
        figure("pulse_response_rate"),
        figure(team="elm"),
        figure(team=""),
    ]
    result = rows(sheet(summary_of(*figures), "Pulse"))
    assert [(row["Period"].split(",")[0], row["Measure"].split()[0], row["Who"]) for row in result] == [
        ("Fortnight 23", "Feel", "Northbrook, all teams"),
        ("Fortnight 23", "Feel", "Elm"),
        ("Fortnight 23", "Feel", "Oak"),
        ("Fortnight 23", "Response", "Elm"),
        ("Fortnight 22", "Feel", "Elm"),
    ]


def test_the_kind_of_period_that_most_measures_have_comes_first_and_the_sheet_says_so() -> None:
    figures = [figure(), figure("hours_mean", **BASELINE), figure("pulse_response_rate"), figure(**BASELINE)]
    result = sheet(summary_of(*figures), "Pulse")
    assert [row["Period"][:6] for row in rows(result)] == ["Fortni", "Fortni", "Before", "Before"]
    rounds = {"title": "Time", "introduction": "Time.", "measures": ["hours_mean", "ownership_positive"]}
    result = sheet(summary_of(*figures, packs={**SETTINGS["packs"], "summary": [rounds]}), "Time")
    assert [row["Period"][:6] for row in rows(result)] == ["Before", "Before", "Fortni"]
    order = "first survey rounds, then fortnights; in each the newest comes first."
    assert f"Periods that had ended by 31 July 2022: {order}" in result.subtitles


def test_headlines_show_the_newest_fortnight_and_not_the_windows() -> None:
    result = rows(sheet(summary_of(figure(**BASELINE), figure(**EARLIER), figure()), "Headlines"))
    assert [row["Period"] for row in result] == ["Fortnight 23, 11 to 24 July 2022"]


def test_headlines_also_hold_the_figures_of_sheets_that_are_lists() -> None:
    on_time = to_date("milestones_on_time", n=4.0, numerator=3.0, denominator=4.0, value=0.75)
    (row,) = rows(sheet(summary_of(on_time), "Headlines"))
    assert (row["Measure"], row["Figure"], row["Period"]) == ("Milestones on time", 0.75, "Up to 31 July 2022")


def test_the_sheet_of_small_changes_lists_them_with_the_headings_people_know() -> None:
    result = sheet(summary_of(count(), work_items=[work_item()]), "Small changes")
    (row,) = rows(result)
    assert row == {
        "Ref": "SC-001",
        "Small change": "One form instead of two",
        "Team": "Elm",
        "Stage": "Implemented",
        "Owner": "Sam",
        "Designed on": date(2021, 11, 1),
        "Implemented on": date(2021, 11, 17),
    }
    assert "Small changes implemented: 12 (target 10)." in result.subtitles


def test_small_changes_done_last_come_first_and_the_rest_by_stage() -> None:
    work_items = [
        work_item(key="SC-1", stage="Testing", done_on=None),
        work_item(key="SC-2", stage="Idea", done_on=None),
        work_item(key="SC-3", done_on=date(2021, 11, 17)),
        work_item(key="SC-4", done_on=date(2021, 12, 17)),
    ]
    result = sheet(summary_of(work_items=work_items), "Small changes")
    assert [row["Ref"] for row in rows(result)] == ["SC-4", "SC-3", "SC-2", "SC-1"]
    assert any(line.startswith("In the list: Idea 1, Testing 1, Implemented 2.") for line in result.subtitles)


@pytest.mark.parametrize(
    ("due_on", "done_on", "where"),
    [
        (date(2022, 6, 30), date(2022, 6, 30), "Done on time"),
        (date(2022, 6, 30), date(2022, 7, 1), "Done late"),
        (None, date(2022, 7, 1), "Done"),
        (date(2022, 7, 30), None, "Overdue"),
        (date(2022, 7, 31), None, "Not yet due"),
        (None, None, "No date set"),
    ],
)
def test_a_milestone_says_where_it_stands(due_on: date | None, done_on: date | None, where: str) -> None:
    (row,) = rows(sheet(summary_of(work_items=[milestone(due_on=due_on, done_on=done_on)]), "Blueprint"))
    assert row["Where it stands"] == where
    assert row["Due on"] == (due_on or "[x]")
    assert row["Done on"] == (done_on or "[z]")


def test_milestones_stand_by_the_day_they_are_due_and_have_no_column_for_teams_they_do_not_have() -> None:
    work_items = [milestone("BP-2", due_on=None), milestone("BP-1"), milestone("BP-0", due_on=date(2022, 5, 1))]
    result = sheet(summary_of(work_items=work_items), "Blueprint")
    assert [row["Ref"] for row in rows(result)] == ["BP-0", "BP-1", "BP-2"]
    assert "Team" not in rows(result)[0]


def test_words_that_are_missing_get_a_sign() -> None:
    (row,) = rows(sheet(summary_of(work_items=[work_item(owner="", stage=" ")]), "Small changes"))
    assert (row["Owner"], row["Stage"]) == ("[x]", "[x]")


def test_a_programme_on_its_first_day_has_tables_all_the_same() -> None:
    result = summary_of()
    for table in result.tables:
        assert len(table.cells) == 1
        assert set(table.cells[0]) == {"[x]"}


def test_no_cell_is_ever_blank() -> None:
    figures = [figure(), hidden_figure(team="oak"), count(), figure("hours_mean", **BASELINE, lower=NONE, upper=NONE)]
    result = summary_of(*figures, work_items=[work_item(owner="", on=None), milestone(title="  ")])
    cells = [cell for table in result.tables for row in table.cells for cell in row]
    assert not [cell for cell in cells if cell is None or cell != cell or not str(cell).strip()]  # noqa: PLR0124  # NaN


def test_the_notes_explain_every_sign_and_every_measure() -> None:
    notes = dict(summary_of(figure()).notes)
    assert {"[c]", "[x]", "[z]", "Figure", "Fortnight", "Before the start"} <= set(notes)
    assert "fewer than 6 people" in notes["[c]"]
    assert notes["Milestones on time"].startswith("Milestones done by the day they were due, out of those due.")


def test_nothing_of_another_authority_is_in_it() -> None:
    next_door = figure(team="rowan", authority="southmere", value=0.111)
    result = repr(summary_of(figure(), next_door, {**count(77), "authority": "southmere"}))
    assert not [name for name in ("Southmere", "southmere", "Rowan", "rowan", "0.111", "77") if name in result]


def test_another_authoritys_figures_are_refused() -> None:
    with pytest.raises(ValueError, match="southmere"):
        build_summary(settings=make_settings(), authority="northbrook", view=make_leaders_view(authority="southmere"))


def test_a_sheet_of_people_and_work_items_together_is_a_table_of_figures() -> None:
    both = {"title": "Both", "introduction": "Both.", "measures": ["ownership_positive", "changes_implemented"]}
    result = summary_of(figure(), count(), work_items=[work_item()], packs={**SETTINGS["packs"], "summary": [both]})
    assert [row["Measure"] for row in rows(sheet(result, "Both"))] == [
        "Small changes implemented", "Feel ownership of the changes",
    ]  # fmt: skip


NOTE = "The question was reworded on 1 March 2022; figures before and after are not compared."


def notes_of(*series_from: object) -> str:
    """Return the notes on figures whose series began on these days."""
    view = make_leaders_view(*(figure() for _ in series_from))
    frame = view.frame.assign(series_from=pd.Series(series_from, dtype="datetime64[s]"))
    result = build_summary(settings=make_settings(), authority="northbrook", view=replace(view, frame=frame))
    return " ".join(meaning for _, meaning in result.notes)


def test_the_notes_say_of_a_measure_that_its_question_was_reworded() -> None:
    notes = notes_of(None, date(2022, 3, 1), date(2022, 3, 1))
    assert notes.count(NOTE) == 1


def test_the_notes_say_nothing_of_questions_that_stayed_as_they_were() -> None:
    assert "reworded" not in notes_of(None)


def test_a_plain_title_is_the_name() -> None:
    assert choose_sheet_names(["Time and barriers"]) == ("Time and barriers",)


def test_what_excel_refuses_is_left_out() -> None:
    assert choose_sheet_names(["Needs: met / [or] not?", "Families' view", ""]) == (
        "Needs met or not",
        "Families\u2019 view",
        "Sheet",
    )


def test_names_that_would_be_the_same_are_told_apart() -> None:
    long = "What families say about the help that they get"
    assert choose_sheet_names([long, long, "notes", "HEADLINES"]) == (
        "What families say about the hel", "What families say about the h 2", "notes 2", "HEADLINES 2",
    )  # fmt: skip


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_titles_give_names_that_excel_takes(titles: list[str]) -> None:
    names = choose_sheet_names(titles)
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
