"""The power goes while we write to Google: the next publish makes it good."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.fakes.google import StandIn
from tests.system.commands import PROJECT
from tests.system.google.story import copy_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.google.call_log import Call
    from tests.system.google.story import Story


def is_writing(call: Call) -> bool:
    return call.name == "sheets.spreadsheets.values.batchUpdate"


def test_a_publishing_that_is_killed_is_made_good_by_the_next(story: Story, tmp_path: Path) -> None:
    story.answer("pulse", "new", team="Elm", ownership="Agree")
    story.google.person.delete_tab(story.data, "families")
    story.sync()
    with StandIn() as other:
        clean = copy_of(story, other, tmp_path / "clean")
        clean.publish()
        expected = clean.contents()
    watch = story.google.watch_tabs(story.data)
    command = [sys.executable, "-m", "jobs", "run", "publish", "--as-of", story.as_of,
               "--config", str(story.config), "--home", str(story.home)]  # fmt: skip
    publishing = subprocess.Popen(  # noqa: S603  # our own command
        command, cwd=PROJECT, env={"PATH": "/usr/bin:/bin"} | story.environment, stderr=subprocess.DEVNULL
    )
    story.google.meanwhile(
        lambda: publishing.send_signal(signal.SIGKILL),
        on=lambda call: call.name == "sheets.spreadsheets.values.batchUpdate",
    )
    assert publishing.wait() == -signal.SIGKILL
    story.publish()
    assert story.contents() == expected
    assert watch.seen_empty == []
