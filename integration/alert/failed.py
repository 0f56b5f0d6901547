"""A job that fails: told at once where only a person can help, else when it has not passed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, base_of, moment, with_parts
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from integration.model import Entry, Failing, Known


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a job may take before it is late, and how long a run of it may last."""

    late_after: timedelta
    within: timedelta


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes of a job by itself: its slots that are still to end, and when the next one is due.

    `next_at` None: it runs only when somebody asks for it.
    """

    open: tuple[Entry, ...] = ()
    next_at: datetime | None = None


def what_failed(  # noqa: PLR0913  # all that is known of a job
    failing: Mapping[str, Failing],
    *,
    limits: Mapping[str, Limits],
    known: Mapping[str, Known],
    went_well: Mapping[str, datetime],
    ahead: Mapping[str, Ahead],
    now: datetime,
) -> Iterator[Trouble]:
    """Give `failed/<job>` for each job that fails; its parts (`sync/form:pulse`) are one trouble.

    `went_well` is when a job, or a part, last ended well in a run of any kind: what failed before that is over.
    """
    lasting = [
        name
        for name, each in failing.items()
        if base_of(name) in limits
        and (each.is_for_good or now - each.since > limits[base_of(name)].late_after)
        and not _is_over(name, each, went_well)
        and not _is_dropped(name, each, known)
    ]
    for job, names in groupby(sorted(lasting), base_of):
        yield _trouble(job, {name: failing[name] for name in names}, ahead.get(job, Ahead()), now)


def _is_over(name: str, failing: Failing, went_well: Mapping[str, datetime]) -> bool:
    at = failing.newest.ended_at or failing.newest.began_at or failing.since
    well = [went_well[each] for each in (name, base_of(name)) if each in went_well]
    return bool(well) and max(well) > at


def _is_dropped(name: str, failing: Failing, known: Mapping[str, Known]) -> bool:
    """Say whether the part is planned no more, while other parts of its job are: nobody will ever make it good."""
    if name in known and known[name].open:
        return False
    planned = [each.newest for other, each in known.items() if base_of(other) == base_of(name) and each.newest]
    return bool(planned) and max(planned) > failing.newest.slot.due_at


def _trouble(job: str, failing: Mapping[str, Failing], ahead: Ahead, now: datetime) -> Trouble:
    each = list(failing.values())
    since = moment(min(one.since for one in each))
    says = f"The job {with_parts(job, failing)} has failed, first at {since}. It said: {_said(each)}"
    if any(one.is_for_good for one in each):
        return Trouble(f"failed/{job}", says, f"Put right what it asks for; then run: {COMMAND} run {job}")
    return Trouble(f"failed/{job}", says, " ".join(_what_comes(job, failing, ahead, now)))


def _what_comes(job: str, names: Iterable[str], ahead: Ahead, now: datetime) -> Iterator[str]:
    """Say who tries again and when, of what waits for that and of what nobody tries any more."""
    again = {entry.slot.job: entry.try_at for entry in ahead.open}
    waiting = [name for name in names if name in again or job in again]
    given_up = [name for name in names if name not in waiting]
    if waiting:
        times = [at for name, at in again.items() if at and (name in waiting or name == job)]
        when = f"at {moment(min(times))}, and after that about once an hour" if times and min(times) > now else "now"
        yield f"{with_parts(job, waiting)} is tried again {when}; most such failures pass by themselves."
    if given_up:
        yield f"{with_parts(job, given_up)} was tried as often as it may be, and {_until_when(ahead)}."
    run = f"; when it works again, run: {COMMAND} run {job}" if given_up else ""
    yield f"To see what does not work: {COMMAND} check --live{run}"


def _until_when(ahead: Ahead) -> str:
    if ahead.next_at is None:
        return "nobody tries it again until somebody asks for it"
    return f"nobody tries it again before its next time, at {moment(ahead.next_at)}"


def _said(failing: Sequence[Failing]) -> str:
    """Return the sentences of the errors, each once."""
    notes = dict.fromkeys(one.newest.note.strip() or "no reason" for one in failing)
    return "\n".join(notes)
