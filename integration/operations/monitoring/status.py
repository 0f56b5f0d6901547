"""The status: alerts, how fresh each source is, the counts that must add up, reworded questions, the last packs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from config.schema.fields import find_unapproved_rewordings, list_approved_rewordings
from config.spelling import quoted
from integration.operations.job_runs import last_runs
from integration.operations.losses.finding import find_uncomparable, look_for_losses
from integration.operations.losses.wording import describe_losses, losses_as_data
from integration.operations.monitoring.alerts import alert_lines, last_notification, open_alerts
from integration.operations.monitoring.clock_watch import describe_clock
from integration.operations.monitoring.conditions import (
    damaged_receipts,
    silent_webhooks,
    unfinished_erasure_since,
)
from integration.operations.packs import list_packs
from integration.operations.pipeline import Pipeline, known_rewordings
from integration.operations.reconcile import describe_last_counts, last_counts
from integration.operations.sync import current_notices
from integration.text_format import format_count, format_date, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from integration.wiring import Service


COUNTS = ("received", "accepted", "refused", "counted", "superseded")
PACKS_SHOWN = 6


def status(service: Service) -> dict[str, Any]:
    """Return what `status --json` prints; times are ISO text in UTC."""
    pipeline = Pipeline(service)
    newest = service.store.newest_received()
    sources = {
        source: {**asdict(rows.counts), "newest": newest[source].isoformat() if source in newest else None}
        for source, rows in pipeline.rows.items()
    }
    jobs = {
        job: {"ended_at": run.ended_at.isoformat(), "outcome": run.outcome, "note": run.note}
        for job, run in last_runs(service).items()
    }
    unfinished, alerts = unfinished_erasure_since(service), open_alerts(service)
    return {
        "alerts": alerts,
        "clock": describe_clock(service, told=[alert["key"] for alert in alerts]),
        "untold": last_notification(service).problem,
        "unfinished_erasure": unfinished.isoformat() if unfinished else None,
        "damaged_receipts": [each.problem for each in damaged_receipts(service)],
        "sources": sources,
        "jobs": jobs,
        "packs": list_packs(service),
        "attention": sum(len(rows.issues) for rows in pipeline.rows.values()),
        "attention_in": "the data spreadsheet" if service.writes_google else "data.xlsx",
        "losses": losses_as_data(look_for_losses(service, pipeline), now=service.clock.now()),
        "uncompared": find_uncomparable(service),
        "notices": current_notices(service),
        "reworded": list_rewordings(service),
        "reconciled": last_counts(service),
        "webhooks": webhook_states(service, now=service.clock.now()),
    }


def list_rewordings(service: Service) -> dict[str, list[dict[str, Any]]]:
    """Return the reworded questions, `approved` and `waiting`; a day is ISO text, `field` a column of data.xlsx."""
    settings = service.settings
    approved = [
        {
            "source": change.source, "field": change.field, "on": change.on.isoformat(), "by": change.by,
            "was": change.was, "now": change.now, "same": change.same,
        }
        for change in list_approved_rewordings(settings)
    ]  # fmt: skip
    waiting = [
        {"source": source, "field": change.field, "on": change.on.isoformat(), "was": change.was, "now": change.now}
        for source, form in settings.forms.items()
        for change in find_unapproved_rewordings(form, known_rewordings(service, source))
    ]
    return {"approved": approved, "waiting": waiting}


def webhook_states(service: Service, *, now: datetime) -> dict[str, dict[str, Any]]:
    """Return of each form when its webhook last brought something, since when it is silent, and what came by reading.

    Times are ISO text in UTC; None where it never brought anything, or is not silent.
    """
    silent = {each.form: each for each in silent_webhooks(service, now=now)}
    heard = {form: service.store.state.received_by_webhook_at(form).get() for form in service.settings.forms}
    return {
        form: {
            "heard_at": at.isoformat() if at else None,
            "silent_since": silent[form].since.isoformat() if form in silent else None,
            "only_by_reading": silent[form].answers if form in silent else 0,
            "to_do": silent[form].advice if form in silent else None,
        }
        for form, at in heard.items()
    }


def describe_status(report: dict[str, Any]) -> str:
    """Return the status as lines that a person reads."""
    lines = [
        *alert_lines(report["alerts"], report["untold"]),
        *report["clock"],
        *unfinished_erasure_lines(report["unfinished_erasure"]),
        *_damaged_receipt_lines(report),
        *describe_losses(report["losses"]),
        *([report["uncompared"], ""] if report["uncompared"] else []),
        f"{'source':<20}" + "".join(f"{name:>12}" for name in COUNTS) + "   newest stored",
    ]
    for source, counts in report["sources"].items():
        numbers = "".join(f"{counts[name]:>12,}" for name in COUNTS)
        lines.append(f"{source:<20}{numbers}   {format_time(counts['newest'])}")
    lines += [*describe_last_counts(report["reconciled"]), *_webhook_lines(report["webhooks"]), ""]
    for job, run in report["jobs"].items():
        lines.append(f"{job:<13} {run['outcome']:<8} {format_time(run['ended_at'])}  {run['note']}")
    if not report["jobs"]:
        lines.append("No job has run yet.")
    for pack in report["packs"][-PACKS_SHOWN:]:
        mailed = f"mailed {format_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed"
        lines.append(f"pack       {pack['month']}  {pack['authority']}, version {pack['version']}, {mailed}")
    lines += ["", *_describe_rewordings(report["reworded"]), *report["notices"]]
    count, place = report["attention"], report["attention_in"]
    rows = "1 row needs" if count == 1 else f"{count} rows need"
    nothing = "No row needs attention; the receipts do." if report["damaged_receipts"] else "Nothing needs attention."
    lines.append(f"{rows} attention: open {place}, tab needs_attention." if count else nothing)
    return "\n".join(lines)


def unfinished_erasure_lines(since: str | None) -> list[str]:
    """Return the line of the status, if there is one."""
    if since is None:
        return []
    return [f"An erasure that began at {format_time(since)} is not finished: run retention finishes it.", ""]


def _damaged_receipt_lines(report: dict[str, Any]) -> list[str]:
    """Return a line of each damaged receipt that no alert tells of."""
    told = {alert["says"] for alert in report["alerts"]}
    lines = [f"! {problem}" for problem in report["damaged_receipts"] if problem not in told]
    return [*lines, ""] if lines else []


def _webhook_lines(states: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line about each webhook that ever brought something; what to do besides where one is silent."""
    lines = []
    for form, each in states.items():
        if each["silent_since"]:
            since, answers = format_time(each["silent_since"]), format_count(each["only_by_reading"], "answer")
            lines += [
                f"{form}: its webhook has been silent since {since}; {answers} came only by reading",
                f"  What to do: {each['to_do']}",
            ]
        elif each["heard_at"]:
            lines.append(f"{form}: last told at once {format_time(each['heard_at'])}")
    return lines


def _describe_rewordings(rewordings: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Give the changes as lines that a person reads; none where no question was reworded."""
    for change in (*rewordings["approved"], *rewordings["waiting"]):
        became = f"{change['source']}, {change['field']}: {quoted(change['was'])} became {quoted(change['now'])}"
        day = format_date(date.fromisoformat(change["on"]))
        if "by" in change:
            means = "it asks the same, and the series goes on" if change["same"] else "a new series begins"
            yield f"{became} on {day}: {means}; approved by {change['by']}."
        else:
            yield (
                f"{became}, first seen on {day}: a new series begins until forms/{change['source']}.yaml says under "
                "“reworded” who approved it and whether it asks the same."
            )
