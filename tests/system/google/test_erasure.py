"""A data subject who is erased leaves the spreadsheets in Google too, and their cached state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.system.erasure.small_programme import find_phrases

if TYPE_CHECKING:
    from tests.system.google.story import Story

ATTENTION, MINE, CODE = "needs_attention", "a-mine", "QX07"
WORDS = {"an answer": "velvet cyclone", "what was not read": "Marmalade!", "a correction": "lavender anvil"}


def in_google(story: Story) -> set[str]:
    told = repr(story.contents())
    return {what for what, phrase in WORDS.items() if phrase in told}


def test_the_person_is_gone_from_tabs_images_and_home_also_after_the_next_sync(story: Story) -> None:
    story.answer(
        "pulse", MINE, team="Elm", code=" qx 07", ownership=WORDS["what was not read"], going_well=WORDS["an answer"]
    )
    story.sync()
    story.publish()
    headings = list(map(str, story.google.values(story.data, ATTENTION)[0]))
    cell = f"{chr(ord('A') + headings.index('correction'))}{story.row_number(ATTENTION, key=MINE)}"
    story.google.person.type(story.data, ATTENTION, cell, WORDS["a correction"])
    assert in_google(story) == set(WORDS)

    asked = story.run("forget", "--code", CODE)
    assert (asked.code, "1 response" in asked.out) == (2, True)
    assert "--yes" in asked.err
    assert in_google(story) == set(WORDS)

    done = story.run("forget", "--code", CODE, "--yes")
    assert done.code == 0, done.err
    assert "Google's version history of the data spreadsheet" in done.out
    assert in_google(story) == set()
    story.sync()
    story.publish()
    assert in_google(story) == set()
    assert find_phrases(story.home, WORDS) == {}

    again = story.run("forget", "--response", MINE, "--yes")
    assert (again.code, "was forgotten before" in again.out) == (0, True)
    assert story.run("forget", "--code", CODE, "--yes").code == 2
    trail = story.run("audit", "--json")
    assert trail.code == 0
    assert CODE not in trail.out
    assert MINE not in trail.out
    actions = [line["action"] for line in json.loads(trail.out)["lines"]]
    assert [action for action in actions if action != "run"] == ["forget"] * 3
