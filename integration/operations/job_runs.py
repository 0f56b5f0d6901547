"""Runs a job: the same one at a time, each written into the ledger of runs with its outcome."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from integration.errors import CrescendoError
from integration.model import PUBLISH_LOCK, SYNC_CORRECTIONS, name_form_shard, name_spreadsheet_shard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from config.schema import Job, Settings
    from integration.wiring import Service


class InWords(Protocol):
    """What a job gives back: it can say in a sentence what it did."""

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        ...


T = TypeVar("T", bound=InWords)

Progress: TypeAlias = "Callable[[str, int], AbstractContextManager[Callable[[str], None]]]"
"""Given a title and a number of steps: a function that is told the name of each step as it begins."""


@contextmanager
def no_progress(_title: str, _steps: int) -> Iterator[Callable[[str], None]]:
    """Show nothing: the log says what was done."""
    yield lambda _step: None


def run_job(service: Service, name: str, work: Callable[[], T]) -> T:
    """Do the work while nobody else does the same, and write down how it ended.

    `name` is a job's, or that of a part of it, such as `sync/form:pulse`.
    """
    with service.exclusive(*locks_of(service.settings, name)):
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


ALONE = ("forget", "retention")
"""What erases: nothing else may run beside it."""


def base_job(name: str) -> str:
    """Return the job of which `sync/form:pulse` is a part."""
    return name.partition("/")[0]


def part_of(name: str) -> str:
    """Return which part of its job it is; "" for all of it."""
    return name.partition("/")[2]


def parts_of_sync(settings: Settings) -> tuple[str, ...]:
    """Return each part of sync by its name: the corrections, each form, each spreadsheet."""
    spreadsheets = dict.fromkeys(sheet.spreadsheet for sheet in settings.sheets.values())
    return (SYNC_CORRECTIONS, *map(name_form_shard, settings.forms), *map(name_spreadsheet_shard, spreadsheets))


def split(settings: Settings) -> dict[str, Job]:
    """Return every job by its name, those that have parts part by part."""
    return dict(_split(settings))


def locks_of(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the rights that a run of a job, or of a part of it, needs for itself."""
    if name in {"publish", SYNC_CORRECTIONS}:
        return (PUBLISH_LOCK,)
    if name == "sync":
        return (PUBLISH_LOCK, *(part for part in parts_of_sync(settings) if part != SYNC_CORRECTIONS))
    if name == "reconcile":
        return (name, *map(name_form_shard, settings.forms))
    if name in ALONE:
        every = (locks_of(settings, job) for job in settings.jobs if job not in ALONE)
        return tuple(dict.fromkeys((*ALONE, *chain.from_iterable(every))))
    return (name,)


def _split(settings: Settings) -> Iterator[tuple[str, Job]]:
    for name, job in settings.jobs.items():
        if name == "sync":
            yield from ((part, job) for part in parts_of_sync(settings))
        else:
            yield name, job
