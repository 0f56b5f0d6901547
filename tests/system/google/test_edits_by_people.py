"""What people do to the tabs that we publish: each ends right at the next publish, and what is theirs stays theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fakes.google import StandIn
    from tests.system.google.story import Story

DATA_TABS = ["pulse", "families", "small_changes", "teams", "needs_attention", "measures", "reconciliation"]
SUMMARY_TABS = ["Cover", "Contents", "Notes", "Headlines", "Pulse", "Small changes", "Charts"]


def titles(story: Story, identity: str) -> list[str]:
    return [tab.title for tab in story.google.spreadsheet(identity).tabs]


def by_title(story: Story) -> dict[str, dict[str, dict[str, Any]]]:
    """Return what the published spreadsheets hold and look like, wherever their tabs stand."""
    return {name: {str(tab["title"]): tab for tab in tabs} for name, tabs in story.contents().items()}


def answer_once_more(story: Story) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.answer("families", "new", team="Elm", needs_met="Agree")
    story.sync()


def test_the_blank_tab_of_a_new_spreadsheet_goes(small: Story) -> None:
    assert titles(small, small.data) == DATA_TABS
    assert titles(small, small.summary("northbrook")) == SUMMARY_TABS
    assert not [tab for tab in small.google.spreadsheet(small.data).tabs if tab.hidden]


def test_tabs_that_were_renamed_moved_or_hidden_are_found_again(story: Story) -> None:
    person = story.google.person
    person.rename_tab(story.data, "pulse", "How we are")
    person.move_tab(story.data, "families", 0)
    person.hide_tab(story.data, "families")
    person.rename_tab(story.summary("northbrook"), "Pulse", "Staff 'pulse'!")
    before = {name: len(tabs) for name, tabs in story.contents().items()}
    answer_once_more(story)
    story.publish()
    assert titles(story, story.data) == ["families", "How we are", *DATA_TABS[2:]]
    assert [tab.hidden for tab in story.google.spreadsheet(story.data).tabs] == [True, *[False] * 6]
    assert any(row["response_id"] == "new" for row in story.rows("How we are"))
    assert any(row["response_id"] == "new" for row in story.rows("families"))
    assert {name: len(tabs) for name, tabs in story.contents().items()} == before
    assert "nothing had changed" in story.publish().out


def test_two_tabs_that_swapped_their_titles_are_still_told_apart(story: Story) -> None:
    person, before = story.google.person, by_title(story)["data.xlsx"]
    person.rename_tab(story.data, "pulse", "aside")
    person.rename_tab(story.data, "families", "pulse")
    person.rename_tab(story.data, "aside", "families")
    answer_once_more(story)
    story.publish()
    after = by_title(story)["data.xlsx"]
    assert after["families"]["values"][0] == before["pulse"]["values"][0]
    assert after["pulse"]["values"][0] == before["families"]["values"][0]
    assert any(row["response_id"] == "new" for row in story.rows("pulse"))


def test_a_tab_with_a_column_inserted_rows_sorted_and_cells_scribbled_over_is_mended(story: Story) -> None:
    person, before = story.google.person, story.contents()
    person.insert_column(story.data, "pulse", "B", ["mine", 1, 2, 3])
    person.sort(story.data, "families", "C", descending=True)
    person.type(story.data, "small_changes", "B3", "scribbled")
    person.paste(story.data, "teams", "A2", [["x", "y", "z"], ["=1+1", 7]])
    person.clear(story.data, "measures", "C2:H40")
    person.delete_rows(story.data, "reconciliation", 2, count=2)
    person.type(story.summary("southmere"), "Pulse", "C9", "99%")
    person.delete_column(story.summary("southmere"), "Small changes", "B")
    assert story.publish().out.startswith("publish: the data spreadsheet, the summary of southmere;")
    after = story.contents()
    for name, tabs in before.items():
        for stood, stands in zip(tabs, after[name], strict=True):
            assert (name, stands["title"], stands["values"]) == (name, stood["title"], stood["values"])
    assert "nothing had changed" in story.publish().out


def test_a_column_inserted_into_a_tab_leaves_every_format_with_its_column(story: Story) -> None:
    """A day is to be shown as a day, not as its number."""
    before = story.google.spreadsheet(story.data).tab("teams").copy()
    story.google.person.insert_column(story.data, "teams", "A", ["mine"])
    story.publish()
    after = story.google.spreadsheet(story.data).tab("teams")
    places = [(row, column) for row in range(4) for column in range(len(before.cells[0]))]
    forms = [[tab.format_at(*place).get("userEnteredFormat") for place in places] for tab in (before, after)]
    assert forms[0] == forms[1]


def test_a_wrong_figure_in_the_leaders_summary_is_mended(story: Story) -> None:
    before = story.contents()
    for authority in ("northbrook", "southmere"):
        story.google.person.type(story.summary(authority), "Headlines", "C8", 0.99)
        story.google.person.type(story.summary(authority), "Cover", "A1", "Something else")
    assert story.publish().out.startswith("publish: the summary of northbrook, the summary of southmere;")
    assert story.contents() == before


def test_tabs_that_were_deleted_come_back_as_they_were(story: Story) -> None:
    before = by_title(story)
    for identity, title in (
        (story.data, "families"),
        (story.data, "needs_attention"),
        (story.summary("northbrook"), "Charts"),
    ):
        story.google.person.delete_tab(identity, title)
    watch = story.google.watch_tabs(story.data)
    story.publish()
    assert by_title(story) == before
    assert not watch.seen_empty


def test_all_tabs_deleted_but_a_persons_own_come_back(story: Story) -> None:
    before = by_title(story)["data.xlsx"]
    story.google.person.add_tab(story.data, "Sheet1", [["mine"]])
    for title in DATA_TABS:
        story.google.person.delete_tab(story.data, title)
    story.publish()
    after = by_title(story)["data.xlsx"]
    assert after.pop("Sheet1")["values"] == [["mine"]]
    assert after == before


def test_peoples_own_tabs_are_never_touched(story: Story) -> None:
    mine: list[list[Any]] = [["our notes", "=1+1", 7], [], ["", True]]
    for identity in story.published.values():
        story.google.person.add_tab(identity, "Our notes", mine)
        story.google.person.add_tab(identity, "Sheet1")
        story.google.person.add_tab(identity, "pulse (being filled)", mine)
        story.google.person.move_tab(identity, "Our notes", 0)
    kept = {
        (identity, title): story.google.spreadsheet(identity).tab(title).copy()
        for identity in story.published.values()
        for title in ("Our notes", "Sheet1", "pulse (being filled)")
    }
    answer_once_more(story)
    story.google.person.delete_tab(story.data, "teams")
    story.publish()
    for (identity, title), tab in kept.items():
        assert story.google.spreadsheet(identity).tab(title) == tab
        assert titles(story, identity)[0] == "Our notes"


def test_a_filled_tab_of_the_same_title_is_refused_in_a_sentence(story: Story) -> None:
    story.google.person.delete_tab(story.data, "families")
    story.google.person.add_tab(story.data, "families", [["somebody's", "own"], ["a secret of theirs"]])
    before = story.contents()
    ran = story.publish(code=1)
    (sentence,) = [line for line in ran.err.splitlines() if not line.startswith(("publish: ", "Written: "))]
    assert "has a tab “families” that the service did not make, and it is not empty; rename that tab" in sentence
    assert "secret" not in ran.err
    assert story.contents() == before
    story.google.person.rename_tab(story.data, "families", "ours")
    story.publish()
    assert story.google.values(story.data, "ours") == [["somebody's", "own"], ["a secret of theirs"]]


@pytest.mark.parametrize("title", ["families", "Families"])
def test_a_blank_tab_of_the_same_title_becomes_ours(story: Story, title: str) -> None:
    before = by_title(story)["data.xlsx"]["families"]
    story.google.person.delete_tab(story.data, "families")
    story.google.person.add_tab(story.data, title)
    story.publish()
    after = by_title(story)["data.xlsx"]
    assert len(after) == len(DATA_TABS)
    # The grid of a tab that people add is larger than we make it, and so are its formats.
    assert after[title] | {"formats": ()} == before | {"title": title, "formats": ()}
    assert after[title]["formats"][: len(before["values"])] == before["formats"][: len(before["values"])]
    assert "nothing had changed" in story.publish().out


def test_a_copy_that_somebody_made_of_a_tab_is_theirs(story: Story) -> None:
    """Google copies what marks a tab as ours along with it."""
    spreadsheet = story.google.spreadsheet(story.data)
    copy = spreadsheet.tab("pulse").copy()
    copy.sheet_id, copy.title = 4711, "Copy of pulse"
    spreadsheet.tabs.insert(1, copy)
    story.google.person.type(story.data, "Copy of pulse", "A2", "played with")
    answer_once_more(story)
    story.publish()
    assert any(row["response_id"] == "new" for row in story.rows("pulse"))
    assert story.rows("Copy of pulse")[0]["response_id"] == "played with"


def test_a_filter_and_other_looks_that_people_gave_a_tab_stay(story: Story) -> None:
    tab = story.google.spreadsheet(story.data).tab("pulse")
    tab.column_properties[0] = {"pixelSize": 321}
    story.google.person.touch(story.data)
    answer_once_more(story)
    story.publish()
    assert story.google.spreadsheet(story.data).tab("pulse").widths[0] == 321


def test_a_spreadsheet_that_was_emptied_to_one_blank_tab_is_filled_again(story: Story, google: StandIn) -> None:
    before = by_title(story)
    for identity in story.published.values():
        google.remove(identity)
        google.add_spreadsheet(identity, "New")
    watches = [google.watch_tabs(identity) for identity in story.published.values()]
    story.publish()
    assert by_title(story) == before
    assert not any(watch.seen_empty for watch in watches)


def test_what_people_do_while_we_publish_is_mended_by_the_next_publish(story: Story) -> None:
    person = story.google.person
    answer_once_more(story)
    person.touch(story.register)
    story.google.meanwhile(
        lambda: person.sort(story.data, "families", "C", descending=True),
        on=lambda call: call.name == "sheets.spreadsheets.values.batchGet",
    )
    story.publish()
    story.publish()
    stood = story.google.values(story.data, "families")
    story.google.remove(story.data)
    story.google.add_spreadsheet(story.data, "New")
    story.publish()
    assert story.google.values(story.data, "families") == stood
