"""status: alerts, how fresh each source is, counts that must add up, reworded questions, last packs, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jobs.alert_mail import post_of
from jobs.alerts import alert_lines, open_alerts
from jobs.last import last_runs
from jobs.listing import list_packs
from jobs.london import told_time
from jobs.reconciled import last_reconciled, reconciled_lines
from jobs.reworded import reworded_lines, reworded_questions
from jobs.sync import known_notices
from jobs.unfinished import unfinished_lines, unfinished_since
from jobs.webhooks_heard import heard_lines, webhooks_heard

if TYPE_CHECKING:
    from integration.wiring import Service
    from jobs.flow import Flow


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
        lines.append(f"{source:<20}{numbers}   {told_time(counts['newest'])}")
    return lines


def _job_lines(jobs: dict[str, dict[str, Any]]) -> list[str]:
    if not jobs:
        return ["No job has run yet."]
    return [
        f"{job:<13} {told['outcome']:<8} {told_time(told['ended_at'])}  {told['note']}" for job, told in jobs.items()
    ]


def _pack_lines(packs: list[dict[str, Any]]) -> list[str]:
    return [
        f"pack       {pack['month']}  {pack['authority']}, version {pack['version']}, "
        + (f"mailed {told_time(pack['mailed_at'])}" if pack["mailed_at"] else "not mailed")
        for pack in packs[-6:]
    ]


def _attention_line(count: int, where: str) -> str:
    if not count:
        return "Nothing needs attention."
    rows = "1 row needs" if count == 1 else f"{count} rows need"
    return f"{rows} attention: open {where}, tab needs_attention."
