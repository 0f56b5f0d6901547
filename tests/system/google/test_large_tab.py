"""A change that is too large for one call: filled into a hidden tab, then shown at one stroke."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.system.google.story import Story

MOST_BYTES = 2_000_000
MANY = 2500
LONG = "All that was said at length. " * 30


def test_a_large_tab_is_filled_out_of_sight_and_swapped(story: Story) -> None:
    story.google.person.rename_tab(story.data, "pulse", "How we are")
    story.google.person.move_tab(story.data, "How we are", 2)
    for number in range(MANY):
        moment = f"2024-01-01T10:{number // 60 % 60:02}:{number % 60:02}Z"
        story.answer("pulse", f"new {number}", moment, team="Elm", ownership="Agree", going_well=LONG)
    assert f"{MANY} new in pulse" in story.sync().out
    watch, count = story.google.watch_tabs(story.data), len(story.google.calls)
    story.publish()
    calls = [call for call in story.calls_since(count) if story.data in call.path]
    values = [call for call in calls if call.name == "sheets.spreadsheets.values.batchUpdate"]
    assert len(values) > 1
    assert max(call.request_bytes for call in calls) < MOST_BYTES
    assert sum(call.name == "sheets.spreadsheets.batchUpdate" for call in calls) == 2
    assert (watch.seen_empty, watch.seen_gone, watch.seen_headings_only) == ([], [], [])
    tabs = story.google.spreadsheet(story.data).tabs
    assert [tab.title for tab in tabs][:3] == ["families", "small_changes", "How we are"]
    assert not [tab for tab in tabs if tab.hidden]
    assert len([row for row in story.rows("How we are") if row["going_well"] == LONG.strip()]) == MANY
    assert [each["metadataValue"] for each in tabs[2].metadata] == ["pulse"]
    story.answer("pulse", "one more", "2024-01-02T10:00:00Z", team="Elm", ownership="Agree")
    story.sync()
    count = len(story.google.calls)
    story.publish()
    written = [call for call in story.calls_since(count) if not call.reads]
    assert sum(call.request_bytes for call in written) < MOST_BYTES // 20
