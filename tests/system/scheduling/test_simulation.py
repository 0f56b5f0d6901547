"""250 days with both changes of the clocks, outages of up to three days, three schedulers: every slot exactly once."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import create_engine, text

from integration.adapters.clock import as_datetime
from integration.adapters.store import open_store
from integration.model import Slot
from tests.system.scheduling.simulation import JOBS, START, Simulation
from tests.system.scheduling.wall_clock import times_by_the_wall

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

USUAL_DAYS = 250


class Line(NamedTuple):
    """What is left of a slot in the ledger."""

    slot: Slot
    state: str
    covers: int


def test_every_slot_is_run_exactly_once(tmp_path: Path, sim_days: int) -> None:
    simulate_and_check(f"sqlite:///{tmp_path / 'crescendo.db'}", days=sim_days, seed=20220301)


def test_every_slot_is_run_exactly_once_where_machines_share_a_database(postgresql_url: str, sim_days: int) -> None:
    """Through the first change of the clocks, or as many days as `make chaos` says."""
    simulate_and_check(postgresql_url, days=sim_days if sim_days > USUAL_DAYS else 30, seed=20220302)


def simulate_and_check(store_url: str, *, days: int, seed: int) -> None:
    """Let the days pass on the store, and hold what is left in its ledger against the clock on the wall."""
    with closing(open_store(store_url)) as store:
        world = Simulation(store.ledger, Random(seed))
        last_planned_at = world.live(START + timedelta(days=days))
        assert store.ledger.open_entries() == []
    lines = read_ledger(store_url)
    assert {line.state for line in lines} == {"done"}
    assert sorted(world.done) == [line.slot for line in lines]
    for name, job in JOBS.items():
        of_job = [line for line in lines if line.slot.job == name]
        due = times_by_the_wall(job.when, START, last_planned_at)
        if job.missed == "each":
            assert [(line.slot.due_at, line.covers) for line in of_job] == [(at, 1) for at in due], name
        else:
            check_covered(of_job, due)
            check_never_twice_at_once(world, name)


def read_ledger(store_url: str) -> list[Line]:
    """Return the slots of all jobs, the earliest first, past our own code."""
    engine = create_engine(store_url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT job, due_at, state, covers FROM slots WHERE state <> 'began'")).all()
    engine.dispose()
    return sorted(Line(Slot(as_datetime(due_at), job), state, covers) for job, due_at, state, covers in rows)


def check_covered(lines: list[Line], due: list[datetime]) -> None:
    """See that each line makes good what was due since the line before, no more and no less, and nothing is left."""
    place = {at: number for number, at in enumerate(due, 1)}
    reached = [0, *(place[line.slot.due_at] for line in lines)]
    assert [later - earlier for earlier, later in pairwise(reached)] == [line.covers for line in lines]
    assert reached[-1] == len(due)


def check_never_twice_at_once(world: Simulation, job: str) -> None:
    """See that no run of the job began before the one before it had ended."""
    runs = sorted(run for slot, of_slot in world.runs.items() if slot.job == job for run in of_slot)
    assert all(before[1] <= after[0] for before, after in pairwise(runs))
