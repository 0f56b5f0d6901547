"""The parts of a job that several machines can run side by side: sync is one part a form, one a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.model import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.schema import Job, Settings

CORRECTIONS, FORM, SHEET = "corrections", "form:", "sheet:"


def base_job(name: str) -> str:
    """Return the job of which `sync/form:pulse` is a part."""
    return name.partition("/")[0]


def part_of(name: str) -> str:
    """Return which part of its job it is; "" for all of it."""
    return name.partition("/")[2]


def parts_of_sync(settings: Settings) -> tuple[str, ...]:
    """Return each part of sync: the corrections, each form, each spreadsheet."""
    spreadsheets = dict.fromkeys(sheet.spreadsheet for sheet in settings.sheets.values())
    return (CORRECTIONS, *(f"{FORM}{key}" for key in settings.forms), *(f"{SHEET}{name}" for name in spreadsheets))


def split(settings: Settings) -> dict[str, Job]:
    """Return every job by its name, those that have parts part by part."""
    return dict(_split(settings))


def locks_of(settings: Settings, name: str) -> tuple[str, ...]:
    """Return the rights that a run of a job, or of a part of it, needs for itself."""
    if name == "sync":
        parts = (f"sync/{part}" for part in parts_of_sync(settings) if part != CORRECTIONS)
        return (PUBLISHED, *parts)
    return (PUBLISHED,) if name in {"publish", f"sync/{CORRECTIONS}"} else (name,)


def _split(settings: Settings) -> Iterator[tuple[str, Job]]:
    for name, job in settings.jobs.items():
        if name == "sync":
            yield from ((f"{name}/{part}", job) for part in parts_of_sync(settings))
        else:
            yield name, job
