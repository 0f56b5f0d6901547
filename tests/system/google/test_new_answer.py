"""One new answer: what it touches is written, and nothing else; none of it is ever printed."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.fakes.google import a1

if TYPE_CHECKING:
    from tests.fakes.google.call_log import Call
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.system.google.story import Story

TOLD_US = "Nobody but the project team may read this"
AGREE = "Agree"


def written_cells(spreadsheet: Spreadsheet, body: dict[str, Any]) -> list[tuple[object, object]]:
    """Return each cell of a values:batchUpdate: what stood there, and what is written."""
    pairs: list[tuple[object, object]] = []
    for data in body["data"]:
        title, rest = a1.split(data["range"])
        span, tab = a1.parse(rest), spreadsheet.tab(title or "")
        for row, values in enumerate(data["values"], start=span.row):
            for column, value in enumerate(values, start=span.column):
                stood = tab.value(row, column)
                pairs.append(("" if stood is None else stood, value))
    return pairs


def test_only_cells_that_differ_are_written_in_few_calls(story: Story) -> None:
    story.answer("pulse", "one more", team="Elm", ownership=AGREE, going_well=TOLD_US)
    story.answer("families", "another", team="Oak", needs_met=AGREE)
    story.sync()
    before: list[Spreadsheet] = []
    writes: list[Call] = []

    def keep(identity: str) -> None:
        before.append(story.google.spreadsheet(identity).copy())

    def writes_to(identity: str, call: Call) -> bool:
        return call.path.endswith(f"{identity}/values:batchUpdate")

    for identity in story.published.values():
        story.google.meanwhile(partial(keep, identity), on=partial(writes_to, identity))
    count = len(story.google.calls)
    assert "the data spreadsheet" in story.publish().out
    calls = story.calls_since(count)
    writes = [call for call in calls if call.name.endswith("values.batchUpdate")]
    assert writes
    for stood, call in zip(before, writes, strict=True):
        cells = written_cells(stood, call.body)
        assert cells
        assert [pair for pair in cells if pair[0] == pair[1]] == []
    most = Counter((call.path.split("/")[3].partition(":")[0], call.name) for call in calls if call.kind == "sheets")
    assert max(most.values()) == 1
    assert any(row["response_id"] == "one more" for row in story.rows("pulse"))


def test_the_traffic_is_told_call_by_call_and_never_what_was_in_it(story: Story) -> None:
    story.answer("pulse", "one more", team="Elm", ownership=AGREE, going_well=TOLD_US)
    for ran in (story.sync("--debug-traffic"), story.publish("--debug-traffic")):
        lines = [line for line in ran.out.splitlines() if " B out " in line]
        told = ran.out.splitlines()[-1]
        assert len(lines) == int(re.match(r"(\d+) calls: ", told)[1])  # type: ignore[index]  # it matches
        assert all(re.search(r"(read|write) +200 +[\d,]+ B out +[\d,]+ B in", line) for line in lines)
        for word in (TOLD_US, AGREE, "one more", "Bearer", "ya29"):
            assert word not in ran.out + ran.err
    assert len(story.calls_since(0)) > len(lines)


def test_an_edited_answer_counts_as_it_is_now(story: Story) -> None:
    story.answer("pulse", "edited", "2024-01-01T10:00:00.5Z", team="Elm", ownership=AGREE)
    story.sync()
    story.publish()
    assert [row["ownership"] for row in story.rows("pulse") if row["response_id"] == "edited"] == [4]
    story.responses("pulse").pop()
    story.answer("pulse", "edited", "2024-01-01T10:00:00.500000001Z", team="Elm", ownership="Disagree")
    assert "1 new in pulse" in story.sync().out
    story.publish()
    assert [row["ownership"] for row in story.rows("pulse") if row["response_id"] == "edited"] == [2]


def test_times_of_any_precision_are_moments_and_not_texts(story: Story) -> None:
    """`10:00:00Z` is after `09:59:59.999999999Z` and before `10:00:00.001Z`, though not by the alphabet."""
    for number, moment in enumerate(("10:00:00.001Z", "10:00:00Z", "10:00:00.000000001Z", "10:00:00.000999Z")):
        story.responses("pulse")[:] = [each for each in story.responses("pulse") if each["responseId"] != "same"]
        labels = ("Strongly agree", "Disagree", "Neither agree nor disagree", "Strongly disagree")
        story.answer("pulse", "same", f"2024-01-01T{moment}", team="Elm", ownership=labels[number])
        story.sync()
    story.publish()
    assert [row["ownership"] for row in story.rows("pulse") if row["response_id"] == "same"] == [5]


def test_many_pages_in_any_order_are_read_to_the_end(story: Story) -> None:
    story.google.page_size(7)
    for number in range(30):
        story.answer("pulse", f"new {number}", f"2024-01-01T10:{number:02}:00Z", team="Elm", ownership=AGREE)
    assert "30 new in pulse" in story.sync().out
    assert story.sync().out == "sync: nothing new\n"


def test_an_answer_that_stands_on_two_pages_counts_once(story: Story) -> None:
    story.google.page_size(7)
    for number in range(30):
        story.answer("pulse", f"new {number}", f"2024-01-01T10:{number:02}:00Z", team="Elm", ownership=AGREE)
    story.responses("pulse").extend(story.responses("pulse")[-20:])
    assert "30 new in pulse" in story.sync().out
    story.publish()
    assert len({row["response_id"] for row in story.rows("pulse")}) == len(story.rows("pulse"))


def test_answers_that_come_while_the_pages_are_read_come_with_the_next_sync(story: Story) -> None:
    story.google.page_size(7)
    for number in range(20):
        story.answer("pulse", f"new {number}", f"2024-01-01T10:{number:02}:00Z", team="Elm", ownership=AGREE)
    story.google.meanwhile(
        lambda: story.answer("pulse", "late", "2024-01-01T10:05:30Z", team="Elm", ownership=AGREE),
        on=lambda call: call.kind == "forms" and "pageToken" in call.query,
    )
    assert "20 new in pulse" in story.sync().out
    assert "1 new in pulse" in story.sync().out
