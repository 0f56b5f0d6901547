"""Conditions of jobs: one that fails, is late, or was never planned; and of the clock by which they are due.

A failure that only a person can help with is a condition at once; another only when it has not passed by itself. The
shards of a job (`sync/form:pulse`) are one condition, which names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from integration.alerts.wording import COMMAND, format_length, format_moment, job_of_shard, name_with_shards
from integration.model import Condition, SlotState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from integration.model import ClockJump, FailingJob, JobHistory, LedgerEntry, OtherClock, Slot


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How long a job may take before it is late, and how long a run of it may last."""

    late_after: timedelta
    longest_run: timedelta


@dataclass(frozen=True, slots=True)
class UpcomingRuns:
    """The slots of a job that have not ended, and when the next one is due; None where it runs by hand only."""

    open: tuple[LedgerEntry, ...] = ()
    next_at: datetime | None = None


def find_failed_jobs(  # noqa: PLR0913  # all that is known of a job
    failing: Mapping[str, FailingJob],
    *,
    limits: Mapping[str, JobLimits],
    histories: Mapping[str, JobHistory],
    last_success: Mapping[str, datetime],
    upcoming: Mapping[str, UpcomingRuns],
    now: datetime,
) -> Iterator[Condition]:
    """Yield `failed/<job>` for each job that fails, all its shards together.

    `last_success` is when a job, or a shard, last ended well in a run of any kind: what failed before that is over.
    """
    lasting = [
        name
        for name, failure in failing.items()
        if job_of_shard(name) in limits
        and (failure.is_for_good or now - failure.since > limits[job_of_shard(name)].late_after)
        and not _is_over(name, failure, last_success)
        and not _is_dropped(name, failure, histories)
    ]
    for job, names in groupby(sorted(lasting), job_of_shard):
        failures = {name: failing[name] for name in names}
        since = format_moment(min(failure.since for failure in failures.values()))
        errors = dict.fromkeys(failure.newest.note.strip() or "no reason" for failure in failures.values())
        description = f"The job {name_with_shards(job, failures)} has failed, first at {since}. It said: " + "\n".join(
            errors
        )
        advice = " ".join(_advise_on_retries(job, failures, upcoming.get(job, UpcomingRuns()), now))
        if any(failure.is_for_good for failure in failures.values()):
            advice = f"Put right what it asks for; then run: {COMMAND} run {job}"
        yield Condition(f"failed/{job}", description, advice)


def _is_over(name: str, failure: FailingJob, last_success: Mapping[str, datetime]) -> bool:
    failed_at = failure.newest.ended_at or failure.newest.began_at or failure.since
    return any(last_success[each] > failed_at for each in (name, job_of_shard(name)) if each in last_success)


def _is_dropped(name: str, failure: FailingJob, histories: Mapping[str, JobHistory]) -> bool:
    """Return whether the shard is planned no more, while other shards of its job are: it will never end well."""
    if name in histories and histories[name].open:
        return False
    job = job_of_shard(name)
    planned = [each.newest for other, each in histories.items() if job_of_shard(other) == job and each.newest]
    return bool(planned) and max(planned) > failure.newest.slot.due_at


def _advise_on_retries(job: str, names: Iterable[str], upcoming: UpcomingRuns, now: datetime) -> Iterator[str]:
    """Yield which shards are tried again and when, which were given up and until when, and what to run."""
    retry_at = {entry.slot.job: entry.try_at for entry in upcoming.open}
    waiting = [name for name in names if name in retry_at or job in retry_at]
    given_up = [name for name in names if name not in waiting]
    if waiting:
        times = [at for name, at in retry_at.items() if at and (name in waiting or name == job)]
        is_later = times and min(times) > now
        when = f"at {format_moment(min(times))}, and after that about once an hour" if is_later else "now"
        yield f"{name_with_shards(job, waiting)} is tried again {when}; most such failures pass by themselves."
    if given_up:
        until = "nobody tries it again until somebody asks for it"
        if upcoming.next_at is not None:
            until = f"nobody tries it again before its next time, at {format_moment(upcoming.next_at)}"
        yield f"{name_with_shards(job, given_up)} was tried as often as it may be, and {until}."
    run = f"; when it works again, run: {COMMAND} run {job}" if given_up else ""
    yield f"To see what does not work: {COMMAND} check --live{run}"


RESTART = (
    f"See whether the service runs, and start it again where it does not ({COMMAND} start; on several machines "
    f"{COMMAND} worker). To run the job yourself: {COMMAND} run "
)


def find_overdue_jobs(
    ledger: Iterable[LedgerEntry], *, limits: Mapping[str, JobLimits], now: datetime
) -> Iterator[Condition]:
    """Yield `late/<job>` for each job with a slot that has not ended for too long, all its shards together.

    After an outage a slot is entered long after it was due: it is late only when it is not run then. A slot that failed
    is not late as long as it waits for the moment at which it is to be tried again.
    """
    late = [
        entry for entry in ledger if (limit := limits.get(job_of_shard(entry.slot.job))) and _is_late(entry, limit, now)
    ]
    for job, group in groupby(sorted(late, key=lambda e: e.slot.job), lambda entry: job_of_shard(entry.slot.job)):
        entries = list(group)
        first, longest = min(entries, key=_runnable_since), limits[job].longest_run
        state = f"It has been waiting for {format_length(now - _runnable_since(first))}, and nobody runs it"
        advice = RESTART + job
        if first.state is SlotState.RUNNING and first.began_at:
            lasts = now - first.began_at
            state = f"It has been running for {format_length(lasts)}" + (f" ({first.by})" if first.by else "")
            if lasts <= longest:
                advice = (
                    f"Nothing yet: a run that takes longer than {format_length(longest)} is stopped, and tried again. "
                    "If the job is often so slow, the log of the service says what it waits for; or give it more time, "
                    "late_after in jobs.yaml."
                )
        names = name_with_shards(job, (entry.slot.job for entry in entries))
        description = f"The job {names} is late: it was due at {format_moment(first.slot.due_at)}. {state}."
        yield Condition(f"late/{job}", description, advice)


def _is_late(entry: LedgerEntry, limit: JobLimits, now: datetime) -> bool:
    if entry.state is SlotState.RUNNING and entry.began_at:
        is_stuck = now - entry.began_at > limit.longest_run
        if is_stuck or _has_failed(entry):
            return is_stuck
    return now - _runnable_since(entry) > limit.late_after


def _has_failed(entry: LedgerEntry) -> bool:
    return entry.retryable and bool(entry.note)


def _runnable_since(entry: LedgerEntry) -> datetime:
    """Return since when it might be running: after a failure, since it was to be tried again."""
    moments = [entry.slot.due_at, entry.planned_at, entry.try_at]
    if _has_failed(entry) and entry.state is SlotState.WAITING:  # it may have been cut short while it was tried again
        moments.append(entry.began_at)
    return max(filter(None, moments))


def find_missed_jobs(slots: Iterable[Slot], *, limits: Mapping[str, JobLimits], now: datetime) -> Iterator[Condition]:
    """Yield `missed/<job>` for each slot, not in the ledger, that was due for longer than its job may be late."""
    for slot in slots:
        if now - slot.due_at > limits[slot.job].late_after:
            description = (
                f"The job {slot.job} was due at {format_moment(slot.due_at)}, and nothing has begun it: as far as can "
                "be seen from here, the service does not run what is due."
            )
            yield Condition(f"missed/{slot.job}", description, RESTART + slot.job)


FORWARD, BACK = "forward", "back"
TOLD_FOR = timedelta(days=1)
"""So long a jump of the clock is told of."""
SEEN_WITHIN = timedelta(hours=1)
"""So long it counts that another clock differed: it is looked at again and again."""

LOOK_AT_CLOCK = (
    "See with the command timedatectl, on each machine, whether its clock is right, and whether the network (NTP) "
    "keeps it so."
)
AFTER_BACK = (
    "Nothing waits for a time to come: what is due runs by the clock as it is now. What was stored while it was ahead "
    "bears a wrong time."
)
AFTER_FORWARD = "What was due in between is made good. While the clock may be ahead, confirm nothing for retention."


def find_wrong_clocks(
    jump: ClockJump | None, others: Mapping[str, OtherClock], *, now: datetime
) -> Iterator[Condition]:
    """Yield `clock/back` or `clock/forward` for a day after a jump, and `clock/<whose>` for each clock that differs."""
    if jump and abs(now - jump.at) < TOLD_FOR:
        yield describe_jump(jump)
    for whose, other in others.items():
        if min(abs(now - other.ours), abs(now - other.theirs)) < SEEN_WITHIN:
            description = (
                f"The clock of this machine differs from that of {whose} by "
                f"{format_length(abs(other.ours - other.theirs))}: ours showed {format_moment(other.ours)}, the other "
                f"{format_moment(other.theirs)}."
            )
            yield Condition(f"clock/{whose}", description, LOOK_AT_CLOCK)


def describe_jump(jump: ClockJump) -> Condition:
    """Return the condition that a clock jumped."""
    length = format_length(abs(jump.at - jump.expected) + timedelta(seconds=30))  # 2:59:59 is 3 hours
    seen, shows = format_moment(jump.expected), format_moment(jump.at)
    if jump.is_back:
        when = "" if jump.is_measured else " or more"
        description = (
            f"The clock went back by {length}{when}: it should have shown {seen}, and showed {shows}. Either it "
            "was ahead until then, or it is behind now."
        )
        return Condition(f"clock/{BACK}", description, f"{LOOK_AT_CLOCK} {AFTER_BACK}")
    description = f"The clock jumped forward by {length}: it should have shown {seen}, and showed {shows}."
    if not jump.is_measured:
        description = (
            f"The clock showed {shows}, {length} after the last time at which jobs were planned, {seen}: either "
            "nothing ran for so long, or the clock is wrong."
        )
    return Condition(f"clock/{FORWARD}", description, f"{LOOK_AT_CLOCK} {AFTER_FORWARD}")
