"""What was stored while the clock was ahead, once it is right again: each moment by which something is judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config.schema import Alerts, Settings
from config.schema.base import Duration
from config.schema.fields import DetectedRewording
from config.schema.packs import Person
from integration.adapters.clock import FixedClock, SharedClock, write_moment
from integration.model import Channel, Erasure, PlannedSlot, RawResponse, Slot
from integration.operations.job_runs import last_runs
from integration.operations.monitoring.alerts import update_alerts
from integration.operations.monitoring.clock_watch import ClockWatch, note_other_clock
from integration.operations.monitoring.conditions import find_conditions
from integration.operations.monitoring.status import describe_status, status, webhook_states
from integration.operations.pipeline import known_rewordings
from integration.operations.subscriptions import is_of_our_time
from integration.wiring import build_service
from jobs.scheduling.monitoring import send_due_heartbeat
from tests.unit.integration.adapters.test_heartbeat import monitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.wiring import Service

NOW = datetime(2022, 3, 3, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Machine:
    """A machine whose clock is wrong by what a test says; how long it is up, nobody changes."""

    passed: timedelta = field(default_factory=timedelta)
    wrong_by: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """Return what its clock shows."""
        return NOW + self.passed + self.wrong_by

    def uptime(self) -> tuple[str, float]:
        """Return which boot it is, and since how many seconds it is up."""
        return "a boot", 1000 + self.passed.total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine(wrong_by=370 * DAY)


@pytest.fixture
def service(machine: Machine, settings: Settings, tmp_path: Path) -> Iterator[Service]:
    owner = Person(name="Ana Reis", email="ana@crescendo.example")
    alerts = Alerts(owner=owner, silent_after={"pulse": Duration(21, "day")})
    made = build_service(
        settings=settings.model_copy(update={"alerts": alerts}), home=tmp_path, data=None, key="k" * 16, clock=machine
    )
    yield made
    made.close()


@pytest.fixture
def watch(service: Service, machine: Machine) -> ClockWatch:
    """Return what watches the clock, and has seen it while it was wrong."""
    made = ClockWatch(service, uptime=machine.uptime)
    assert made.look() is None, "nobody can know yet"
    return made


def put_right(watch: ClockWatch, machine: Machine) -> None:
    """Let the clock be right again, a minute later."""
    machine.passed += HOUR / 60
    machine.wrong_by = timedelta()
    jump = watch.look()
    assert jump is not None
    assert (jump.is_back, jump.at) == (True, machine.now())


def found(service: Service, machine: Machine, *, later: timedelta) -> set[str]:
    """Return what is wrong so much later."""
    return {each.key for each in find_conditions(service, now=machine.now() + later)}


def answer(response_id: str, at: datetime) -> RawResponse:
    return RawResponse(response_id, write_moment(at), write_moment(at), "{}")


def test_the_owner_is_told_once_and_the_status_says_it(service: Service, machine: Machine, watch: ClockWatch) -> None:
    put_right(watch, machine)
    assert update_alerts(service, now=machine.now()).notified[0] == "clock/back"
    assert update_alerts(service, now=machine.now()).notified == ()
    said = describe_status(status(service)).splitlines()
    assert said[0].startswith("! the clock went back")
    assert [mail.read_text().count("the clock went back") > 0 for mail in service.home.glob("outbox/*.eml")] == [True]
    assert update_alerts(service, now=machine.now() + 2 * DAY).over[0] == "clock/back"


def test_the_status_says_it_also_where_nothing_plans_jobs(service: Service, machine: Machine) -> None:
    from integration.adapters.clock import read_uptime  # noqa: PLC0415  # as the status does

    ClockWatch(service, uptime=read_uptime).look()
    machine.wrong_by = timedelta()
    assert "The clock went back by" in describe_status(status(service))


def test_the_status_says_it_also_where_commands_were_only_ever_run_by_hand(service: Service, machine: Machine) -> None:
    def end(job: str) -> None:
        service.store.runs.record(job, started_at=machine.now(), ended_at=machine.now(), outcome="done", note="")

    end("sync")
    end("retention")
    assert "The clock" not in describe_status(status(service))
    machine.wrong_by = timedelta()
    assert "The clock went back by" in describe_status(status(service))
    end("sync")
    assert "The clock went back by" in describe_status(status(service)), (
        "what retention kept or took is to be looked at"
    )
    end("retention")
    assert "The clock" not in describe_status(status(service))


def test_a_form_that_falls_silent_is_told_of_though_its_last_answer_came_from_the_future(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    service.store.responses.land("pulse", [answer("one", NOW)], received_at=machine.now())
    put_right(watch, machine)
    assert "silent/pulse" not in found(service, machine, later=20 * DAY)
    assert "silent/pulse" in found(service, machine, later=22 * DAY)


def test_a_webhook_that_fell_silent_is_told_of(service: Service, machine: Machine, watch: ClockWatch) -> None:
    service.store.state.received_by_webhook_at("pulse").set(machine.now())
    put_right(watch, machine)
    since = machine.now()
    service.store.responses.land("pulse", [answer("two", since + HOUR / 2)], received_at=since + HOUR / 2)
    assert "unheard/pulse" in found(service, machine, later=2 * HOUR)
    assert webhook_states(service, now=since + 2 * HOUR)["pulse"]["silent_since"] == since.isoformat()


def test_an_erasure_and_a_mail_of_a_pack_that_broke_off_are_told_of(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    service.store.state.unfinished_erasure.set(Erasure("forget", write_moment(machine.now())))
    service.store.deliveries.claim("northbrook", "2022-02", 1, "ana@example.org", "<1@example.org>")
    service.store.deliveries.notice_unconfirmed(machine.now())
    put_right(watch, machine)
    assert {"unfinished/forget", "held/northbrook/2022-02"} <= found(service, machine, later=2 * HOUR)


def test_what_fails_now_is_told_of_though_it_last_went_well_in_the_future(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    now = machine.now()
    service.store.runs.record("publish", started_at=now, ended_at=now, outcome="done", note="")
    put_right(watch, machine)
    slot = Slot(machine.now() + HOUR, "publish")
    service.store.ledger.plan([PlannedSlot(slot)], now=slot.due_at)
    service.store.ledger.fail(slot, now=slot.due_at, note="It is broken.", retryable=False, retry_at=None)
    assert "failed/publish" in found(service, machine, later=2 * HOUR)


def test_the_last_run_is_the_one_that_ended_last_whatever_the_clock_said(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    now = machine.now()
    service.store.runs.record("sync", started_at=now, ended_at=now, outcome="done", note="all of it")
    put_right(watch, machine)
    now = machine.now()
    service.store.runs.record("sync/form:pulse", started_at=now, ended_at=now, outcome="failed", note="It is broken.")
    assert last_runs(service)["sync"].outcome == "failed"


def test_a_question_reworded_in_the_future_began_its_series_when_the_clock_was_found_wrong(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    day = (machine.now() + DAY).date()
    change = DetectedRewording("ownership", "I own it", "We own it", day, was_read=True)
    service.store.state.rewordings("pulse").set((change,))
    put_right(watch, machine)
    right = (replace(change, on=date(2022, 3, 3)),)
    assert known_rewordings(service, "pulse") == right
    machine.passed += 400 * DAY
    assert known_rewordings(service, "pulse") == right, "also when that day has come"


def test_a_question_reworded_before_the_clock_went_back_keeps_its_day(
    service: Service, machine: Machine, watch: ClockWatch
) -> None:
    change = DetectedRewording("ownership", "I own it", "We own it", machine.now().date(), was_read=True)
    service.store.state.rewordings("pulse").set((change,))
    was_wrong_by = machine.wrong_by
    put_right(watch, machine)
    machine.wrong_by = was_wrong_by
    assert watch.look()
    assert known_rewordings(service, "pulse") == (change,)


def test_a_channel_of_the_future_is_no_channel() -> None:
    channel = Channel("Register", "1-register", "id", "resource", since=NOW, until=NOW + DAY, mark="")
    assert is_of_our_time(channel, NOW + HOUR)
    assert not is_of_our_time(channel, NOW - HOUR), "it was opened by a clock that was ahead"
    assert not is_of_our_time(replace(channel, until=NOW + 370 * DAY), NOW + HOUR), "no channel is good for so long"


def test_the_clock_of_the_monitor_is_compared_with_ours(
    service: Service, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monitor() as heard:
        monkeypatch.setenv("HEARTBEAT_URL", heard.url)
        assert send_due_heartbeat(service, now=machine.now()) is None
    assert "clock/the monitor at HEARTBEAT_URL" in found(service, machine, later=timedelta())


def test_a_clock_that_differs_is_told_of_until_it_agrees(service: Service, machine: Machine) -> None:
    now = machine.now()
    note_other_clock(service, "Google", theirs=now + 6 * HOUR / 60, ours=now)
    assert "clock/Google" in found(service, machine, later=timedelta())
    assert "clock/Google" not in found(service, machine, later=2 * HOUR), "nobody has looked since"
    note_other_clock(service, "Google", theirs=now + 4 * HOUR / 60, ours=now)
    assert "clock/Google" not in found(service, machine, later=timedelta())


def test_a_machine_that_shares_a_database_goes_by_its_clock() -> None:
    clock = SharedClock(FixedClock(NOW))
    clock.correct(-3 * HOUR)
    assert (clock.now(), clock.own.now()) == (NOW - 3 * HOUR, NOW)
