"""A clock that is wrong, in real processes: when it is right again nothing waits, nothing runs twice, and it is told.

`make chaos` does 200 rounds of it (--clock-rounds).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from integration.adapters.clock import SystemClock
from integration.adapters.store import open_store
from tests.debian import NotThereError
from tests.faketime import wrong_clock
from tests.skipping import skip_outside_ci
from tests.system.commands import PROJECT
from tests.system.scheduling.clock_job import FAILING_FILE, JOBS, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

PATIENCE_SECONDS = 60
HURRY_SECONDS = 20
"""So seldom the next minute is begun early: with more, it would be a jump."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Life(NamedTuple):
    """Whether a home has run before, by how much the clock is wrong then, and whether the process is started anew."""

    has_run: bool
    errors: tuple[timedelta, ...]
    restarts: bool


FIRST_LIVES = tuple(Life(*each) for each in (
    (False, (3 * HOUR,), False), (True, (370 * DAY,), False), (True, (-3 * HOUR,), False), (True, (-370 * DAY,), True),
    (False, (370 * DAY,), True), (True, (370 * DAY,), True), (True, (3 * HOUR,), True), (False, (-3650 * DAY,), False),
    (True, (HOUR, -HOUR), False),
))  # fmt: skip


class Machine:
    """A machine whose clock can be set, and the one process on it."""

    def __init__(self, home: Path, *words: str) -> None:
        self.home, self._words = home, words
        home.mkdir(exist_ok=True)
        self._file = home / "offset"
        self._process: subprocess.Popen[bytes] | None = None
        self._wrong_by = timedelta()
        self._ahead = timedelta()
        self.set_wrong(timedelta())
        self._environment = {"PATH": "/usr/bin:/bin", **wrong_clock(self._file)}

    def set_wrong(self, by: timedelta) -> None:
        """Let the clock be wrong by so much from now on."""
        self._wrong_by = by
        self._write()

    def hurry(self) -> None:
        """Let the next minute begin: so little is no jump, and so much is due."""
        self._ahead += timedelta(seconds=60 - self.now().timestamp() % 60)
        self._write()

    def now(self) -> datetime:
        """Return what the clock shows."""
        return SystemClock().now() + self._ahead + self._wrong_by

    def start(self) -> None:
        """Start the process."""
        words = [sys.executable, "-m", "tests.system.scheduling.clock_job", str(self.home), *self._words]
        with (self.home / "log").open("wb") as log:
            self._process = subprocess.Popen(words, cwd=PROJECT, stdout=log, stderr=log, env=self._environment)  # noqa: S603  # our own

    def stop(self) -> None:
        """Ask the process to stop, and wait for it."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(PATIENCE_SECONDS) in {0, -signal.SIGTERM}, self.log()
        self._process = None

    def kill(self) -> None:
        """Kill what still runs."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        """Return the end of the log."""
        return (self.home / "log").read_text()[-5000:]

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until it is so."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not holds():
            assert time.monotonic() < until, f"{lines_of(self.home)}\n{self.log()}"
            time.sleep(0.2)

    def wait_until_told(self, key: str, store_url: str) -> None:
        """Wait until the owner was told of a condition by mail."""
        with closing(open_store(store_url)) as store:
            self.wait_until(lambda: key in {a.condition.key for a in store.alerts.unsettled() if a.notified_at})

    def wait_for_runs(self, *jobs: str, hurries: bool = True) -> None:
        """Wait until each of these jobs has run by the clock as it is now; where nothing is due yet, hurry."""
        since, hurried_at = self.now(), 0.0

        def have_run() -> bool:
            nonlocal hurried_at
            if hurries and " started " in self.log() and time.monotonic() > hurried_at + HURRY_SECONDS:
                self.hurry()
                hurried_at = time.monotonic()
            return {each.job for each in lines_of(self.home) if abs(each.ran_at - since) < HOUR / 2} >= {*jobs}

        self.wait_until(have_run)

    def _write(self) -> None:
        new = self._file.with_name("offset.new")
        new.write_text(f"{(self._ahead + self._wrong_by).total_seconds():+.3f}\n", encoding="ascii")
        new.replace(self._file)


@pytest.fixture
def new_machine(tmp_path: Path) -> Iterator[Callable[..., Machine]]:
    machines: list[Machine] = []

    def make(*words: str) -> Machine:
        try:
            machines.append(Machine(tmp_path / str(len(machines)), *words))
        except NotThereError as why:
            skip_outside_ci(why)
        return machines[-1]

    yield make
    for machine in machines:
        machine.kill()


def live_through(machine: Machine, life: Life) -> None:
    """Let a home live with a clock that is wrong, one way after the other, and then with one that is right."""

    def set_clock(by: timedelta) -> None:
        if life.restarts:
            machine.stop()
        machine.set_wrong(by)
        if life.restarts:
            machine.start()

    if life.has_run:
        machine.start()
        machine.wait_for_runs(*JOBS)
        set_clock(life.errors[0])
    else:
        machine.set_wrong(life.errors[0])
        machine.start()
    (machine.home / FAILING_FILE).touch()
    for error in life.errors:
        if error is not life.errors[0]:
            set_clock(error)
        machine.wait_for_runs("publish")
    (machine.home / FAILING_FILE).unlink()
    machine.hurry()
    set_clock(timedelta())
    machine.wait_for_runs(*JOBS, hurries=False)  # all of it was due
    key = "clock/back" if life.errors[-1] > timedelta() else "clock/forward"
    machine.wait_until_told(key, f"sqlite:///{machine.home / 'crescendo.db'}")
    machine.stop()
    runs = Counter((each.job, each.due_at) for each in lines_of(machine.home))
    assert set(runs.values()) == {1}, runs


def make_up_life(chance: Random) -> Life:
    """Return how a clock may be wrong."""
    sizes = (HOUR, 3 * HOUR, DAY, 40 * DAY, 370 * DAY, 3000 * DAY)
    errors = tuple(chance.choice((-1, 1)) * chance.choice(sizes) for _ in range(chance.choice((1, 1, 2))))
    return Life(chance.random() < 0.5, errors, chance.random() < 0.5)


def test_when_the_clock_is_right_again_nothing_waits_and_nothing_runs_twice(
    clock_rounds: int, new_machine: Callable[..., Machine]
) -> None:
    chance = Random(20261130)
    lives = [*FIRST_LIVES, *(make_up_life(chance) for _ in range(clock_rounds - len(FIRST_LIVES)))]
    for life in lives[:clock_rounds]:
        try:
            live_through(new_machine(), life)
        except AssertionError as error:
            raise AssertionError(f"{life}: {error}") from error


def test_a_worker_whose_clock_is_wrong_goes_by_the_databases_and_it_is_told(
    postgresql_url: str, new_machine: Callable[..., Machine]
) -> None:
    machine = new_machine(postgresql_url)
    right = machine.now()
    machine.set_wrong(3 * HOUR)
    machine.start()
    key = f"clock/the database (seen from {socket.gethostname()})"
    machine.wait_until_told(key, postgresql_url)
    machine.stop()
    with closing(open_store(postgresql_url)) as store:
        known = store.ledger.registered(now=right)
    assert known.keys() >= set(JOBS)
    assert all(abs(each.since - right) < HOUR for each in known.values())
