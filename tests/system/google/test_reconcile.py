"""Reconcile: whatever a form holds in Google is counted, and what no hook brought is fetched."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from integration.adapters.store import open_store
from tests.system.google.story import FORMS

if TYPE_CHECKING:
    from tests.system.google.story import Story

TOO_OLD_TO_BE_ASKED_FOR = "2021-07-01T10:00:00Z"
"""So long before the newest answer a sync does not ask Google for it, but once a day."""
COUNTS = ("held", "stored", "missing", "outdated", "erased", "gone")


def reconcile(story: Story, *words: str, code: int = 0) -> str:
    ran = story.run("run", "reconcile", *words)
    assert ran.code == code, ran.out + ran.err
    return ran.out + ran.err


def counted(story: Story) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = json.loads(story.run("status", "--json").out)["reconciled"]
    for each in told.values():
        assert each["held"] == each["stored"] + each["missing"] + each["outdated"] + each["erased"]
    return told


def counts(story: Story, form: str) -> dict[str, int]:
    """Return what was counted of a form, but for its answers that are simply there."""
    told = counted(story)[form]
    return {name: told[name] for name in COUNTS[2:] if told[name]}


def test_an_answer_that_no_webhook_brought_and_no_sync_read_is_fetched_and_counted(story: Story) -> None:
    story.answer("pulse", "lost", TOO_OLD_TO_BE_ASKED_FOR, team="Elm", ownership="Agree")
    assert story.sync().out == "sync: nothing new\n"
    there = len(story.responses("pulse"))
    would = reconcile(story, "--dry-run")
    assert "Dry run, nothing was written" in would
    assert counted(story) == {}

    told = reconcile(story)
    assert f"pulse: {there} held by Google, 1 was missing and has been fetched\n" in told
    assert told in would  # what a dry run would do is what is done
    assert counted(story)["pulse"]["stored"] == there - 1
    assert counts(story, "pulse") == {"missing": 1}
    assert counts(story, "families") == {}
    assert f"pulse: {there} held by Google, 0 were missing\n" in reconcile(story)
    status = story.run("status").out
    assert f": {there} held by Google, 0 were missing\n" in status
    assert "pulse: reconciled " in status


def test_what_was_fetched_is_published_and_the_next_sync_goes_on_from_there(story: Story) -> None:
    story.answer("pulse", "lost", TOO_OLD_TO_BE_ASKED_FOR, team="Elm", ownership="Agree")
    reconcile(story)
    with closing(open_store(f"sqlite:///{story.home / 'crescendo.db'}")) as store:
        assert [entry.slot.job for entry in store.ledger.open_entries()] == ["publish"]
    count = len(story.google.calls)
    assert story.sync().out == "sync: nothing new\n"
    asked = [call.query for call in story.calls_since(count) if call.path.endswith("/responses")]
    assert len(asked) == len(FORMS)
    assert all("filter=timestamp" in query for query in asked)


def test_an_answer_that_was_edited_unseen_is_told_apart(story: Story) -> None:
    edited = min(story.responses("families"), key=lambda each: each["lastSubmittedTime"])
    edited["lastSubmittedTime"] = edited["lastSubmittedTime"].replace("Z", "9Z")
    newest = max(each["lastSubmittedTime"] for each in story.responses("families"))
    assert newest > edited["lastSubmittedTime"]
    assert "1 stood here in an older version" in reconcile(story)
    assert counts(story, "families") == {"outdated": 1}
    reconcile(story)
    assert counts(story, "families") == {}


def test_an_answer_deleted_in_google_is_counted_as_gone_and_still_counts_here(story: Story) -> None:
    there = len(story.responses("pulse"))
    story.responses("pulse").pop()
    told = reconcile(story)
    assert f"pulse: {there - 1} held by Google, 0 were missing, 1 gone from there and still counted\n" in told
    assert counts(story, "pulse") == {"gone": 1}
    assert json.loads(story.run("status", "--json").out)["sources"]["pulse"]["received"] == there


def test_an_erased_answer_is_counted_apart_and_never_fetched(story: Story) -> None:
    erased = story.responses("pulse")[0]["responseId"]
    assert story.run("forget", "--response", erased, "--yes").code == 0
    there = len(story.responses("pulse"))
    assert f"pulse: {there} held by Google, 0 were missing, 1 erased here for good\n" in reconcile(story)
    assert counts(story, "pulse") == {"erased": 1}
    assert json.loads(story.run("status", "--json").out)["sources"]["pulse"]["received"] == there - 1
    assert erased not in story.run("status", "--json").out


def test_a_form_that_cannot_be_read_does_not_keep_the_others_back(story: Story) -> None:
    reconcile(story)
    before = counted(story)
    story.google.revoke(story.form("pulse"))
    story.answer("families", "lost", TOO_OLD_TO_BE_ASKED_FOR, team="Oak", needs_met="Agree")
    told = reconcile(story, code=2)
    assert "share it with that address" in told
    assert "The other forms were counted, and what was missing of them was fetched." in told
    assert counts(story, "families") == {"missing": 1}
    assert counted(story)["pulse"] == before["pulse"]


def test_what_a_sync_refuses_a_reconcile_refuses(story: Story) -> None:
    there = len(story.responses("families"))
    story.responses("families")[:] = story.responses("families")[: there * 2 // 3]
    told = reconcile(story, code=1)
    assert "run sync --accept-shrink families" in told
    assert list(counted(story)) == ["pulse"]
