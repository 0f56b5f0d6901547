"""Nothing new: nothing is written, and hardly anything is asked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.jobs.google.story import Story


def test_a_second_sync_with_nothing_new_writes_nothing_and_asks_little(story: Story) -> None:
    before, changed_at = story.standing(), story.changed_at()
    ran = story.sync()
    assert ran.out == "sync: nothing new\n"
    calls = story.calls_since(0)
    assert all(call.reads for call in calls)
    about = Counter((call.kind, call.path.split("/")[3 if call.kind != "drive" else 4].partition(":")[0]) for call in calls)
    assert about == {}
    assert (story.standing(), story.changed_at()) == (before, changed_at)
