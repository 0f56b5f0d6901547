"""Power off while jobs run, on one machine and on several: none is lost, and each has its effect once.

`make chaos` does it with 500 jobs and 25 kills (--kill-slots, --kills).
"""

from __future__ import annotations

import math
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from integration.errors import StoreError
from integration.model import PlannedSlot, Slot, SlotState
from tests.system.commands import PROJECT, run_process
from tests.system.scheduling.counted_job import (
    FIRST,
    HELD_FILE,
    JOBS,
    LINES_FILE,
    STALLED_SECONDS,
    lines_of,
    name_of,
    plan,
    service_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.wiring import Service
    from tests.postgresql import Server

PATIENCE_SECONDS = 120
A_MINUTE = 60


class Fleet:
    """Processes that run jobs: on one machine one of them, on several machines two."""

    def __init__(self, home: Path, database_url: str | None, stalled_seconds: float = STALLED_SECONDS) -> None:
        self._words = [
            sys.executable,
            "-m",
            "tests.system.scheduling.counted_job",
            "worker" if database_url else "start",
        ]
        self._words += [str(home), *([database_url, str(stalled_seconds)] if database_url else [])]
        self._log = (home / "log").open("ab")
        self.running = [self._begin() for _ in range(2 if database_url else 1)]

    def kill(self, chance: random.Random) -> None:
        """Kill one of them, and start another in its place."""
        place = chance.randrange(len(self.running))
        self.running[place].kill()
        self.running[place].wait()
        self.running[place] = self._begin()

    def stop(self) -> list[int]:
        """Ask all to stop, and return how they ended; one that has only just begun to start is ended by the asking."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        ended = [process.wait(timeout=PATIENCE_SECONDS) for process in self.running]
        self._log.close()
        return ended

    def kill_all(self) -> None:
        """Kill what still runs."""
        for process in self.running:
            process.kill()
            process.wait()
        self._log.close()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._words, cwd=PROJECT, stdout=self._log, stderr=self._log)  # noqa: S603  # our own


@pytest.fixture(params=["one machine", "several machines"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    several = request.param == "several machines"
    service = service_of(tmp_path, request.getfixturevalue("postgresql_url") if several else None)
    yield service
    service.close()


def wait_for(service: Service, open_at_most: int) -> None:
    """Wait until no more slots than that are still to end."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (number := still_open(service)) > open_at_most:
        assert time.monotonic() < until, f"{number} slots never ended:\n{(service.home / 'log').read_text()[-3000:]}"
        time.sleep(0.05)


def still_open(service: Service) -> float:
    try:
        return len(service.store.ledger.open_entries())
    except StoreError:  # the database is away
        return math.inf


def each_had_its_effect_once(service: Service, slots: list[Slot]) -> None:
    landed = [version.response_id for version in service.store.responses.versions_after("pulse", 0)]
    assert sorted(landed) == sorted(map(name_of, slots))
    mails = [path.name for path in service.home.glob("outbox/*.eml") if not path.name.startswith("alerts.")]
    assert len(mails) == len(slots)
    assert {entry.state for entry in service.store.ledger.last_ended().values()} == {SlotState.DONE}


def no_two_ran_at_once_that_must_not(service: Service, killed: set[int]) -> None:
    running: dict[str, tuple[int, Slot]] = {}
    for line in lines_of(service.home):
        lock = line.slot.lock
        if line.what == "began":
            other = running.get(lock)
            assert other is None or other[0] in killed, f"{line} while {other} ran"
            running[lock] = (line.pid, line.slot)
        else:
            assert running.pop(lock) == (line.pid, line.slot)


def test_killed_again_and_again_nothing_is_lost_and_nothing_happens_twice(
    service: Service, kills: int, kill_slots: int
) -> None:
    chance = random.Random(11)
    slots = plan(service, kill_slots)
    fleet = Fleet(service.home, service.database_url)
    killed: set[int] = set()
    try:
        for kill in range(kills):
            # Killed at different depths: somewhere in the middle of what is left for this kill.
            wait_for(service, len(slots) * (kills - kill) // (kills + 1))
            time.sleep(chance.uniform(0, 0.05))
            killed |= {process.pid for process in fleet.running}
            fleet.kill(chance)
            killed -= {process.pid for process in fleet.running}
        wait_for(service, 0)
        assert set(fleet.stop()) <= {0, -signal.SIGTERM}
    finally:
        fleet.kill_all()
    each_had_its_effect_once(service, slots)
    no_two_ran_at_once_that_must_not(service, killed)
    began = [line for line in lines_of(service.home) if line.what == "began"]
    assert len(slots) <= len(began) <= len(slots) + kills


def test_what_a_worker_ran_that_died_for_good_is_made_good(
    postgresql_url: str, tmp_path: Path, stalled_seconds: float
) -> None:
    """`make chaos` does it with the seconds of every day, and within a minute."""
    service = service_of(tmp_path, postgresql_url)
    (tmp_path / HELD_FILE).touch()
    slots = plan(service, 1)
    fleet = Fleet(tmp_path, postgresql_url, stalled_seconds)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (tmp_path / LINES_FILE).exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        (began,) = lines_of(tmp_path)
        (dead,) = (process for process in fleet.running if process.pid == began.pid)
        fleet.running.remove(dead)
        dead.kill()
        dead.wait()
        died = time.monotonic()
        (tmp_path / HELD_FILE).unlink()
        wait_for(service, 0)
        assert time.monotonic() - died < A_MINUTE
        assert fleet.stop() == [0]
    finally:
        fleet.kill_all()
    each_had_its_effect_once(service, slots)
    service.close()


def test_a_database_that_dies_and_comes_back_loses_no_job(
    own_postgresql: Server, tmp_path: Path, kills: int, kill_slots: int, away_seconds: float
) -> None:
    url = own_postgresql.new_database()
    service = service_of(tmp_path, url)
    slots, deaths = plan(service, kill_slots), max(kills // 4, 1)
    fleet = Fleet(tmp_path, url)
    try:
        for death in range(deaths):
            wait_for(service, len(slots) * (deaths - death) // (deaths + 1))
            own_postgresql.kill()
            time.sleep(away_seconds)
            own_postgresql.start()
        wait_for(service, 0)
        assert fleet.stop() == [0, 0]
    finally:
        fleet.kill_all()
    each_had_its_effect_once(service, slots)
    service.close()


def test_two_workers_share_the_work(postgresql_url: str, tmp_path: Path) -> None:
    service = service_of(tmp_path, postgresql_url)
    (tmp_path / HELD_FILE).touch()
    plan(service, len(JOBS))
    fleet = Fleet(tmp_path, postgresql_url)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not (tmp_path / LINES_FILE).exists() or len(list(lines_of(tmp_path))) < 2:
            assert time.monotonic() < until, (tmp_path / "log").read_text()[-3000:]
            time.sleep(0.05)
        (tmp_path / HELD_FILE).unlink()
        wait_for(service, 0)
        assert fleet.stop() == [0, 0]
    finally:
        fleet.kill_all()
    service.close()
    assert len({line.pid for line in lines_of(tmp_path)}) == 2


def test_a_second_scheduler_in_one_home_says_that_one_is_enough(tmp_path: Path) -> None:
    service = service_of(tmp_path)
    plan(service, 1)
    fleet = Fleet(tmp_path, None)
    try:
        wait_for(service, 0)
        second = run_process("start", "--home", tmp_path, environment={"PSEUDONYM_KEY": "a key of the tests' own"})
        assert second.code == 75
        assert "runs in" in second.err
        fleet.stop()
    finally:
        fleet.kill_all()
        service.close()


def test_what_is_not_in_the_queue_is_put_there(postgresql_url: str, tmp_path: Path) -> None:
    """A store that was moved over, or a job that the queue gave up while the store was away."""
    without_queue = open_store(postgresql_url)
    slot = Slot(FIRST, "publish")
    without_queue.ledger.plan([PlannedSlot(slot)], now=FIRST)
    without_queue.close()
    service = service_of(tmp_path, postgresql_url)
    assert service.store.ledger.refill_queue() == [slot]
    assert service.store.ledger.refill_queue() == []
    service.close()
