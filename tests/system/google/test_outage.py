"""An outage is never mistaken for emptiness: less than before waits for a person, nothing at all waits for Google."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.google.call_log import Call
    from tests.system.google.story import Story

FOR_EVER = 1000


def lose_all_answers(story: Story) -> str:
    story.responses("pulse").clear()
    return "pulse"


def lose_the_newest_third_of_the_answers(story: Story) -> str:
    found = sorted(story.responses("families"), key=lambda each: each["lastSubmittedTime"])
    story.responses("families")[:] = found[: len(found) * 2 // 3]
    return "families"


def lose_most_rows_of_a_sheet(story: Story) -> str:
    story.google.person.delete_rows(story.register, "Small changes", 3, count=20)
    return "small_changes"


def lose_all_rows_of_a_sheet(story: Story) -> str:
    height = len(story.google.values(story.register, "Teams"))
    story.google.person.delete_rows(story.register, "Teams", 2, count=height - 1)
    return "teams"


@pytest.mark.parametrize(
    "lose",
    [lose_all_answers, lose_the_newest_third_of_the_answers, lose_most_rows_of_a_sheet, lose_all_rows_of_a_sheet],
)
def test_less_than_before_waits_for_a_person(story: Story, lose: Callable[[Story], str]) -> None:
    source, before = lose(story), story.contents()
    ran = story.sync(code=1)
    told = [line for line in ran.err.splitlines() if not line.startswith("sync: ")]
    assert len(told) == 2
    assert told[0].startswith(source)
    assert f"--accept-shrink {source}" in told[0]
    assert "Nothing that was published before has been changed" in told[1]
    assert "nothing had changed" in story.publish().out
    assert story.contents() == before
    story.sync("--accept-shrink", source)
    story.sync()


def test_answers_that_went_unseen_are_missed_when_all_is_read_again(story: Story) -> None:
    found = sorted(story.responses("families"), key=lambda each: each["lastSubmittedTime"])
    story.responses("families")[:] = found[len(found) // 3 :]
    assert story.sync().out == "sync: nothing new\n"
    assert "--accept-shrink families" in story.sync(code=1, days_later=2).err
    assert "--accept-shrink families" in story.sync(code=1, days_later=2).err
    story.sync("--accept-shrink", "families", days_later=2)
    assert story.sync(days_later=2).out.endswith("sync: nothing new\n")


def test_what_a_person_confirmed_once_is_not_asked_again_the_next_day(story: Story) -> None:
    lose_the_newest_third_of_the_answers(story)
    story.sync(code=1)
    story.sync("--accept-shrink", "families")
    for days in (2, 4):
        assert story.sync(days_later=days).out.endswith("sync: nothing new\n")


@pytest.mark.parametrize("tab", ["Small changes", "Teams"])
def test_a_tab_that_reads_empty_changes_nothing(story: Story, tab: str) -> None:
    before = story.contents()
    story.google.person.clear(story.register, tab)
    ran = story.sync(code=1)
    assert f"“{tab}”" in ran.err
    assert "empty" in ran.err
    story.publish()
    assert story.contents() == before


def test_a_tab_that_is_gone_changes_nothing(story: Story) -> None:
    before = story.contents()
    story.google.person.delete_tab(story.register, "Teams")
    assert "teams (tab “Teams” of register)" in story.sync(code=1).err
    story.publish()
    assert story.contents() == before


def about(identity: str) -> Callable[[Call], bool]:
    return lambda call: identity in call.path


def test_an_outage_of_one_spreadsheet_is_told_and_the_other_sources_land(story: Story) -> None:
    story.answer("pulse", "meanwhile", team="Elm", ownership="Agree")
    story.answer("families", "also", team="Elm", needs_met="Agree")
    story.google.faults.script(["503"] * FOR_EVER, on=about(story.register))
    ran = story.sync(code=75)
    assert "The spreadsheet “register”: Google cannot be reached or is too busy (503" in ran.err
    story.google.faults.clear()
    assert story.sync().out == "sync: nothing new\n"
    story.publish()
    assert any(row["response_id"] == "meanwhile" for row in story.rows("pulse"))


@pytest.mark.parametrize("kind", ["502-html", "lost-reply"])
def test_an_outage_of_all_of_google_ends_with_try_again_later(story: Story, kind: str) -> None:
    before = story.contents()
    story.answer("pulse", "meanwhile", team="Elm", ownership="Agree")
    story.google.faults.at_random(1.0, kinds=[kind])
    ran = story.sync(code=75)
    assert "try again later" in ran.err.lower()
    assert len(ran.err.splitlines()) < 15
    assert "later" in story.publish(code=75).err
    story.google.faults.clear()
    assert story.contents() == before
    assert "1 new in pulse" in story.sync().out


def test_an_outage_of_the_sign_in_ends_with_try_again_later(story: Story) -> None:
    story.google.faults.script(["reset"] * FOR_EVER, on=lambda call: call.kind == "token")
    assert "later" in story.sync(code=75).err
    story.google.faults.clear()
    story.google.faults.script(["reset", "503"], on=lambda call: call.kind == "token")
    assert story.sync().out == "sync: nothing new\n"


def test_an_outage_while_publishing_is_made_good_the_next_time(story: Story) -> None:
    story.answer("pulse", "meanwhile", team="Elm", ownership="Agree")
    story.sync()
    story.google.faults.script(["503"] * FOR_EVER, on=lambda call: call.name.endswith("values.batchUpdate"))
    before = story.contents()
    assert "later" in story.publish(code=75).err
    assert story.contents() == before
    story.google.faults.clear()
    story.publish()
    assert any(row["response_id"] == "meanwhile" for row in story.rows("pulse"))
    assert "nothing had changed" in story.publish().out
