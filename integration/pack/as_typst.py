"""The pack as a typst document: the layout of `templates/pack.typ` over data that typst reads as data.

All text travels as one JSON text inside one string literal, so that nothing that a person typed is ever markup.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from integration.pack.charts.designs import build_chart_data_tables, draw_charts
from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET, count_further_decisions
from integration.pack.figures import place_symbol_notes

if TYPE_CHECKING:
    from integration.pack.content import PackContent


def to_typst(content: PackContent) -> str:
    """Return the source; it names the picture of each chart `<name>.svg`."""
    data = json.dumps(_build_data(content), ensure_ascii=False, indent=1)
    literal = data.replace("\\", "\\\\").replace('"', '\\"')
    return f'#let pack = json(bytes("{literal}"))\n\n{_read_layout()}'


@cache
def _read_layout() -> str:
    return files("integration.pack").joinpath("templates", "pack.typ").read_text(encoding="utf-8")


def _build_data(content: PackContent) -> dict[str, Any]:
    charts = {chart.name: chart for chart in draw_charts(content)}
    tables = build_chart_data_tables(charts.values())
    symbol_notes = place_symbol_notes(content, tables)
    return {
        "title": content.title,
        "programme": content.programme,
        "meeting": content.meeting.words,
        "hope": content.hope,
        "contact": content.contact,
        "before": content.previous_month,
        "headlines": [
            {
                "title": headline.title,
                "period": headline.figure.period_words,
                "main": headline.figure.main,
                "basis": headline.figure.basis,
                "target": "" if headline.target == NO_TARGET else headline.target,
                "since": headline.since,
            }
            for headline in content.headlines
        ],
        "below_headlines": [note for note in (content.small_sample_note, symbol_notes.first_page) if note],
        "changes": content.changes,
        "decisions": content.decisions[:DECISIONS_ON_FIRST_PAGE],
        "more": count_further_decisions(content),
        "more_decisions": content.decisions[DECISIONS_ON_FIRST_PAGE:],
        "notes": content.notes,
        "sections": [
            {
                "title": section.title,
                "mark": note,
                "columns": section.columns,
                "rows": [
                    asdict(row) | {"figures": [{"main": f.main, "basis": f.basis} if f else None for f in row.figures]}
                    for row in section.rows
                ],
                "charts": [
                    {"name": chart.name, "title": chart.title, "alt": chart.alt_text, "note": chart.data.note}
                    for chart in (charts[name] for name in section.charts)
                ],
                "things": [asdict(table) for table in section.work_items],
            }
            for section, note in zip(content.sections, symbol_notes.sections, strict=True)
        ],
        "meanings": [[measure.title, measure.definition] for measure in content.measures],
        "behind": [
            {"title": table.title, "mark": note, "columns": table.columns, "rows": table.rows}
            for table, note in zip(tables, symbol_notes.chart_data, strict=True)
        ],
    }
