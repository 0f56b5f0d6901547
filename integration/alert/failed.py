"""A job that fails: told at once where only a person can help, else when it has not passed by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, base_of, moment, with_parts
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from integration.model import Failing, Known


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a job may take before it is late, and how long a run of it may last."""

    late_after: timedelta
    within: timedelta


def what_failed(
    failing: Mapping[str, Failing],
    *,
    limits: Mapping[str, Limits],
    known: Mapping[str, Known],
    went_well: Mapping[str, datetime],
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
        yield _trouble(job, {name: failing[name] for name in names})


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


def _trouble(job: str, failing: Mapping[str, Failing]) -> Trouble:
    each = list(failing.values())
    since = moment(min(one.since for one in each))
    says = f"The job {with_parts(job, failing)} has failed, first at {since}. It said: {_said(each)}"
    if any(one.is_for_good for one in each):
        return Trouble(f"failed/{job}", says, f"Put right what the sentence asks for; then run: {COMMAND} run {job}")
    to_do = (
        f"This passes by itself when what is outside works again, and the job is tried until then. If it lasts, look "
        f"with: {COMMAND} check --live"
    )
    return Trouble(f"failed/{job}", says, to_do)


def _said(failing: Sequence[Failing]) -> str:
    """Return the sentences of the errors, each once."""
    notes = dict.fromkeys(one.newest.note.strip() or "no reason" for one in failing)
    return "\n".join(notes)
