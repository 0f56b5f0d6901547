"""status: alerts, how fresh each source is, counts that must add up, reworded questions, last packs, what to do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from config.schema.sources import find_unapproved_rewordings, list_approved_rewordings
from config.spelling import quoted
from integration.operations.alerts import alert_lines, open_alerts, post_of
from integration.operations.conditions import heard_lines, unfinished_lines, unfinished_since, webhooks_heard
from integration.operations.job_runs import base_job, part_of
from integration.operations.pipeline import know_authority, reworded
from integration.operations.reconcile import last_reconciled, reconciled_lines
from integration.operations.sync import known_notices
from integration.schedule import describe_schedule, find_next_run
from integration.text_format import format_date, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from integration.model import JobHistory
    from integration.operations.pipeline import Flow
    from integration.wiring import Service


def status(service: Service, flow: Flow) -> dict[str, Any]:
    """Return what `status --json` prints; times are ISO text in UTC."""
    newest = service.store.newest_received()
    sources = {
        source: {
            "received": rows.counts.received,
            "accepted": rows.counts.accepted,
            "refused": rows.counts.refused,
            "counted": rows.counts.counted,
            "superseded": rows.counts.superseded,
            "newest": newest[source].isoformat() if source in newest else None,
        }
        for source, rows in flow.rows.items()
    }
    jobs = {
        job: {"ended_at": ended_at.isoformat(), "outcome": outcome, "note": note}
        for job, (ended_at, outcome, note) in last_runs(service).items()
    }
    packs, unfinished = list_packs(service), unfinished_since(service)
    attention = sum(len(rows.issues) for rows in flow.rows.values())
    return {
        "alerts": open_alerts(service), "untold": post_of(service).problem,
        "unfinished_erasure": unfinished.isoformat() if unfinished else None,
        "sources": sources, "jobs": jobs, "packs": packs, "attention": attention,
        "attention_in": "the data spreadsheet" if service.writes_google else "data.xlsx",
        "notices": known_notices(service), "reworded": reworded_questions(service),
        "reconciled": last_reconciled(service), "webhooks": webhooks_heard(service, now=service.clock.now()),
    }  # fmt: skip


def status_in_words(told: dict[str, Any]) -> str:
    """Return the status as lines that a person reads."""
    return "\n".join([*alert_lines(told["alerts"], told["untold"]),
                      *unfinished_lines(told["unfinished_erasure"]),
                      *_source_lines(told["sources"]), *reconciled_lines(told["reconciled"]),
                      *heard_lines(told["webhooks"]), "", *_job_lines(told["jobs"]), *_pack_lines(told["packs"]), "",
                      *reworded_lines(told["reworded"]), *told["notices"],
                      _attention_line(told["attention"], told["attention_in"])])  # fmt: skip


def _source_lines(sources: dict[str, dict[str, Any]]) -> list[str]:
    columns = ("received", "accepted", "refused", "counted", "superseded")
    lines = [f"{'source':<20}" + "".join(f"{name:>12}" for name in columns) + "   newest stored"]
    for source, counts in sources.items():
        numbers = "".join(f"{counts[name]:>12,}" for name in columns)
        lines.append(f"{source:<20}{numbers}   {format_time(counts['newest'])}")
    return lines


def _job_lines(jobs: dict[str, dict[str, Any]]) -> list[str]:
    if not jobs:
        return ["No job has run yet."]
    return [
        f"{job:<13} {told['outcome']:<8} {format_time(told['ended_at'])}  {told['note']}" for job, told in jobs.items()
    ]


def _pack_lines(packs: list[dict[str, Any]]) -> list[str]:
    return [
        f"pack       {pack['month']}  {pack['authority']}, version {pack['version']}, "
        + (f"mailed {format_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in packs[-6:]
    ]


def _attention_line(count: int, where: str) -> str:
    if not count:
        return "Nothing needs attention."
    rows = "1 row needs" if count == 1 else f"{count} rows need"
    return f"{rows} attention: open {where}, tab needs_attention."


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


def reworded_questions(service: Service) -> dict[str, list[dict[str, Any]]]:
    """Return the changes of words by `approved` and `waiting`; a day is ISO text, `field` a column of data.xlsx."""
    settings = service.settings
    approved = [
        {
            "source": change.source, "field": change.field, "on": change.on.isoformat(), "by": change.by,
            "was": change.was, "now": change.now, "same": change.same,
        }
        for change in list_approved_rewordings(settings)
    ]  # fmt: skip
    waiting = [
        {"source": source, "field": seen.field, "on": seen.on.isoformat(), "was": seen.was, "now": seen.now}
        for source, form in settings.forms.items()
        for seen in find_unapproved_rewordings(form, reworded(service, source))
    ]
    return {"approved": approved, "waiting": waiting}


def reworded_lines(told: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Give the changes as lines that a person reads; none where no question was reworded."""
    for change in told["approved"]:
        means = "it asks the same, and the series goes on" if change["same"] else "a new series begins"
        yield f"{_change(change)} on {_day(change)}: {means}; approved by {change['by']}."
    for change in told["waiting"]:
        yield (
            f"{_change(change)}, first seen on {_day(change)}: a new series begins until forms/{change['source']}.yaml "
            "says under “reworded” who approved it and whether it asks the same."
        )


def _change(change: dict[str, Any]) -> str:
    return f"{change['source']}, {change['field']}: {quoted(change['was'])} became {quoted(change['now'])}"


def _day(change: dict[str, Any]) -> str:
    return format_date(date.fromisoformat(change["on"]))


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
        next_at = find_next_run(job, known.get(name), now)
        told.append(
            {
                "job": name,
                "about": job.about,
                "schedule": describe_schedule(job),
                "last_run": ended_at.isoformat() if ended_at else None,
                "outcome": outcome,
                "next_run": next_at.isoformat() if next_at else None,
                "missed": job.missed,
            }
        )
    return told


def _known_by_job(known: Mapping[str, JobHistory]) -> dict[str, JobHistory]:
    """Return what is known of each job; of one that runs in parts, what is known of the part that is next."""
    by_job: dict[str, JobHistory] = {}
    for name, each in known.items():
        other = by_job.get(base_job(name))
        if other is None or (each.newest or each.since) < (other.newest or other.since):
            by_job[base_job(name)] = each
    return by_job


def listed_in_words(told: list[dict[str, Any]]) -> str:
    """Return the jobs as lines that a person reads."""
    lines, wide = [], 1 + max((len(job["job"]) for job in told), default=0)
    for job in told:
        last = f"last {format_time(job['last_run'])} ({job['outcome']})" if job["last_run"] else "never ran"
        lines += [
            f"{job['job']:<{wide}}{job['schedule']}; {last}; next {_next(job['next_run'])}",
            f"{'':<{wide}}{job['about']}" + (f" {_MISSED[job['missed']]}" if job["next_run"] else ""),
        ]
    return "\n".join(lines)


def _next(iso: str | None) -> str:
    return format_time(iso) if iso else "when somebody runs it"


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
        f"{pack['month']}  {pack['authority']:<16} version {pack['version']}  built {format_time(pack['built_at'])}  "
        + (f"mailed {format_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in told
    )
