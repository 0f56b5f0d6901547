"""How each job last ended: of a job that several machines run in parts, the parts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.parts import base_job, part_of

if TYPE_CHECKING:
    from datetime import datetime

    from integration.wiring import Service

Run = tuple["datetime", str, str]
"""When it ended, how (`done` or `failed`), and its note."""


def last_runs(service: Service) -> dict[str, Run]:
    """Return for each job when it last ended, how, and its note; empty where nothing was ever stored."""
    if not service.has_store:
        return {}
    by_job: dict[str, dict[str, Run]] = {}
    for name, run in service.store.last_runs().items():
        by_job.setdefault(base_job(name), {})[part_of(name)] = run
    return {job: _together(parts) for job, parts in by_job.items()}


def _together(parts: dict[str, Run]) -> Run:
    """Return the whole of the job's runs: a run of all of it makes up for earlier ones of its parts."""
    whole = parts.pop("", None)
    later = {part: run for part, run in parts.items() if whole is None or run[0] > whole[0]}
    if not later:
        return whole or max(parts.values())
    failed = sorted(part for part, (_, outcome, _) in later.items() if outcome != "done")
    ended_at = max(run[0] for run in later.values())
    if failed:
        return ended_at, "failed", f"{', '.join(failed)}: {', '.join(sorted({later[part][2] for part in failed}))}"
    return ended_at, "done", f"{len(later)} parts, the last one: {max(later.values())[2]}"
