"""One writer for many callers: each waits for its own arrival, and they share the disk."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from integration.adapters.clock import FixedClock
from integration.adapters.intake import GroupCommit
from integration.adapters.store import open_store
from integration.errors import BusyError, CrescendoError, StoreError, StoreUnreachableError
from integration.model import Arrival, IntakeOutcome, RawResponse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from integration.adapters.store import Store

NOW = datetime(2022, 3, 28, 10, 0, tzinfo=UTC)
MOMENT = "2022-03-28T10:00:00.000000000Z"


def arrival(number: int, source: str = "pulse") -> Arrival:
    return Arrival(source, RawResponse(f"r-{number}", MOMENT, MOMENT, "{}"))


class Slow:
    """A store that can be held, refuses what a test says, and remembers how many came together."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.refuses: dict[str, Exception] = {}
        self.together: list[int] = []

    def receive(self, arrivals: Sequence[Arrival], *, received_at: datetime) -> list[IntakeOutcome]:
        """Do as the store does."""
        self.together.append(len(arrivals))
        assert self.goes_on.wait(20)
        for each in arrivals:
            if each.response and each.response.response_id in self.refuses:
                raise self.refuses[each.response.response_id]
        return self._store.responses.receive(arrivals, received_at=received_at)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'crescendo.db'}")
    yield opened
    opened.close()


@pytest.fixture
def slow(store: Store) -> Slow:
    return Slow(store)


def opened(slow: Slow, timeout_seconds: float = 10) -> GroupCommit:
    return GroupCommit(slow, FixedClock(NOW), timeout_seconds=timeout_seconds)  # type: ignore[arg-type]  # one method is asked


def test_what_arrives_while_the_disk_is_busy_shares_the_next_transaction(slow: Slow, store: Store) -> None:
    intake = opened(slow)
    slow.goes_on.clear()
    with ThreadPoolExecutor(40) as callers:
        first = callers.submit(intake.take, arrival(0))
        while not slow.together:
            time.sleep(0.001)
        others = [callers.submit(intake.take, arrival(number)) for number in range(1, 30)]
        twice = callers.submit(intake.take, arrival(29))
        time.sleep(0.1)
        assert not any(future.done() for future in (first, *others)), "nobody hears before it is on disk"
        assert intake.waited_seconds >= 0.1
        slow.goes_on.set()
        receipts = [future.result() for future in (first, *others, twice)]
    assert slow.together == [1, 30]
    assert sorted(receipts) == [IntakeOutcome.DUPLICATE] + [IntakeOutcome.STORED] * 30
    assert store.responses.ids("pulse") == {f"r-{number}" for number in range(30)}
    assert intake.waited_seconds == 0
    intake.close()


def test_receipts_go_to_whom_they_belong(slow: Slow) -> None:
    intake = opened(slow)
    intake.take(arrival(1))
    slow.goes_on.clear()
    asked = [arrival(1), arrival(2), arrival(2, "families"), Arrival("pulse", job="sync/form:pulse"), arrival(1)]
    with ThreadPoolExecutor(8) as callers:
        held = callers.submit(intake.take, arrival(9))
        time.sleep(0.05)
        futures = []
        for each in asked:
            futures.append(callers.submit(intake.take, each))
            time.sleep(0.01)
        slow.goes_on.set()
        receipts = [future.result() for future in (held, *futures)]
    stored, known = IntakeOutcome.STORED, IntakeOutcome.DUPLICATE
    assert receipts == [stored, known, stored, stored, IntakeOutcome.NOTED, known]
    intake.close()


@pytest.mark.parametrize("error", [StoreError("this one cannot be stored"), RuntimeError("inside")])
def test_one_that_cannot_be_stored_keeps_no_other_out(slow: Slow, store: Store, error: Exception) -> None:
    intake = opened(slow)
    slow.refuses = {"r-3": error}
    slow.goes_on.clear()
    with ThreadPoolExecutor(10) as callers:
        futures = [callers.submit(intake.take, arrival(number)) for number in range(6)]
        time.sleep(0.05)
        slow.goes_on.set()
        errors = [future.exception() for future in futures]
    assert [type(each) for each in errors] == [type(None)] * 3 + [StoreError] + [type(None)] * 2
    assert store.responses.ids("pulse") == {f"r-{number}" for number in (0, 1, 2, 4, 5)}
    intake.close()


@pytest.mark.parametrize("error", [StoreUnreachableError("away"), BusyError("busy")])
def test_a_store_that_is_away_is_not_asked_for_each_caller_anew(slow: Slow, error: CrescendoError) -> None:
    intake = opened(slow)
    slow.refuses = {"r-0": error}
    slow.goes_on.clear()
    with ThreadPoolExecutor(10) as callers:
        futures = [callers.submit(intake.take, arrival(0)) for _ in range(6)]
        time.sleep(0.05)
        slow.goes_on.set()
        assert {type(future.exception()) for future in futures} == {type(error)}
    assert len(slow.together) <= 2
    slow.refuses = {}
    assert intake.take(arrival(0)) is IntakeOutcome.STORED, "it goes on as soon as the store is back"
    intake.close()


def test_a_caller_does_not_wait_for_ever_and_may_send_it_again(slow: Slow) -> None:
    intake = opened(slow, timeout_seconds=0.05)
    slow.goes_on.clear()
    with pytest.raises(BusyError, match=r"did not take what arrived within 0\.05 seconds; send it again later"):
        intake.take(arrival(1))
    slow.goes_on.set()
    while intake.waited_seconds:
        time.sleep(0.005)
    assert intake.take(arrival(1)) is IntakeOutcome.DUPLICATE
    intake.close()


def test_closing_first_stores_what_has_arrived(slow: Slow, store: Store) -> None:
    intake = opened(slow)
    slow.goes_on.clear()
    with ThreadPoolExecutor(10) as callers:
        futures = [callers.submit(intake.take, arrival(number)) for number in range(5)]
        time.sleep(0.05)
        closing = callers.submit(intake.close)
        time.sleep(0.02)
        with pytest.raises(BusyError, match="takes nothing more"):
            intake.take(arrival(6))
        slow.goes_on.set()
        closing.result()
        assert [future.result() for future in futures] == [IntakeOutcome.STORED] * 5
    assert len(store.responses.ids("pulse")) == 5
    intake.close()


def test_closing_what_was_never_used_is_nothing(slow: Slow) -> None:
    opened(slow).close()


def test_who_comes_while_the_store_is_stuck_is_told_at_once(
    slow: Slow, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake = opened(slow, timeout_seconds=0.05)
    slow.goes_on.clear()
    with pytest.raises(BusyError):
        intake.take(arrival(1))
    time.sleep(0.01)
    for number in range(2, 20):
        with pytest.raises(BusyError, match="nothing more"):
            intake.take(arrival(number))
    slow.goes_on.set()
    while intake.waited_seconds:
        time.sleep(0.001)
    monkeypatch.setattr(intake, "_timeout_seconds", 20)  # a busy disk may need more than the 0.05 seconds above
    assert intake.take(arrival(2)) is IntakeOutcome.STORED
    assert slow.together == [1, 1]
    assert store.responses.ids("pulse") == {"r-1", "r-2"}
    intake.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_writer_that_died_is_followed_by_another(slow: Slow) -> None:
    slow.refuses["r-1"] = SystemExit()  # type: ignore[assignment]  # what no store raises
    intake = opened(slow, timeout_seconds=0.2)
    with pytest.raises(BusyError):
        intake.take(arrival(1))
    assert intake.take(arrival(2)) is IntakeOutcome.STORED
    assert intake.waited_seconds == 0
    intake.close()
