"""Runs a job: one at a time in one home folder, each written into the ledger of runs with its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar
from zoneinfo import ZoneInfo

from integration.adapters.lock import hold
from integration.errors import CrescendoError

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
    """Do the work while nobody else works in the home folder, and write down how it ended."""
    with hold(service.home):
        started_at = service.clock.now()
        try:
            done = work()
        except CrescendoError as error:
            _record(service, name, started_at, "failed", type(error).__name__)
            raise
        _record(service, name, started_at, "done", done.in_words())
        return done


def today(service: Service) -> date:
    """Return the day it is in the programme's time zone."""
    return service.clock.now().astimezone(ZoneInfo(service.settings.programme.timezone)).date()


def _record(service: Service, name: str, started_at: datetime, outcome: str, note: str) -> None:
    service.store.record_run(name, started_at=started_at, ended_at=service.clock.now(), outcome=outcome, note=note)
