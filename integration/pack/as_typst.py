"""The pack as a typst document: the layout of `templates/pack.typ` over data that typst reads as data.

Every word travels inside one JSON text inside one string literal, so that nothing that a person typed is ever markup.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET
from integration.pack.layout import build_chart_data_tables, count_further_decisions, draw_charts, place_symbol_notes

if TYPE_CHECKING:
    from integration.pack.charts.drawing import Chart
    from integration.pack.content import FigureRow, PackContent, Section


def to_typst(content: PackContent) -> str:
    """Return the source; it names the picture of each chart `<name>.svg`."""
    data = json.dumps(_data(content), ensure_ascii=False, indent=1)
    literal = data.replace("\\", "\\\\").replace('"', '\\"')
    return f'#let pack = json(bytes("{literal}"))\n\n{_layout()}'


@cache
def _layout() -> str:
    return files("integration.pack").joinpath("templates", "pack.typ").read_text(encoding="utf-8")


def _data(content: PackContent) -> dict[str, Any]:
    charts = {chart.name: chart for chart in draw_charts(content)}
    behind = build_chart_data_tables(charts.values())
    marks = place_symbol_notes(content, behind)
    return {
        "title": content.title,
        "programme": content.programme,
        "meeting": content.meeting.words,
        "hope": content.hope,
        "contact": content.contact,
        "before": content.before_words,
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
        "below_headlines": [note for note in (content.chance, marks.first_page) if note],
        "changes": content.changes,
        "decisions": content.decisions[:DECISIONS_ON_FIRST_PAGE],
        "more": count_further_decisions(len(content.decisions) - DECISIONS_ON_FIRST_PAGE),
        "more_decisions": content.decisions[DECISIONS_ON_FIRST_PAGE:],
        "notes": content.notes,
        "sections": [
            _section(section, charts, mark) for section, mark in zip(content.sections, marks.sections, strict=True)
        ],
        "meanings": [[measure.title, measure.definition] for measure in content.measures],
        "behind": [
            {"title": table.title, "mark": mark, "columns": table.columns, "rows": table.rows}
            for table, mark in zip(behind, marks.behind, strict=True)
        ],
    }


def _section(section: Section, charts: dict[str, Chart], mark: str) -> dict[str, Any]:
    return {
        "title": section.title,
        "mark": mark,
        "columns": section.columns,
        "rows": [_row(row) for row in section.rows],
        "charts": [
            {"name": name, "title": charts[name].title, "alt": charts[name].alt, "note": charts[name].table.note}
            for name in section.charts
        ],
        "things": [{"title": table.title, "columns": table.columns, "rows": table.rows} for table in section.things],
    }


def _row(row: FigureRow) -> dict[str, Any]:
    return {
        "title": row.title,
        "period": row.period,
        "interval": row.interval,
        "figures": [{"main": f.main, "basis": f.basis} if f else None for f in row.figures],
    }
