"""Runs a job: the same one at a time, each written into the ledger of runs with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar
from zoneinfo import ZoneInfo

from integration.errors import CrescendoError
from jobs.parts import locks_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from integration.wiring import Service


class InWords(Protocol):
    """What a job gives back: it can say in a sentence what it did."""

    def in_words(self) -> str:
        """Return what was done, in a sentence."""
        ...


T = TypeVar("T", bound=InWords)


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
