"""What is acknowledged stands on disk: strace sees the sync end before the 202 goes out, and without it this fails.

Killing a process cannot show that, for the system keeps what was written; only a power cut would lose it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.skipping import skip_outside_ci
from tests.system.webhooks.running import Running
from tests.system.webhooks.system_calls import CannotTrace, calls, tracer, unsynced
from tests.unit.webhooks.web_app import envelope, response

if TYPE_CHECKING:
    from pathlib import Path

ONE_BY_ONE, AT_ONCE = 20, 40
TOGETHER = 8
EVERY_ONE = {f"marked-{number:03d}." for number in range(ONE_BY_ONE + AT_ONCE)}


def traced_posts(home: Path, module: str) -> dict[str, bool]:
    """Post marked responses, some one after another and some at once; say of each whether it was answered too early."""
    trace = home.with_name("trace")
    try:
        before = tracer(trace)
    except CannotTrace as why:
        skip_outside_ci(why)
    with Running(home, before=before, module=module) as web:
        assert web.process is not None
        pid = web.process.pid
        bodies = [envelope(response(mark)) for mark in sorted(EVERY_ONE)]
        statuses = [web.post(body)[0] for body in bodies[:ONE_BY_ONE]]
        with ThreadPoolExecutor(TOGETHER) as threads:
            statuses += [status for status, _ in threads.map(web.post, bodies[ONE_BY_ONE:])]
        assert set(statuses) == {202}
    return unsynced(calls(trace, pid), home / "crescendo.db")


def test_an_answer_is_on_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    posts = traced_posts(tmp_path / "home", "webhooks")
    assert set(posts) == EVERY_ONE
    assert [mark for mark, too_early in posts.items() if too_early] == []


def test_that_would_be_seen_to_fail_on_a_store_that_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    posts = traced_posts(tmp_path / "home", "tests.system.webhooks.unsynced")
    assert set(posts) == EVERY_ONE
    assert [mark for mark, too_early in posts.items() if not too_early] == []
