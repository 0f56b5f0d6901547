"""A job that is late, or that nobody planned."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, base_of, length, moment, with_parts
from integration.model import SlotState, Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from integration.alert.failed import Limits
    from integration.model import Entry

ASK = f"To run the job yourself: {COMMAND} run "
WAKE_UP = (
    f"See whether the service runs, and start it again where it does not ({COMMAND} start; on several machines "
    f"{COMMAND} worker). {ASK}"
)


@dataclass(frozen=True, slots=True)
class Missed:
    """A job of which a slot was due that stands in no ledger."""

    job: str
    due_at: datetime


def what_is_late(entries: Iterable[Entry], *, limits: Mapping[str, Limits], now: datetime) -> Iterator[Trouble]:
    """Give `late/<job>` for each job with a slot that has not ended for too long; its parts are one trouble.

    After an outage a slot is entered long after it was due: it is late only when it is not run then. A slot that failed
    is not late as long as it waits for the moment at which it is to be tried again.
    """
    late = [entry for entry in entries if base_of(entry.slot.job) in limits and _is_late(entry, limits, now)]
    for job, group in groupby(sorted(late, key=lambda entry: entry.slot.job), lambda entry: base_of(entry.slot.job)):
        yield _trouble(job, list(group), limits[job], now)


def what_was_missed(missed: Iterable[Missed], *, limits: Mapping[str, Limits], now: datetime) -> Iterator[Trouble]:
    """Give `missed/<job>` for each job that should have been planned for longer than it may be late."""
    for each in missed:
        if now - each.due_at > limits[each.job].late_after:
            says = (
                f"The job {each.job} was due at {moment(each.due_at)}, and nothing has begun it: as far as can be seen "
                "from here, the service does not run what is due."
            )
            yield Trouble(f"missed/{each.job}", says, WAKE_UP + each.job)


def _is_late(entry: Entry, limits: Mapping[str, Limits], now: datetime) -> bool:
    limit = limits[base_of(entry.slot.job)]
    if entry.state is SlotState.RUNNING and entry.began_at:
        is_stuck = now - entry.began_at > limit.within
        if is_stuck or _has_failed(entry):
            return is_stuck
    return now - _asked_at(entry) > limit.late_after


def _has_failed(entry: Entry) -> bool:
    return entry.retryable and bool(entry.note)


def _asked_at(entry: Entry) -> datetime:
    """Return since when it might be running: after a failure that is when it was to be tried again."""
    moments = [entry.slot.due_at, entry.planned_at, entry.try_at]
    if _has_failed(entry) and entry.state is SlotState.WAITING:  # it may have been cut short while it was tried again
        moments.append(entry.began_at)
    return max(filter(None, moments))


def _trouble(job: str, late: list[Entry], limit: Limits, now: datetime) -> Trouble:
    first = min(late, key=_asked_at)
    names = with_parts(job, (entry.slot.job for entry in late))
    if first.state is SlotState.RUNNING and first.began_at:
        lasts = now - first.began_at
        state = f"It has been running for {length(lasts)}" + (f" ({first.by})" if first.by else "")
        to_do = WAKE_UP + job if lasts > limit.within else _is_slow(limit)
    else:
        state = f"It has been waiting for {length(now - _asked_at(first))}, and nobody runs it"
        to_do = WAKE_UP + job
    says = f"The job {names} is late: it was due at {moment(first.slot.due_at)}. {state}."
    return Trouble(f"late/{job}", says, to_do)


def _is_slow(limit: Limits) -> str:
    return (
        f"Nothing yet: a run that takes longer than {length(limit.within)} is stopped, and tried again. If the job is "
        "often so slow, the log of the service says what it waits for; or give it more time, late_after in jobs.yaml."
    )
