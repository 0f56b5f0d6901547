"""A dry run asks Google everything and writes nothing: not there, not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.google.story import Story


def files(home: Path) -> dict[str, bytes]:
    kept = (path for path in home.rglob("*") if path.is_file() and path.suffix not in {".lock", ".db-shm", ".db-wal"})
    return {str(path.relative_to(home)): path.read_bytes() for path in kept}


def test_a_dry_sync_reads_everything_and_keeps_nothing(story: Story) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    before, at_home, count = story.contents(), files(story.home), len(story.google.calls)
    for _ in range(2):
        ran = story.sync("--dry-run")
        assert "Dry run, nothing was written" in ran.out
        assert "1 new in pulse" in ran.out
    calls = story.calls_since(count)
    assert calls
    assert all(call.reads for call in calls)
    assert (story.contents(), files(story.home)) == (before, at_home)
    assert "1 new in pulse" in story.sync().out


def test_a_dry_publish_says_what_would_be_written(story: Story) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.sync()
    before, at_home, count = story.contents(), files(story.home), len(story.google.calls)
    for _ in range(2):
        ran = story.publish("--dry-run")
        assert "Dry run, nothing was written. Would be: publish: the data spreadsheet" in ran.out
    assert all(call.reads for call in story.calls_since(count))
    assert (story.contents(), files(story.home)) == (before, at_home)
    assert "publish: the data spreadsheet" in story.publish().out


def test_the_traffic_of_a_dry_run_is_told_as_well(story: Story) -> None:
    told = story.sync("--dry-run", "--debug-traffic").out
    assert "Google was not called" not in told
    assert " calls: " in told


def test_a_dry_publish_into_new_spreadsheets_leaves_them_blank(story: Story) -> None:
    for identity in story.published.values():
        story.google.remove(identity)
        story.google.add_spreadsheet(identity, "New")
    before = story.contents()
    assert "the summary of southmere" in story.publish("--dry-run").out
    assert story.contents() == before
