"""Rewordings of a question: what may be written, and which series they begin."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from config.schema.fields import find_series_breaks, list_approved_rewordings

if TYPE_CHECKING:
    from tests.unit.config.folder import Folder

PULSE, TIME, CHANGES = "forms/pulse.yaml", "forms/time_and_barriers.yaml", "sheets/small_changes.yaml"
QUESTION = "question: I feel ownership of the changes we are making"
TWICE = """
    reworded:
      - {on: 2022-01-10, by: Ana Reis, was: I own the changes, same: yes}
      - {on: 2022-03-01, by: Sam Okafor, was: I feel ownership of the changes}
"""


def test_every_approved_change_is_listed_with_its_day_its_person_and_what_it_led_to(folder: Folder) -> None:
    settings = folder.change(PULSE, QUESTION, QUESTION + TWICE).load()
    first, second = list_approved_rewordings(settings)
    assert (first.source, first.field, first.on, first.by) == ("pulse", "ownership", date(2022, 1, 10), "Ana Reis")
    assert (first.was, first.now, first.same) == ("I own the changes", "I feel ownership of the changes", True)
    assert (second.now, second.same) == ("I feel ownership of the changes we are making", False)


def test_a_change_begins_a_series_unless_it_says_that_it_asks_the_same(folder: Folder) -> None:
    settings = folder.change(PULSE, QUESTION, QUESTION + TWICE).load()
    assert find_series_breaks(settings.forms["pulse"]) == {"ownership": (date(2022, 3, 1),)}
    assert find_series_breaks(settings.forms["families"]) == {}


def test_the_row_of_a_grid_breaks_the_series_of_the_grid(folder: Folder) -> None:
    label = "label: Meetings\n        reworded: [{on: 2022-03-01, by: Sam Okafor, was: Meetings and reviews}]"
    settings = folder.change(TIME, "label: Meetings", label).load()
    assert find_series_breaks(settings.forms["time_and_barriers"]) == {"obstacles": (date(2022, 3, 1),)}
    assert [change.field for change in list_approved_rewordings(settings)] == ["obstacles.meetings"]


@pytest.mark.parametrize(
    ("old", "new", "key", "found"),
    [
        ("on: 2022-03-01", "on: 2022-01-10", "reworded.2.on", "not after the change before it (2022-01-10)"),
        ("on: 2022-03-01", "on: 2012-03-01", "reworded.2.on", "2012-03-01, outside the programme"),
        ("on: 2022-03-01", "on: 1 March", "reworded.2.on", "“1 March”"),
        ("same: yes", "same: perhaps", "reworded.1.same", "“perhaps”"),
        ("by: Ana Reis, ", "", "reworded.1.by", "nothing"),
        (
            "was: I own the changes",
            "was: I feel OWNERSHIP of the changes",
            "reworded.1.was",
            "the words that follow it",
        ),
        ("changes}", "changes we are making}", "reworded.2.was", "the words that follow it"),
        (QUESTION, "", "reworded", "reworded without question"),
    ],
)
def test_a_change_that_cannot_be_is_reported_where_it_stands(
    folder: Folder, old: str, new: str, key: str, found: str
) -> None:
    problems = folder.change(PULSE, QUESTION, QUESTION + TWICE).change(PULSE, old, new).problems()
    assert any(p.key == f"fields.ownership.{key}" and found in p.found for p in problems), folder.lines()


def test_only_questions_are_reworded(folder: Folder) -> None:
    folder.change(CHANGES, "heading: Notes", f"heading: Notes{TWICE}")
    assert any(p.key == "fields.notes.reworded" and "in a sheet" in p.found for p in folder.problems())
