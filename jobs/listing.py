"""list: the jobs and the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.due import next_run, schedule_in_words
from jobs.last import last_runs
from jobs.london import told_time
from jobs.parts import base_job
from jobs.published import know_authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Known
    from integration.wiring import Service


def list_jobs(service: Service) -> list[dict[str, Any]]:
    """Return each job with its schedule in words, its last run and its next; times are ISO text in UTC.

    `next_run` is None for a job that runs by hand only, and now where a run is due that has not ended.
    """
    now = service.clock.now()
    runs = last_runs(service)
    known = _known_by_job(service.store.ledger.known(now=now)) if service.has_store else {}
    told = []
    for name, job in service.settings.jobs.items():
        ended_at, outcome, _ = runs.get(name, (None, None, None))
        next_at = next_run(job, known.get(name), now)
        told.append(
            {
                "job": name,
                "about": job.about,
                "schedule": schedule_in_words(job),
                "last_run": ended_at.isoformat() if ended_at else None,
                "outcome": outcome,
                "next_run": next_at.isoformat() if next_at else None,
                "missed": job.missed,
            }
        )
    return told


def _known_by_job(known: Mapping[str, Known]) -> dict[str, Known]:
    """Return what is known of each job; of one that runs in parts, what is known of the part that is next."""
    by_job: dict[str, Known] = {}
    for name, each in known.items():
        other = by_job.get(base_job(name))
        if other is None or (each.newest or each.since) < (other.newest or other.since):
            by_job[base_job(name)] = each
    return by_job


def listed_in_words(told: list[dict[str, Any]]) -> str:
    """Return the jobs as lines that a person reads."""
    lines, wide = [], 1 + max((len(job["job"]) for job in told), default=0)
    for job in told:
        last = f"last {told_time(job['last_run'])} ({job['outcome']})" if job["last_run"] else "never ran"
        lines += [
            f"{job['job']:<{wide}}{job['schedule']}; {last}; next {_next(job['next_run'])}",
            f"{'':<{wide}}{job['about']}" + (f" {_MISSED[job['missed']]}" if job["next_run"] else ""),
        ]
    return "\n".join(lines)


def _next(iso: str | None) -> str:
    return told_time(iso) if iso else "when somebody runs it"


_MISSED = {"once": "What was missed is made good by one run.", "each": "Each run that was missed is made good."}


def list_packs(service: Service, *, authority: str = "", month: str | None = None) -> list[dict[str, Any]]:
    """Return the packs that were built, oldest first."""
    know_authority(service, authority)
    packs = service.store.packs() if service.has_store else []
    return [
        {
            "authority": whose,
            "month": which,
            "version": version,
            "built_at": built_at.isoformat(),
            "mailed_at": mailed_at.isoformat() if mailed_at else None,
        }
        for whose, which, version, _, built_at, mailed_at in packs
        if authority in ("", whose) and month in (None, which)
    ]


def packs_in_words(told: list[dict[str, Any]]) -> str:
    """Return the packs as lines that a person reads."""
    if not told:
        return "No such pack has been built."
    return "\n".join(
        f"{pack['month']}  {pack['authority']:<16} version {pack['version']}  built {told_time(pack['built_at'])}  "
        + (f"mailed {told_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in told
    )
