"""A programme that the release before has published at Google: what leaders saw in their spreadsheet stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.system.google.story import Rows, Story

LATE_AT = "2021-09-15T09:00:00Z"
"""A day of the first fortnight, which every leader has seen by then."""
PERIOD = "Fortnight 1, 6 to 19 September 2021"


def forget_what_was_shown(story: Story, *tables: str) -> None:
    """Leave the store as the release before leaves it, which kept nothing of what leaders were shown."""
    with closing(sqlite3.connect(story.home / "crescendo.db")) as store, store:
        for table in ("published_figures", *tables):
            store.execute(f"DELETE FROM {table}")  # noqa: S608  # a constant
        store.execute("DELETE FROM memories WHERE name = 'publications'")


def leaders_see(story: Story) -> dict[str, Rows]:
    """Return the tabs of Northbrook's summary."""
    return {tab.title: tab.values() for tab in story.google.spreadsheet(story.summary("northbrook")).visible}


@pytest.mark.parametrize("tables", [(), ("images",)], ids=["as kept", "read again"])
def test_what_stands_in_the_spreadsheets_stands_until_enough_has_changed(story: Story, tables: tuple[str, ...]) -> None:
    forget_what_was_shown(story, *tables)
    before = leaders_see(story)
    assert any(row[0] == PERIOD and isinstance(row[3], float) for row in before["Pulse"] if row)
    for number in range(2):
        story.answer("pulse", f"late {number}", LATE_AT, team="Elm", ownership=("Agree", "Disagree")[number])
        story.sync()
        assert "the data spreadsheet" in story.publish().out
        assert leaders_see(story) == before


def test_a_tab_that_was_renamed_is_read_and_one_that_was_cleared_is_named(story: Story) -> None:
    forget_what_was_shown(story, "images")
    before, spreadsheet = leaders_see(story), story.summary("northbrook")
    story.google.person.rename_tab(spreadsheet, "Pulse", "Our pulse")
    story.google.person.clear(spreadsheet, "Headlines")
    story.answer("pulse", "late", LATE_AT, team="Elm", ownership="Agree")
    story.sync()
    said = story.publish().out
    assert "Leaders saw in the summary of northbrook what cannot be read back" in said
    assert "the sheet “Headlines”. Of these" in said
    after = leaders_see(story)
    assert next(rows for title, rows in after.items() if "pulse" in title.casefold()) == before["Pulse"]
