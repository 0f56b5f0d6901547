"""Nothing new: nothing is written, and hardly anything is asked."""

from __future__ import annotations

import socket
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from tests.fakes.google.call_log import Call
    from tests.system.google.story import Story

MOST_READS = 2


def reads_about(calls: Sequence[Call]) -> Counter[str]:
    """Return how many calls asked about each form and spreadsheet."""
    return Counter(next(part for part in call.path.split("/") if "-" in part).partition(":")[0] for call in calls)


def test_a_second_sync_with_nothing_new_writes_nothing_and_asks_little(story: Story) -> None:
    story.sync()
    before, changed_at, count = story.contents(), story.changed_at(), len(story.google.calls)
    assert story.sync().out == "sync: nothing new\n"
    calls = story.calls_since(count)
    asked = reads_about(calls)
    assert all(call.reads for call in calls)
    assert max(asked.values()) <= MOST_READS
    assert {story.form("pulse"), story.form("families"), story.register} <= set(asked)
    assert (story.contents(), story.changed_at()) == (before, changed_at)


def test_a_second_publish_with_nothing_new_asks_only_when_the_files_were_changed(story: Story) -> None:
    story.sync()
    before, changed_at, count = story.contents(), story.changed_at(), len(story.google.calls)
    assert "nothing had changed" in story.publish().out
    calls = story.calls_since(count)
    assert [call.name for call in calls] == ["drive.files.get"] * 3
    assert (story.contents(), story.changed_at()) == (before, changed_at)


def test_a_publish_after_somebody_only_looked_around_writes_nothing(story: Story) -> None:
    for identity in story.published.values():
        story.google.person.touch(identity)
    before, changed_at, count = story.contents(), story.changed_at(), len(story.google.calls)
    assert "nothing had changed" in story.publish().out
    assert all(call.reads for call in story.calls_since(count))
    assert (story.contents(), story.changed_at()) == (before, changed_at)


def test_a_publish_of_the_next_day_writes_no_more_than_what_the_day_changed(story: Story) -> None:
    count = len(story.google.calls)
    assert "nothing had changed" in story.publish(days_later=3).out
    assert all(call.reads for call in story.calls_since(count))


def test_no_other_host_is_ever_asked(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def noting(host: str, *given: object, **named: object) -> object:
        asked.append(host)
        return look_up(host, *given, **named)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(socket, "getaddrinfo", noting)
    story.sync("--debug-traffic")
    assert set(asked) <= {"127.0.0.1"}
