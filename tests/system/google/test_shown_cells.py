"""A cell at Google is read as what it shows, by the same rules as the same cell of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.google import source
from integration.adapters.sources.folder import read_workbook
from integration.model import DateCell
from tests.fakes.google.cells import Formula
from tests.fakes.google.user_entered import ShownNumber, as_typed

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.fakes.google.person_edits import Typed
    from tests.system.google.story import Story

TAB = "Small changes"
TYPED = {"T-1": "5:30", "T-2": "25%", "T-3": "'25%", "T-4": "12.5%", "T-5": "30:00", "T-6": "2.5", "T-7": "21/10/2021"}
FORMULAS = {"T-8": "#N/A", "T-9": "#DIV/0!", "T-10": "#ERROR!", "T-11": "Loading..."}
HOURS = {"T-2": 25, "T-3": 25, "T-4": 12.5, "T-6": 2.5}
REPORTED = {
    "T-1": ("not_a_number", "05:30"),
    "T-5": ("not_a_number", "30:00:00"),
    "T-7": ("not_a_number", "2021-10-21"),
    "T-8": ("not_a_number", "#N/A"),
    "T-9": ("not_a_number", "#DIV/0!"),
    "T-10": ("not_a_number", "#ERROR!"),
    "T-11": ("no_result", "(a formula without a result)"),
}


def fill(story: Story) -> None:
    """Let a person type hours of every kind below the rows that are there."""
    hours = {key: as_typed(words) for key, words in TYPED.items()} | {
        key: Formula("=1", shows) for key, shows in FORMULAS.items()
    }
    for key, cell in hours.items():
        list_change(story, key, cell)


def list_change(story: Story, key: str, hours: Typed) -> None:
    story.list_change(ref=key, change="A change", team="Elm", stage="Idea", hours=hours)


def published(story: Story) -> tuple[dict[str, object], dict[str, tuple[object, object]]]:
    """Return the hours of the rows that were typed, and what is reported of them."""
    rows = {str(row["ref"]): row["hours_saved"] for row in story.rows("small_changes")}
    hours = {key: rows[key] for key in (*TYPED, *FORMULAS) if rows[key] != ""}
    lines = [row for row in story.rows("needs_attention") if str(row["key"]).startswith("T-")]
    assert {row["field"] for row in lines} == {"hours_saved"}
    return hours, {str(row["key"]): (row["code"], row["found"]) for row in lines}


def without_key(story: Story) -> int:
    """Return how many rows are reported that have no key; one with nothing but an unticked box is none."""
    return sum(row["code"] == "missing_key" for row in story.rows("needs_attention"))


def test_hours_are_read_as_they_are_shown(story: Story) -> None:
    before = without_key(story)
    fill(story)
    count = len(story.google.calls)
    story.sync()
    assert [call.name for call in story.calls_since(count) if story.register in call.path] == [
        "sheets.spreadsheets.get"
    ]
    story.publish()
    assert published(story) == (HOURS, REPORTED)
    assert without_key(story) == before
    assert story.sync().out == "sync: nothing new\n"


def test_hours_of_a_tab_that_is_too_large_to_ask_are_read_by_their_words(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAX_CELLS_WITH_FORMATS", 0)
    fill(story)
    story.sync()
    story.publish()
    assert published(story) == (HOURS, REPORTED)


SHOWN = {
    "T-1": "05:30", "T-2": "25%", "T-3": "25%", "T-4": "12.50%", "T-5": "30:00:00", "T-6": 2.5,
    "T-7": DateCell("2021-10-21"),
}  # fmt: skip
"""What stands in the cells, also in a copy that was downloaded."""


def test_a_downloaded_copy_gives_the_same_cells(story: Story, tmp_path: Path) -> None:
    fill(story)
    story.google.export(story.register, tmp_path / "register.xlsx")
    rows = read_workbook(tmp_path / "register.xlsx", [TAB])[TAB].rows
    found = {key: cell for row in rows for key in row if key in TYPED for cell in row if cell == SHOWN[str(key)]}
    assert set(found) == set(SHOWN)


CORRECTED: dict[str, tuple[Typed, object]] = {
    "C-1": (as_typed("35%"), 35),
    "C-2": (ShownNumber(0.125, "PERCENT", "0.0%"), 12.5),
    "C-3": (7.5, 7.5),
    "C-4": ("7,5 hours", 7.5),
}
NOT_CORRECTED: dict[str, tuple[Typed, str]] = {
    "C-5": (as_typed("5:30"), "not_a_number"),
    "C-6": (Formula("=1/0", "#DIV/0!"), "not_a_number"),
    "C-7": (Formula("=IMPORTRANGE()", "Loading..."), "no_result"),
    "C-8": (as_typed("21/10/2021"), "not_a_number"),
}


def test_corrections_are_read_as_they_are_shown(story: Story) -> None:
    """Typed into a cell of words they are words; pasted they bring their format with them."""
    keys = (*CORRECTED, *NOT_CORRECTED)
    for key in keys:
        list_change(story, key, "many")
    story.sync()
    story.publish()
    for key, (typed, _) in {**CORRECTED, **NOT_CORRECTED}.items():
        place = f"I{story.row_number('needs_attention', key=key)}"
        story.google.person.type(story.data, "needs_attention", place, typed)
    assert f"{len(keys)} corrections taken up" in story.sync().out
    story.publish()
    hours = {str(row["ref"]): row["hours_saved"] for row in story.rows("small_changes")}
    assert {key: hours[key] for key in CORRECTED} == {key: value for key, (_, value) in CORRECTED.items()}
    lines = {str(row["key"]): row["code"] for row in story.rows("needs_attention") if str(row["key"]).startswith("C-")}
    assert lines == {key: code for key, (_, code) in NOT_CORRECTED.items()}
    assert story.sync().out == "sync: nothing new\n"
    assert "nothing had changed" in story.publish().out
