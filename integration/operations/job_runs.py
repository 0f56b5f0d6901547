"""Runs a job: the same one at a time, each written into the ledger of runs with its outcome."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from integration.errors import CrescendoError
from integration.model import PUBLISH_LOCK, SYNC_CORRECTIONS, name_form_shard, name_spreadsheet_shard
from integration.schedule import find_next_run
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from config.schema import Job, Settings
    from integration.model import JobHistory
    from integration.wiring import Service


class JobResult(Protocol):
    """What a job gives back: it can say in a sentence what it did."""

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        ...


T = TypeVar("T", bound=JobResult)

Progress: TypeAlias = "Callable[[str, int], AbstractContextManager[Callable[[str], None]]]"
"""Given a title and a number of steps: a function that is told the name of each step as it begins."""


@contextmanager
def no_progress(_title: str, _steps: int) -> Iterator[Callable[[str], None]]:
    """Show nothing: the log says what was done."""
    yield lambda _step: None


def run_exclusively(service: Service, name: str, work: Callable[[], T]) -> T:
    """Do the work while nobody else does the same, and write down how it ended.

    `name` is a job's, or that of a part of it, such as `sync/form:pulse`.
    """
    with service.exclusive(*locks_for(service.settings, name)):
        started_at = service.clock.now()
        try:
            done = work()
        except CrescendoError as error:
            _record(service, name, started_at, "failed", str(error).splitlines()[0])
            raise
        _record(service, name, started_at, "done", done.in_words())
        return done


def today(service: Service) -> date:
    """Return the day it is in the programme's time zone."""
    return day_of(service, service.clock.now())


def day_of(service: Service, moment: datetime) -> date:
    """Return the day on which a moment falls in the programme's time zone."""
    return moment.astimezone(ZoneInfo(service.settings.programme.timezone)).date()


def _record(service: Service, name: str, started_at: datetime, outcome: str, note: str) -> None:
    service.store.record_run(name, started_at=started_at, ended_at=service.clock.now(), outcome=outcome, note=note)


RUN_ALONE = ("forget", "retention")
"""What erases: nothing else may run beside it."""


def base_job(name: str) -> str:
    """Return the job of which `sync/form:pulse` is a part."""
    return name.partition("/")[0]


def shard_of(name: str) -> str:
    """Return which part of its job it is; "" for all of it."""
    return name.partition("/")[2]


def sync_shards(settings: Settings) -> tuple[str, ...]:
    """Return each part of sync by its name: the corrections, each form, each spreadsheet."""
    spreadsheets = dict.fromkeys(sheet.spreadsheet for sheet in settings.sheets.values())
    return (SYNC_CORRECTIONS, *map(name_form_shard, settings.forms), *map(name_spreadsheet_shard, spreadsheets))


def jobs_by_shard(settings: Settings) -> dict[str, Job]:
    """Return every job by its name, those that have parts part by part."""
    return dict(_split(settings))


def locks_for(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the rights that a run of a job, or of a part of it, needs for itself."""
    if name in {"publish", SYNC_CORRECTIONS}:
        return (PUBLISH_LOCK,)
    if name == "sync":
        return (PUBLISH_LOCK, *(part for part in sync_shards(settings) if part != SYNC_CORRECTIONS))
    if name == "reconcile":
        return (name, *map(name_form_shard, settings.forms))
    if name in RUN_ALONE:
        every = (locks_for(settings, job) for job in settings.jobs if job not in RUN_ALONE)
        return tuple(dict.fromkeys((*RUN_ALONE, *chain.from_iterable(every))))
    return (name,)


def _split(settings: Settings) -> Iterator[tuple[str, Job]]:
    for name, job in settings.jobs.items():
        if name == "sync":
            yield from ((part, job) for part in sync_shards(settings))
        else:
            yield name, job


Run = tuple["datetime", str, str]


def last_runs(service: Service) -> dict[str, Run]:
    """Return for each job when it last ended, how, and its note; empty where nothing was ever stored."""
    if not service.has_store:
        return {}
    by_job: dict[str, dict[str, Run]] = {}
    for name, run in service.store.last_runs().items():
        by_job.setdefault(base_job(name), {})[shard_of(name)] = run
    return {job: _combine_shards(parts) for job, parts in by_job.items()}


def _combine_shards(parts: dict[str, Run]) -> Run:
    """Return the whole of the job's runs: a run of all of it makes up for earlier ones of its parts."""
    whole = parts.pop("", None)
    later = {part: run for part, run in parts.items() if whole is None or run[0] > whole[0]}
    if not later:
        return whole or max(parts.values())
    failed = sorted(part for part, (_, outcome, _) in later.items() if outcome != "done")
    ended_at = max(run[0] for run in later.values())
    if failed:
        return ended_at, "failed", f"{', '.join(failed)}: {', '.join(sorted({later[part][2] for part in failed}))}"
    return ended_at, "done", f"{len(later)} parts, the last one: {max(later.values())[2]}"


def list_jobs(service: Service) -> list[dict[str, Any]]:
    """Return each job with its schedule in words, its last run and its next; times are ISO text in UTC.

    `next_run` is None for a job that runs by hand only, and now where a run is due that has not ended.
    """
    now = service.clock.now()
    runs = last_runs(service)
    known = _known_by_job(service.store.ledger.known(now=now)) if service.has_store else {}
    told = []
    for name, job in service.settings.jobs.items():
        ended_at, outcome, _ = runs.get(name, (None, None, None))
        next_at = find_next_run(job, known.get(name), now)
        told.append(
            {
                "job": name,
                "about": job.about,
                "schedule": job.when.in_words(),
                "last_run": ended_at.isoformat() if ended_at else None,
                "outcome": outcome,
                "next_run": next_at.isoformat() if next_at else None,
                "missed": job.missed,
            }
        )
    return told


def _known_by_job(known: Mapping[str, JobHistory]) -> dict[str, JobHistory]:
    """Return what is known of each job; of one that runs in parts, what is known of the part that is next."""
    by_job: dict[str, JobHistory] = {}
    for name, each in known.items():
        other = by_job.get(base_job(name))
        if other is None or (each.newest or each.since) < (other.newest or other.since):
            by_job[base_job(name)] = each
    return by_job


def describe_jobs(told: list[dict[str, Any]]) -> str:
    """Return the jobs as lines that a person reads."""
    lines, wide = [], 1 + max((len(job["job"]) for job in told), default=0)
    for job in told:
        last = f"last {format_time(job['last_run'])} ({job['outcome']})" if job["last_run"] else "never ran"
        lines += [
            f"{job['job']:<{wide}}{job['schedule']}; {last}; next {_next(job['next_run'])}",
            f"{'':<{wide}}{job['about']}" + (f" {_MISSED[job['missed']]}" if job["next_run"] else ""),
        ]
    return "\n".join(lines)


def _next(iso: str | None) -> str:
    return format_time(iso) if iso else "when somebody runs it"


_MISSED = {"once": "What was missed is made good by one run.", "each": "Each run that was missed is made good."}
