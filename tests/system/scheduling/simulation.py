"""Simulated days on which schedulers plan and run the jobs of one ledger, in an order that a seed decides.

Time is simulated; the ledger is real. Schedulers wake at random moments, also at the same one; their clocks differ by
seconds; one may stop for minutes between looking and planning while the others go on; each may die over a run; and
all of them stand still for up to three days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from config.schema import Job
from jobs.scheduling.runs import plan_due

if TYPE_CHECKING:
    from random import Random

    from integration.adapters.store.ledger import Ledger
    from integration.model import JobHistory, LedgerEntry, Slot

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
START = datetime(2022, 3, 1, 9, 3, tzinfo=UTC)

JOBS = {
    "sync": Job(about="reads", every="10 minutes"),
    "tell": Job(about="counts", every="hour"),
    "backup": Job(about="copies", when="daily at 01:30"),
    "digest": Job(about="mails", when="daily at 01:30", missed="each"),
    "review": Job(about="reminds", when="weekly on Sunday at 02:00", missed="each"),
    "pack": Job(about="builds", when="monthly on the second working day at 09:00", missed="each"),
    "close": Job(about="closes the month", when="monthly on the last working day at 16:00"),
    "tidy": Job(about="tidies up", when="by hand"),
}
LONGEST_RUN = {"sync": 25 * MINUTE, "tell": 90 * MINUTE}
CLOCK_CHANGE_NIGHTS = [
    datetime.fromisoformat(f"{night}T00:00Z")
    for night in (
        "2022-03-27", "2022-10-30", "2023-03-26", "2023-10-29", "2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26",
        "2026-03-29", "2026-10-25",
    )
]  # fmt: skip
"""The nights on which the clocks change; for four hours the schedulers wake all the time."""


@dataclass
class Scheduler:
    """One of several processes; `clock` is wrong by some seconds."""

    name: str
    world: Simulation
    off_by: timedelta = timedelta(0)
    is_up: bool = True
    runs: tuple[Slot, datetime] | None = None
    """What it runs, and until when."""

    def now(self) -> datetime:
        """Return the time as its clock shows it."""
        return self.world.now + self.off_by


@dataclass
class Simulation:
    """All that happens; `runs` holds when each run began and ended, and whether it was done."""

    ledger: Ledger
    random: Random
    now: datetime = START
    schedulers: list[Scheduler] = field(default_factory=list)
    runs: dict[Slot, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    done: list[Slot] = field(default_factory=list)
    to_end: set[Slot] = field(default_factory=set)
    stalled: Scheduler | None = None
    outages: int = 0

    def __post_init__(self) -> None:
        self.schedulers = [Scheduler(name, self) for name in ("one", "two", "three")]

    def live(self, until: datetime) -> datetime:
        """Let the days pass, and all that is open end; return the moment of the last planning."""
        self._wake(self.schedulers[0])
        while self.now < until:
            self._pass_time()
            self._suffer()
            for scheduler in self._who_wakes():
                self._wake(scheduler)
        return self._settle()

    # --- time -----------------------------------------------------------------------------------------------

    def _pass_time(self) -> None:
        """Go on to the next moment at which somebody wakes: often, by chance, that of a slot, to the second."""
        busy = any(start <= self.now < start + 4 * HOUR for start in CLOCK_CHANGE_NIGHTS)
        gap = self.random.expovariate(1 / 6 if busy else 1 / 3600) * MINUTE
        to = self.now + gap
        first = min((start for start in CLOCK_CHANGE_NIGHTS if self.now < start), default=to)
        to = min(to, first)
        if self.random.random() < 0.5:
            to = datetime.fromtimestamp(round(to.timestamp() / 600) * 600, UTC) + self.random.uniform(-2, 2) * SECOND
        self._go_to(max(to, self.now))

    def _go_to(self, moment: datetime) -> None:
        """End the runs that end until then, each at its time."""
        while ending := [s for s in self.schedulers if s.runs and s.runs[1] <= moment and s is not self.stalled]:
            scheduler = min(ending, key=lambda each: each.runs[1] if each.runs else moment)
            if scheduler.runs:
                self.now = max(self.now, scheduler.runs[1])
                self._end(scheduler, *scheduler.runs)
        self.now = max(self.now, moment)

    def _suffer(self) -> None:
        """Now and then a process dies, or comes back, or nothing works for up to three days."""
        if self.random.random() < 0.03:
            self.outages += 1
            for scheduler in self.schedulers:
                self._die(scheduler)
            self.now += self.random.uniform(0, 72) * HOUR
            self._come_back(self.random.choice(self.schedulers))
        for scheduler in self.schedulers:
            if self.random.random() < (0.07 if scheduler.is_up else 0.5):
                (self._die if scheduler.is_up else self._come_back)(scheduler)

    def _die(self, scheduler: Scheduler) -> None:
        if scheduler.runs:
            slot, _ = scheduler.runs
            began, _ = self.runs[slot][-1]
            self.runs[slot][-1] = (began, self.now)
        scheduler.is_up, scheduler.runs = False, None

    def _come_back(self, scheduler: Scheduler) -> None:
        scheduler.is_up, scheduler.off_by = True, self.random.uniform(-5, 5) * SECOND

    # --- what a scheduler does ------------------------------------------------------------------------------

    def _who_wakes(self) -> list[Scheduler]:
        up = [scheduler for scheduler in self.schedulers if scheduler.is_up and scheduler is not self.stalled]
        return self.random.sample(up, self.random.randint(0, len(up)))

    def _wake(self, scheduler: Scheduler) -> None:
        self._plan(_Stalling(self, scheduler), scheduler)  # type: ignore[arg-type]  # the rest is handed through
        self._begin(scheduler)

    def _plan(self, ledger: Ledger, scheduler: Scheduler) -> None:
        self.to_end.update(plan_due(ledger, JOBS, clock=scheduler))

    def stall(self, scheduler: Scheduler) -> None:
        """Stop a process for some minutes, while the others go on."""
        if self.stalled is None and self.random.random() < 0.1:
            self.stalled = scheduler
            for _ in range(2):
                self._go_to(self.now + self.random.uniform(0, 12) * MINUTE)
                for other in self._who_wakes():
                    self._wake(other)
            self.stalled = None

    def _begin(self, scheduler: Scheduler) -> None:
        """Begin the earliest slot that nobody runs, where the scheduler is idle."""
        held = {each.runs[0] for each in self.schedulers if each.runs}
        if scheduler.runs or not self.to_end - held:
            return
        ready = [
            entry
            for entry in self.ledger.open_entries()
            if entry.slot not in held and _is_ready(entry, scheduler.now())
        ]
        if ready:
            slot = ready[0].slot
            assert self.ledger.begin(slot, by=scheduler.name, now=scheduler.now()) == len(self.runs.get(slot, [])) + 1
            ends = self.now + self.random.random() * LONGEST_RUN.get(slot.job, 5 * MINUTE)
            self.runs.setdefault(slot, []).append((self.now, ends))
            scheduler.runs = slot, ends

    def _end(self, scheduler: Scheduler, slot: Slot, _: datetime) -> None:
        scheduler.runs, now = None, scheduler.now()
        if self.random.random() < 0.1:
            self.ledger.fail(slot, now=now, note="no answer", retryable=True, retry_at=now + 5 * MINUTE)
        else:
            self.ledger.finish(slot, now=now, note="done")
            self.done.append(slot)
            self.to_end.remove(slot)
        self._begin(scheduler)

    def _settle(self) -> datetime:
        """Let all that is open end, plan for the last time, and let that end too."""
        for scheduler in self.schedulers:
            self._come_back(scheduler)
        self._run_out()
        last = self.schedulers[0]
        last.off_by = timedelta(0)
        planned_at = self.now
        self._plan(self.ledger, last)
        self._run_out()
        return planned_at

    def _run_out(self) -> None:
        while self.to_end:
            for scheduler in self.schedulers:
                self._begin(scheduler)
            self._go_to(self.now + 10 * MINUTE)


@dataclass
class _Stalling:
    """The ledger as a process sees it that may stop between looking and planning."""

    world: Simulation
    scheduler: Scheduler

    def registered(self, *, now: datetime) -> dict[str, JobHistory]:
        known = self.world.ledger.registered(now=now)
        self.world.stall(self.scheduler)
        return dict(known)

    def __getattr__(self, name: str) -> object:
        return getattr(self.world.ledger, name)


def _is_ready(entry: LedgerEntry, now: datetime) -> bool:
    return entry.try_at is None or entry.try_at <= now
