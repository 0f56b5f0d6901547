"""status: alerts, how fresh each source is, counts that must add up, reworded questions, last packs, what to do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from config.schema.sources import find_unapproved_rewordings, list_approved_rewordings
from config.spelling import quoted
from integration.operations.alerts import alert_lines, last_notification, open_alerts
from integration.operations.conditions import (
    unfinished_erasure_lines,
    unfinished_erasure_since,
    webhook_lines,
    webhook_states,
)
from integration.operations.job_runs import last_runs
from integration.operations.packs import list_packs
from integration.operations.pipeline import known_rewordings
from integration.operations.reconcile import describe_last_counts, last_counts
from integration.operations.sync import current_notices
from integration.text_format import format_date, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.operations.pipeline import Pipeline
    from integration.wiring import Service


def status(service: Service, flow: Pipeline) -> dict[str, Any]:
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
    packs, unfinished = list_packs(service), unfinished_erasure_since(service)
    attention = sum(len(rows.issues) for rows in flow.rows.values())
    return {
        "alerts": open_alerts(service), "untold": last_notification(service).problem,
        "unfinished_erasure": unfinished.isoformat() if unfinished else None,
        "sources": sources, "jobs": jobs, "packs": packs, "attention": attention,
        "attention_in": "the data spreadsheet" if service.writes_google else "data.xlsx",
        "notices": current_notices(service), "reworded": reworded_questions(service),
        "reconciled": last_counts(service), "webhooks": webhook_states(service, now=service.clock.now()),
    }  # fmt: skip


def describe_status(told: dict[str, Any]) -> str:
    """Return the status as lines that a person reads."""
    return "\n".join([*alert_lines(told["alerts"], told["untold"]),
                      *unfinished_erasure_lines(told["unfinished_erasure"]),
                      *_source_lines(told["sources"]), *describe_last_counts(told["reconciled"]),
                      *webhook_lines(told["webhooks"]), "", *_job_lines(told["jobs"]), *_pack_lines(told["packs"]), "",
                      *describe_rewordings(told["reworded"]), *told["notices"],
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


"""When it ended, how (`done` or `failed`), and its note."""


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
        for seen in find_unapproved_rewordings(form, known_rewordings(service, source))
    ]
    return {"approved": approved, "waiting": waiting}


def describe_rewordings(told: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
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
