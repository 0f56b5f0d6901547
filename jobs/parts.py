"""The parts of a job that several machines can run side by side: sync is one part a form, one a spreadsheet."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from integration.model import CORRECTIONS, PUBLISHED, sync_of_form, sync_of_spreadsheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Job, Settings

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
    return (CORRECTIONS, *map(sync_of_form, settings.forms), *map(sync_of_spreadsheet, spreadsheets))


def split(settings: Settings) -> dict[str, Job]:
    """Return every job by its name, those that have parts part by part."""
    return dict(_split(settings))


def locks_of(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the rights that a run of a job, or of a part of it, needs for itself."""
    if name in {"publish", CORRECTIONS}:
        return (PUBLISHED,)
    if name == "sync":
        return (PUBLISHED, *(part for part in parts_of_sync(settings) if part != CORRECTIONS))
    if name == "reconcile":
        return (name, *map(sync_of_form, settings.forms))
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
