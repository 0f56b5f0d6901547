"""The truth about a sample, in the shape of `truth.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sample import expected_register
from tests.sample.expected_measures import expected_measures
from tests.sample.expected_register import Headcounts, JudgedRegister, shown
from tests.sample.instants import london_text
from tests.sample.programme import AUTHORITIES, TEAMS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.sample.outcomes import Outcomes, Row
    from tests.sample.response import Form
    from tests.sample.sheets.source import Line

NOT_IN_ROWS = ("code", "week", "barriers")
"""Given under `further`: a tab shows a hash, a real date, and ticks in an order that no rule decides."""


def tell_truth(by_form: Mapping[Form, Outcomes], kept: Mapping[str, JudgedRegister], as_of: date) -> dict[str, Any]:
    """Return every fact about the sample."""
    verdicts = {form.key: verdict for form, verdict in by_form.items()}
    return {
        "received": {key: len(verdict.rows) + len(verdict.refused) for key, verdict in verdicts.items()},
        "accepted": {key: len(verdict.rows) for key, verdict in verdicts.items()},
        "refused": [
            {"form": key, "responseId": response_id, "code": code}
            for key, verdict in verdicts.items()
            for response_id, code in verdict.refused.items()
        ],
        "superseded": [
            {"form": key, "responseId": response_id}
            for key, verdict in verdicts.items()
            for response_id in verdict.superseded
        ],
        "issues": [issue for key, verdict in verdicts.items() for issue in _issues(key, verdict)],
        "pii": [*_secrets_in_forms(verdicts), *_secrets_in_sheets(kept)],
        "measures": expected_measures(verdicts, Headcounts(kept["teams"]), as_of),
        "rows": {form.key: _rows(form, verdict) for form, verdict in by_form.items()},
        "further": {form.key: _further(form, verdict) for form, verdict in by_form.items()},
        "sheets": _sheets(kept, as_of),
    }


def _issues(key: str, verdict: Outcomes) -> list[dict[str, str]]:
    """Return each reported field of the rows that count."""
    return [
        {"form": key, "responseId": response_id, "field": field, "code": said.code}
        for response_id, row in verdict.rows.items()
        if row.counted
        for field, said in row.answers.items()
        if said.code is not None
    ]


def _secrets_in_forms(verdicts: Mapping[str, Outcomes]) -> list[dict[str, Any]]:
    return [
        {"form": key, "responseId": response_id, "field": field, "secrets": list(said.secrets)}
        for key, verdict in verdicts.items()
        for response_id, row in verdict.rows.items()
        for field, said in row.answers.items()
        if said.secrets
    ]


def _secrets_in_sheets(kept: Mapping[str, JudgedRegister]) -> list[dict[str, Any]]:
    return [
        {"form": source, "responseId": key, "field": column, "secrets": list(said.secrets)}
        for source, tab in kept.items()
        for key, line in tab.lines.items()
        for column, said in line.items()
        if said.secrets
    ]


def _rows(form: Form, verdict: Outcomes) -> dict[str, dict[str, Any]]:
    fields = [field for field in form.fields if field not in NOT_IN_ROWS]
    return {
        response_id: {field: row.means(field) for field in fields} | _when_and_whose(row)
        for response_id, row in verdict.rows.items()
    }


def _when_and_whose(row: Row) -> dict[str, Any]:
    return {
        "authority": row.authority,
        "fortnight": row.fortnight,
        "phase": row.phase,
        "window": row.window,
        "counted": "yes" if row.counted else "superseded",
    }


def _further(form: Form, verdict: Outcomes) -> dict[str, dict[str, Any]]:
    """Return what the tab of a form shows in a way of its own."""
    told = {}
    for response_id, row in verdict.rows.items():
        facts: dict[str, Any] = {"submitted_at": london_text(row.response.created)}
        if "code" in form.fields:
            facts["person"] = row.person
        if "week" in form.fields:
            facts["week"] = shown(row.means("week"))
        if isinstance(ticked := row.means("barriers"), tuple):
            facts["barriers"] = sorted(ticked)
        told[response_id] = facts
    return told


def _sheets(kept: Mapping[str, JudgedRegister], as_of: date) -> dict[str, Any]:
    done = expected_register.implemented(kept["small_changes"], as_of, in_phase_2=False)
    in_phase_2 = expected_register.implemented(kept["small_changes"], as_of, in_phase_2=True)
    return {
        "small_changes": [_small_change(key, line) for key, line in kept["small_changes"].lines.items()],
        "changes_implemented": expected_register.by_authority(done),
        "changes_implemented_in_phase_2": expected_register.by_authority(in_phase_2),
        "by_team": {
            "changes_implemented": {team: done.count(team) for team in TEAMS},
            "changes_implemented_in_phase_2": {team: in_phase_2.count(team) for team in TEAMS},
        },
        "milestones_on_time": {key: expected_register.on_time(kept["blueprint"], key, as_of) for key in AUTHORITIES},
        "reviews_held": {key: expected_register.held(kept["reviews"], key, as_of) for key in AUTHORITIES},
        "commitment_mean": {key: expected_register.commitment(kept["reviews"], key, as_of) for key in AUTHORITIES},
        "sheet_issues": [issue for tab in kept.values() for issue in tab.issues],
        "doubles": [{"sheet": source, "key": key} for source, tab in kept.items() for key in tab.doubles],
        "counts": {source: {"received": tab.received, "accepted": len(tab.lines)} for source, tab in kept.items()},
        "rows": {
            source: {
                key: {column: shown(said.means) for column, said in line.items()} for key, line in tab.lines.items()
            }
            for source, tab in kept.items()
        },
    }


def _small_change(key: str, line: Line) -> dict[str, Any]:
    return {
        "key": key,
        "team": line["team"].means,
        "stage": line["stage"].means or "",
        "designed_on": shown(line["designed_on"].means),
        "implemented_on": shown(line["implemented_on"].means),
    }
