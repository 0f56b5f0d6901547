"""Callers that take for ever keep no other caller waiting, and are cut off.

`make chaos` posts more often meanwhile, and waits as long as a caller does (--slow-posts, --whole-deadline).
"""

from __future__ import annotations

import inspect
import statistics
import time
from typing import TYPE_CHECKING

import pytest

from tests.system.webhooks import impatient
from tests.system.webhooks.running import Running
from tests.system.webhooks.slow_callers import READER, SENDERS, SlowCallers
from tests.unit.webhooks.web_app import envelope, response
from webhooks.server import REQUEST_SECONDS, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE_SECONDS = 0.05
A_SECOND = 1.0
ONCE_AT_MOST_SECONDS = 5.0
"""A machine that does other things as well may be away for a moment; not time and again."""
CUT_LATE_SECONDS = 12


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Running(tmp_path_factory.mktemp("slow") / "home", options=("--per-client", "10000000")) as running:
        yield running


def seconds_of_posts(web: Running, name: str, posts: int) -> list[float]:
    """Post responses one after another; return how long each took, from before the connection to the whole answer."""
    taken = []
    for place in range(posts):
        body = envelope(response(f"{name}-{place}"))
        began = time.monotonic()
        assert web.post(body) == (202, b'{"status":"stored"}\n')
        taken.append(time.monotonic() - began)
        time.sleep(PAUSE_SECONDS)
    return taken


@pytest.mark.parametrize(
    ("number", "kinds"), [(150, SENDERS), (1000, SENDERS), (150, (READER,))], ids=["150", "1000", "150 readers"]
)
def test_a_response_is_taken_within_a_second_while_others_take_for_ever(
    web: Running, number: int, kinds: tuple[str, ...], slow_posts: int
) -> None:
    with SlowCallers(web.port, number, kinds) as drips:
        taken = seconds_of_posts(web, f"{number}-{kinds[0]}", slow_posts)
    assert drips.problem is None
    assert drips.rounds >= 2, "nobody dripped"
    assert statistics.median(taken) <= A_SECOND
    assert statistics.quantiles(taken, n=10)[-1] <= A_SECOND
    assert max(taken) <= ONCE_AT_MOST_SECONDS
    print(f"\n{number} {kinds}: median {statistics.median(taken):.3f} s, longest {max(taken):.3f} s")  # noqa: T201  # -s


def test_a_request_that_drips_is_cut_off(tmp_path: Path, *, whole_deadline: bool) -> None:
    assert inspect.signature(serve).parameters["request_seconds"].default == REQUEST_SECONDS == 8
    module = "webhooks" if whole_deadline else impatient.__name__
    deadline = REQUEST_SECONDS if whole_deadline else impatient.REQUEST_SECONDS
    with Running(tmp_path / "home", module=module) as web, SlowCallers(web.port, len(SENDERS)) as drips:
        until = time.monotonic() + deadline + CUT_LATE_SECONDS
        while {kind for kind, _ in drips.cut_after} < set(SENDERS):
            assert time.monotonic() < until, f"only these were cut: {drips.cut_after}"
            time.sleep(0.1)
    assert min(seconds for _, seconds in drips.cut_after) > deadline - 1
