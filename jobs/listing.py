"""list: the jobs and the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.due import next_run, schedule_in_words
from jobs.london import told_time
from jobs.published import know_authority

if TYPE_CHECKING:
    from integration.wiring import Service


def list_jobs(service: Service) -> list[dict[str, Any]]:
    """Return each job with its schedule in words, its last run and its next; times are ISO text in UTC."""
    runs, now = service.store.last_runs() if service.has_store else {}, service.clock.now()
    told = []
    for name, job in service.settings.jobs.items():
        ended_at, outcome, _ = runs.get(name, (None, None, None))
        told.append(
            {
                "job": name,
                "about": job.about,
                "schedule": schedule_in_words(job),
                "last_run": ended_at.isoformat() if ended_at else None,
                "outcome": outcome,
                "next_run": next_run(job, ended_at, now).isoformat(),
            }
        )
    return told


def listed_in_words(told: list[dict[str, Any]]) -> str:
    """Return the jobs as lines that a person reads."""
    lines = []
    for job in told:
        last = f"last {told_time(job['last_run'])} ({job['outcome']})" if job["last_run"] else "never ran"
        lines += [
            f"{job['job']:<10}{job['schedule']}; {last}; next {told_time(job['next_run'])}",
            f"{'':<10}{job['about']}",
        ]
    return "\n".join(lines)


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
