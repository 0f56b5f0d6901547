"""Running one slot: how it ends, when it is tried again, and that a job cannot take for ever."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from config.schema import Job
from integration.errors import ExternalServiceError, JobTimeoutError, SourceError
from integration.model import PlannedSlot, Slot, SlotState
from jobs.scheduling.runs import MAX_CUT_SHORT, retry_delay, run_slot, time_limit
from tests.system.scheduling.counted_job import FIRST, service_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from integration.model import LedgerEntry
    from integration.wiring import Service

SLOT = Slot(FIRST, "publish")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = service_of(tmp_path)
    service.store.ledger.plan([PlannedSlot(SLOT)], now=FIRST)
    yield service
    service.close()


def raising(error: Exception) -> Callable[[Service, Slot], str]:
    def do(_service: Service, _slot: Slot) -> str:
        raise error

    return do


def ended(service: Service) -> LedgerEntry:
    return service.store.ledger.last_ended()["publish"]


def test_a_slot_that_went_well_is_done_and_says_what_was_done(service: Service) -> None:
    assert run_slot(service, SLOT, by="a test", do=lambda *_: "wrote two tabs") is None
    entry = ended(service)
    assert (entry.state, entry.attempts, entry.note, entry.by) == (SlotState.DONE, 1, "wrote two tabs", "a test")


def test_a_slot_that_has_ended_is_not_run_again(service: Service) -> None:
    run_slot(service, SLOT, by="the first", do=lambda *_: "ran")
    run_slot(service, SLOT, by="the second", do=raising(AssertionError("it ran again")))
    assert (ended(service).by, ended(service).attempts) == ("the first", 1)


def test_a_retryable_failure_is_tried_again_and_each_attempt_is_counted(service: Service) -> None:
    away = raising(ExternalServiceError("Google cannot be reached."))
    for attempt in range(1, 4):
        before = service.clock.now()
        at = run_slot(service, SLOT, by="a test", do=away)
        assert at is not None
        assert at >= before + retry_delay(attempt)
        (entry,) = service.store.ledger.open_entries()
        assert (entry.attempts, entry.state, entry.try_at) == (attempt, SlotState.WAITING, at)
        assert service.store.ledger.ready(now=before) == []
        assert service.store.ledger.ready(now=at) == [SLOT]
    assert run_slot(service, SLOT, by="a test", do=lambda *_: "at last") is None
    assert (ended(service).state, ended(service).attempts) == (SlotState.DONE, 4)


def test_a_permanent_failure_is_not_tried_again(service: Service) -> None:
    assert run_slot(service, SLOT, by="a test", do=raising(SourceError("pulse: the file is broken."))) is None
    assert (ended(service).state, ended(service).note) == (SlotState.FAILED, "pulse: the file is broken.")


def test_the_words_of_an_unexpected_error_are_kept_nowhere(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    assert run_slot(service, SLOT, by="a test", do=raising(ValueError("what Ana answered")))
    (entry,) = service.store.ledger.open_entries()
    assert "ValueError" in entry.note
    assert "Ana" not in entry.note
    assert [record.getMessage() for record in caplog.records if "Ana" in record.getMessage()] == []


def test_a_slot_that_ends_the_process_each_time_is_given_up(service: Service) -> None:
    ledger = service.store.ledger
    for _ in range(MAX_CUT_SHORT + 1):
        ledger.begin(SLOT, by="a process that dies", now=FIRST)
        ledger.reset_running()
    assert run_slot(service, SLOT, by="a test", do=raising(AssertionError("it ran"))) is None
    assert ended(service).state == SlotState.FAILED
    assert f"cut short {MAX_CUT_SHORT + 1} times" in ended(service).note


def test_a_worker_that_was_only_thought_dead_cannot_reopen_a_slot_that_another_has_ended(service: Service) -> None:
    def overtaken(_service: Service, slot: Slot) -> str:
        assert run_slot(service, slot, by="who took over", do=lambda *_: "done by another") is None
        raise ExternalServiceError("The connection was lost.")

    assert run_slot(service, SLOT, by="who was thought dead", do=overtaken) is None
    assert (ended(service).state, ended(service).note) == (SlotState.DONE, "done by another")
    assert service.store.ledger.open_entries() == []


def test_a_job_that_takes_too_long_is_broken_off_and_tried_again(service: Service) -> None:
    jobs = {**service.settings.jobs}
    jobs["publish"] = Job.model_validate({"about": "sleeps", "when": "by hand", "within": "1 minute"})
    object.__setattr__(service, "settings", service.settings.model_copy(update={"jobs": jobs}))

    def sleep(_service: Service, _slot: Slot) -> str:
        with time_limit(timedelta(milliseconds=300), "publish"):
            time.sleep(30)
        return "slept"

    assert run_slot(service, SLOT, by="a test", do=sleep) is not None
    (entry,) = service.store.ledger.open_entries()
    assert "took longer than" in entry.note


def test_a_time_limit_that_is_swallowed_strikes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.scheduling.runs.REPEAT_SECONDS", 0.3)
    swallowed = []

    def swallow_the_first() -> None:
        with suppress(JobTimeoutError):
            time.sleep(30)
        swallowed.append(1)
        time.sleep(30)

    with (
        pytest.raises(JobTimeoutError, match="publish took longer"),
        time_limit(timedelta(milliseconds=300), "publish"),
    ):
        swallow_the_first()
    assert swallowed == [1]


def test_a_time_limit_that_is_over_interrupts_nothing_else() -> None:
    with time_limit(timedelta(milliseconds=100), "publish"):  # on a busy machine a millisecond is over at once
        pass
    time.sleep(0.15)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
