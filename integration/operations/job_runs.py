"""Runs of jobs: how one runs exclusively and is recorded, which shards and locks it has, when each ran and runs next.

A job's name is such as `publish`; sync has shards that run by themselves, such as `sync/form:pulse`.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from integration.alerts.wording import job_of_shard
from integration.errors import CallError, CrescendoError
from integration.model import PUBLISH_LOCK, SYNC_CORRECTIONS, RunRecord
from integration.schedule import find_next_run
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from config.schema import Job, Settings
    from integration.model import JobHistory
    from integration.wiring import Service


class JobResult(Protocol):
    """What a job returns: it can say in a sentence what was done."""

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        ...


T = TypeVar("T", bound=JobResult)

CHECK_EVERY_SECONDS = 60
"""So often a process that goes on reads every page of its store again: 0.2 s for 100,000 answers."""

Progress: TypeAlias = "Callable[[str, int], AbstractContextManager[Callable[[str], None]]]"
"""Given a title and a number of steps: a function to call with the name of each step as it begins."""


@contextmanager
def no_progress(_title: str, _steps: int) -> Iterator[Callable[[str], None]]:
    """Show nothing: the log says what was done."""
    yield lambda _step: None


def run_exclusively(service: Service, name: str, work: Callable[[], T]) -> T:
    """Do the work of a job, or of a shard, while no other process does the same, and record how it ended.

    Raises StoreError before anything is done where the store is damaged: what can still be read of it is not all.
    """
    with service.exclusive(*locks_for(service.settings, name)):
        service.store.check_pages(not_within_seconds=CHECK_EVERY_SECONDS)
        started_at = service.clock.now()

        def record(outcome: str, note: str) -> None:
            ended_at = service.clock.now()
            service.store.runs.record(name, started_at=started_at, ended_at=ended_at, outcome=outcome, note=note)

        try:
            result = work()
        except CrescendoError as error:
            record("failed", str(error).splitlines()[0])
            raise
        record("done", result.in_words())
        return result


def today(service: Service) -> date:
    """Return the day it is in the programme's time zone."""
    return day_of(service, service.clock.now())


def day_of(service: Service, moment: datetime) -> date:
    """Return the day on which a moment falls in the programme's time zone."""
    return moment.astimezone(ZoneInfo(service.settings.programme.timezone)).date()


RUN_ALONE = ("forget", "retention")
"""The jobs that erase: nothing else may run beside them."""


def shard_of(name: str) -> str:
    """Return the shard alone: `form:pulse` for `sync/form:pulse`; "" for the whole job."""
    return name.partition("/")[2]


def sync_shards(settings: Settings) -> tuple[str, ...]:
    """Return the name of each shard of sync: the corrections, each form, each spreadsheet."""
    spreadsheets = dict.fromkeys(sheet.spreadsheet for sheet in settings.sheets.values())
    return (SYNC_CORRECTIONS, *map(name_form_shard, settings.forms), *map(name_spreadsheet_shard, spreadsheets))


def jobs_by_shard(settings: Settings) -> dict[str, Job]:
    """Return every job by its name; in the place of sync, each of its shards."""
    jobs: dict[str, Job] = {}
    for name, job in settings.jobs.items():
        jobs |= dict.fromkeys(sync_shards(settings), job) if name == "sync" else {name: job}
    return jobs


def locks_for(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the names of the locks that a run of a job, or of a shard, must hold."""
    if name in {"publish", SYNC_CORRECTIONS}:
        return (PUBLISH_LOCK,)
    if name == "sync":
        return (PUBLISH_LOCK, *(shard for shard in sync_shards(settings) if shard != SYNC_CORRECTIONS))
    if name == "reconcile":
        return (name, *map(name_form_shard, settings.forms))
    if name in RUN_ALONE:
        others = (locks_for(settings, job) for job in settings.jobs if job not in RUN_ALONE)
        return tuple(dict.fromkeys((*RUN_ALONE, *chain.from_iterable(others))))
    return (name,)


def last_runs(service: Service) -> dict[str, RunRecord]:
    """Return for each job when it last ended, how, and its note; empty where nothing was ever stored."""
    if not service.has_store:
        return {}
    by_job: dict[str, dict[str, RunRecord]] = {}
    for name, run in service.store.runs.last().items():
        by_job.setdefault(job_of_shard(name), {})[shard_of(name)] = run
    return {job: _combine_shards(by_job[job]) for job in sorted(by_job)}


def _combine_shards(runs: dict[str, RunRecord]) -> RunRecord:
    """Return one run for a job's runs by shard: a run of the whole job ("") makes up for earlier ones of its shards."""
    order = list(runs)  # in which they ended; a clock that was wrong may say something else
    whole = runs.pop("", None)
    later = {shard: run for shard, run in runs.items() if whole is None or order.index(shard) > order.index("")}
    if not later and whole:
        return whole
    failed = sorted(shard for shard, run in later.items() if run.outcome != "done")
    last = later[next(shard for shard in reversed(order) if shard in later)]
    if failed:
        notes = ", ".join(sorted({later[shard].note for shard in failed}))
        return RunRecord(last.ended_at, "failed", f"{', '.join(failed)}: {notes}")
    return RunRecord(last.ended_at, "done", f"{len(later)} parts, the last one: {last.note}")


def list_jobs(service: Service) -> list[dict[str, Any]]:
    """Return each job with its schedule in words, its last run and its next; times are ISO text in UTC.

    `next_run` is None for a job that runs by hand only, and now where a run is due that has not ended.
    """
    now, runs = service.clock.now(), last_runs(service)
    histories: dict[str, JobHistory] = {}  # of a job that runs in shards, that of the shard that is next
    for name, history in service.store.ledger.registered(now=now).items() if service.has_store else ():
        other = histories.get(job_of_shard(name))
        if other is None or (history.newest or history.since) < (other.newest or other.since):
            histories[job_of_shard(name)] = history
    listed = []
    for name, job in service.settings.jobs.items():
        run = runs.get(name)
        next_at = find_next_run(job, histories.get(name), now)
        listed.append(
            {
                "job": name,
                "about": job.about,
                "schedule": job.when.in_words(),
                "last_run": run.ended_at.isoformat() if run else None,
                "outcome": run.outcome if run else None,
                "next_run": next_at.isoformat() if next_at else None,
                "missed": job.missed,
            }
        )
    return listed


MISSED = {"once": "What was missed is made good by one run.", "each": "Each run that was missed is made good."}


def describe_jobs(jobs: list[dict[str, Any]]) -> str:
    """Return the jobs as lines that a person reads."""
    lines, width = [], 1 + max((len(job["job"]) for job in jobs), default=0)
    for job in jobs:
        last = f"last {format_time(job['last_run'])} ({job['outcome']})" if job["last_run"] else "never ran"
        next_run = format_time(job["next_run"]) if job["next_run"] else "when somebody runs it"
        missed = f" {MISSED[job['missed']]}" if job["next_run"] else ""
        lines += [
            f"{job['job']:<{width}}{job['schedule']}; {last}; next {next_run}",
            f"{'':<{width}}{job['about']}{missed}",
        ]
    return "\n".join(lines)


def name_form_shard(key: str) -> str:
    """Return the name of the shard of sync that reads one form."""
    return f"sync/form:{key}"


def name_spreadsheet_shard(name: str) -> str:
    """Return the name of the shard of sync that reads one spreadsheet with all its tabs."""
    return f"sync/sheet:{name}"


def check_authority(service: Service, authority: str) -> None:
    """Raise CallError for a key that is no authority's; "" stands for all of them."""
    known = service.settings.programme.authorities
    if authority and authority not in known:
        raise CallError(f"There is no authority {authority!r}; there are: {', '.join(known)}.")
