"""A job that fails: told at once where only a person can help, else when it has not passed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from integration.alerts.wording import COMMAND, format_length, format_moment, job_of_part, name_with_parts
from integration.model import Condition, SlotState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from integration.model import FailingJob, JobHistory, LedgerEntry


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How long a job may take before it is late, and how long a run of it may last."""

    late_after: timedelta
    within: timedelta


@dataclass(frozen=True, slots=True)
class UpcomingRuns:
    """What comes of a job by itself: its slots that are still to end, and when the next one is due.

    `next_at` None: it runs only when somebody asks for it.
    """

    open: tuple[LedgerEntry, ...] = ()
    next_at: datetime | None = None


def find_failed_jobs(  # noqa: PLR0913  # all that is known of a job
    failing: Mapping[str, FailingJob],
    *,
    limits: Mapping[str, JobLimits],
    known: Mapping[str, JobHistory],
    went_well: Mapping[str, datetime],
    ahead: Mapping[str, UpcomingRuns],
    now: datetime,
) -> Iterator[Condition]:
    """Give `failed/<job>` for each job that fails; its parts (`sync/form:pulse`) are one trouble.

    `went_well` is when a job, or a part, last ended well in a run of any kind: what failed before that is over.
    """
    lasting = [
        name
        for name, each in failing.items()
        if job_of_part(name) in limits
        and (each.is_for_good or now - each.since > limits[job_of_part(name)].late_after)
        and not _is_over(name, each, went_well)
        and not _is_dropped(name, each, known)
    ]
    for job, names in groupby(sorted(lasting), job_of_part):
        yield _failed_condition(job, {name: failing[name] for name in names}, ahead.get(job, UpcomingRuns()), now)


def _is_over(name: str, failing: FailingJob, went_well: Mapping[str, datetime]) -> bool:
    at = failing.newest.ended_at or failing.newest.began_at or failing.since
    well = [went_well[each] for each in (name, job_of_part(name)) if each in went_well]
    return bool(well) and max(well) > at


def _is_dropped(name: str, failing: FailingJob, known: Mapping[str, JobHistory]) -> bool:
    """Say whether the part is planned no more, while other parts of its job are: nobody will ever make it good."""
    if name in known and known[name].open:
        return False
    planned = [each.newest for other, each in known.items() if job_of_part(other) == job_of_part(name) and each.newest]
    return bool(planned) and max(planned) > failing.newest.slot.due_at


def _failed_condition(job: str, failing: Mapping[str, FailingJob], ahead: UpcomingRuns, now: datetime) -> Condition:
    each = list(failing.values())
    since = format_moment(min(one.since for one in each))
    says = f"The job {name_with_parts(job, failing)} has failed, first at {since}. It said: {_said(each)}"
    if any(one.is_for_good for one in each):
        return Condition(f"failed/{job}", says, f"Put right what it asks for; then run: {COMMAND} run {job}")
    return Condition(f"failed/{job}", says, " ".join(_what_comes(job, failing, ahead, now)))


def _what_comes(job: str, names: Iterable[str], ahead: UpcomingRuns, now: datetime) -> Iterator[str]:
    """Say who tries again and when, of what waits for that and of what nobody tries any more."""
    again = {entry.slot.job: entry.try_at for entry in ahead.open}
    waiting = [name for name in names if name in again or job in again]
    given_up = [name for name in names if name not in waiting]
    if waiting:
        times = [at for name, at in again.items() if at and (name in waiting or name == job)]
        when = (
            f"at {format_moment(min(times))}, and after that about once an hour"
            if times and min(times) > now
            else "now"
        )
        yield f"{name_with_parts(job, waiting)} is tried again {when}; most such failures pass by themselves."
    if given_up:
        yield f"{name_with_parts(job, given_up)} was tried as often as it may be, and {_until_when(ahead)}."
    run = f"; when it works again, run: {COMMAND} run {job}" if given_up else ""
    yield f"To see what does not work: {COMMAND} check --live{run}"


def _until_when(ahead: UpcomingRuns) -> str:
    if ahead.next_at is None:
        return "nobody tries it again until somebody asks for it"
    return f"nobody tries it again before its next time, at {format_moment(ahead.next_at)}"


def _said(failing: Sequence[FailingJob]) -> str:
    """Return the sentences of the errors, each once."""
    notes = dict.fromkeys(one.newest.note.strip() or "no reason" for one in failing)
    return "\n".join(notes)


ASK = f"To run the job yourself: {COMMAND} run "
WAKE_UP = (
    f"See whether the service runs, and start it again where it does not ({COMMAND} start; on several machines "
    f"{COMMAND} worker). {ASK}"
)


@dataclass(frozen=True, slots=True)
class MissedRun:
    """A job of which a slot was due that stands in no ledger."""

    job: str
    due_at: datetime


def find_overdue_jobs(
    entries: Iterable[LedgerEntry], *, limits: Mapping[str, JobLimits], now: datetime
) -> Iterator[Condition]:
    """Give `late/<job>` for each job with a slot that has not ended for too long; its parts are one trouble.

    After an outage a slot is entered long after it was due: it is late only when it is not run then. A slot that failed
    is not late as long as it waits for the moment at which it is to be tried again.
    """
    late = [entry for entry in entries if job_of_part(entry.slot.job) in limits and _is_late(entry, limits, now)]
    for job, group in groupby(
        sorted(late, key=lambda entry: entry.slot.job), lambda entry: job_of_part(entry.slot.job)
    ):
        yield _late_condition(job, list(group), limits[job], now)


def find_missed_jobs(
    missed: Iterable[MissedRun], *, limits: Mapping[str, JobLimits], now: datetime
) -> Iterator[Condition]:
    """Give `missed/<job>` for each job that should have been planned for longer than it may be late."""
    for each in missed:
        if now - each.due_at > limits[each.job].late_after:
            says = (
                f"The job {each.job} was due at {format_moment(each.due_at)}, and nothing has begun it: as far as can "
                "be seen from here, the service does not run what is due."
            )
            yield Condition(f"missed/{each.job}", says, WAKE_UP + each.job)


def _is_late(entry: LedgerEntry, limits: Mapping[str, JobLimits], now: datetime) -> bool:
    limit = limits[job_of_part(entry.slot.job)]
    if entry.state is SlotState.RUNNING and entry.began_at:
        is_stuck = now - entry.began_at > limit.within
        if is_stuck or _has_failed(entry):
            return is_stuck
    return now - _asked_at(entry) > limit.late_after


def _has_failed(entry: LedgerEntry) -> bool:
    return entry.retryable and bool(entry.note)


def _asked_at(entry: LedgerEntry) -> datetime:
    """Return since when it might be running: after a failure that is when it was to be tried again."""
    moments = [entry.slot.due_at, entry.planned_at, entry.try_at]
    if _has_failed(entry) and entry.state is SlotState.WAITING:  # it may have been cut short while it was tried again
        moments.append(entry.began_at)
    return max(filter(None, moments))


def _late_condition(job: str, late: list[LedgerEntry], limit: JobLimits, now: datetime) -> Condition:
    first = min(late, key=_asked_at)
    names = name_with_parts(job, (entry.slot.job for entry in late))
    if first.state is SlotState.RUNNING and first.began_at:
        lasts = now - first.began_at
        state = f"It has been running for {format_length(lasts)}" + (f" ({first.by})" if first.by else "")
        to_do = WAKE_UP + job if lasts > limit.within else _is_slow(limit)
    else:
        state = f"It has been waiting for {format_length(now - _asked_at(first))}, and nobody runs it"
        to_do = WAKE_UP + job
    says = f"The job {names} is late: it was due at {format_moment(first.slot.due_at)}. {state}."
    return Condition(f"late/{job}", says, to_do)


def _is_slow(limit: JobLimits) -> str:
    return (
        f"Nothing yet: a run that takes longer than {format_length(limit.within)} is stopped, and tried again. If the "
        "job is often so slow, the log of the service says what it waits for; or give it more time, late_after in jobs.yaml."  # noqa: E501
    )
