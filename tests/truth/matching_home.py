"""Writes a home folder that agrees with a truth, so that what compares can itself be tested."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import xlsxwriter

from tests.truth.disclosure import PACK
from tests.truth.figures import MINIMUM_GROUP, RATE, wilson
from tests.truth.sheets import COUNTS, SHARES

if TYPE_CHECKING:
    from pathlib import Path

Cells = dict[str, Any]


def write_matching_home(home: Path, truth: dict[str, Any]) -> None:
    """Write `data.xlsx` with every fact of the truth, and summaries, packs and mails that say nothing."""
    sheets = truth["sheets"]
    tabs = {form: _form_rows(form, truth) for form in truth["received"]}
    tabs |= {source: [_with_days(row) for row in rows.values()] for source, rows in sheets["rows"].items()}
    tabs["needs_attention"] = _attention(truth)
    tabs["reconciliation"] = _reconciliation(truth)
    tabs["measures"] = [*_figures(truth["measures"]), *_to_date(sheets)]
    write_tabs(home / "data.xlsx", tabs)
    (home / "outbox").mkdir()
    for authority in sheets["changes_implemented"]:
        write_tabs(home / f"summary-{authority}.xlsx", {"Cover": [{"Nothing": "to see"}]})
        (home / "outbox" / f"{authority}.eml").write_text("Dear all")
        folder = home / "packs" / truth["as_of"][:7] / authority
        folder.mkdir(parents=True)
        for name in PACK:
            (folder / name).write_text("Nothing to see")


def write_tabs(path: Path, tabs: dict[str, list[Cells]]) -> None:
    """Write a workbook; text is text, also where it looks like a formula."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    as_day = book.add_format({"num_format": "yyyy-mm-dd"})
    for tab, rows in tabs.items():
        sheet = book.add_worksheet(tab)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        for number, row in enumerate([dict(zip(headings, headings, strict=True)), *rows]):
            for place, heading in enumerate(headings):
                match row.get(heading):
                    case str() as text:
                        sheet.write_string(number, place, text)
                    case int() | float() as amount:
                        sheet.write_number(number, place, amount)
                    case date() as day:
                        sheet.write_datetime(number, place, day, as_day)
    book.close()


def _form_rows(form: str, truth: dict[str, Any]) -> list[Cells]:
    rows = []
    for response_id, expected in truth["rows"][form].items():
        facts = truth["further"][form][response_id]
        row = {"response_id": response_id, **expected, "submitted_at": facts["submitted_at"]}
        row["authority"] = row["authority"].capitalize()
        if facts.get("person"):
            row["code"] = sha256(facts["person"].encode()).hexdigest()[:12]
        if facts.get("barriers"):
            row["barriers"] = "; ".join(facts["barriers"])
        if facts.get("week"):
            row["week"] = date.fromisoformat(facts["week"])
        rows.append(row)
    return rows


def _with_days(row: Cells) -> Cells:
    """Return the row with its days as real dates."""
    return {
        column: date.fromisoformat(value) if column.endswith("_on") and value else value
        for column, value in row.items()
    }


def _attention(truth: dict[str, Any]) -> list[Cells]:
    fields = [(one["form"], one["responseId"], one["field"], one["code"]) for one in truth["issues"]]
    refused = [
        (one["form"], one["responseId"], "team", one["code"])
        for one in truth["refused"]
        if one["code"] != "test_submission"
    ]
    sheets = [
        (one["sheet"], one["key"] or "row 7", one["field"], one["code"]) for one in truth["sheets"]["sheet_issues"]
    ]
    doubles = [(one["sheet"], one["key"], "", "duplicate_key") for one in truth["sheets"]["doubles"]]
    return [
        {
            "source": source,
            "key": key,
            "field": field,
            "code": code,
            "found": "(not shown)" if field == "code" else "what was typed",
            "what_to_do": "Ask.",
        }
        for source, key, field, code in (*fields, *refused, *sheets, *doubles)
    ]


def _reconciliation(truth: dict[str, Any]) -> list[Cells]:
    rows = []
    counts = {
        form: {"received": count, "accepted": truth["accepted"][form]} for form, count in truth["received"].items()
    }
    for source, count in (counts | truth["sheets"]["counts"]).items():
        lost = sum(one["form"] == source for one in truth["superseded"])
        further = {"refused": count["received"] - count["accepted"], "counted": count["accepted"] - lost}
        rows.append({"source": source, **count, **further, "superseded": lost})
    return rows


def _figures(measures: dict[str, list[Cells]]) -> list[Cells]:
    rows = []
    for measure, lines in measures.items():
        for line in lines:
            kind = "fortnight" if "fortnight" in line else "window"
            who = {"team": line.get("team"), "authority": line.get("authority")}
            row = {"measure": measure, **who, "period_kind": kind, "period": line[kind]}
            rows.append({**row, **_figure(line), "hidden": "yes" if _is_small(measure, line) else None})
    return rows


def _figure(line: Cells) -> Cells:
    if "n" in line:
        total = None if line["value"] is None else line["value"] * line["n"]
        return {"n": line["n"], "numerator": total, "value": line["value"]}
    numerator, denominator = line["numerator"], line["denominator"]
    figure = {"n": denominator, "numerator": numerator, "denominator": denominator}
    if denominator:
        figure["value"] = numerator / denominator
    if 0 < denominator >= numerator:
        figure["lower"], figure["upper"] = wilson(numerator, denominator)
    return figure


def _is_small(measure: str, line: Cells) -> bool:
    people: int = line["numerator"] if measure == RATE else line["n" if "n" in line else "denominator"]
    return 0 < people < MINIMUM_GROUP


def _to_date(sheets: dict[str, Any]) -> list[Cells]:
    rows = []
    for measure in COUNTS:
        for name in ("authority", "team"):
            values = sheets[measure] if name == "authority" else sheets["by_team"][measure]
            rows += [{"measure": measure, name: who, "value": value} for who, value in values.items()]
    for measure in SHARES:
        for authority, (numerator, denominator) in sheets[measure].items():
            rows.append(
                {"measure": measure, "authority": authority, "numerator": numerator, "denominator": denominator}
            )
    for authority, value in sheets["commitment_mean"].items():
        rows.append({"measure": "commitment_mean", "authority": authority, "value": value})
    return [{**row, "period_kind": "to_date", "period": "to_date"} for row in rows]
