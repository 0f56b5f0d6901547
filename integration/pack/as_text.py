"""The pack as text: plain, in 72 columns, with every figure of the other outputs; and as a typst document.

The document is the layout of `templates/pack.typ` over data that typst reads as data: all text travels as one JSON text
inside one string literal, so that nothing that a person typed is ever markup.
"""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from integration.pack.charts.designs import build_chart_data_tables, draw_charts
from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET, count_further_decisions
from integration.pack.figures import explain_symbols, list_headline_texts, list_section_texts, place_symbol_notes
from integration.pack.work_items import PROGRESS_HEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.pack.charts.drawing import Chart
    from integration.pack.content import PackContent

WIDTH = 72


def to_text(content: PackContent) -> str:
    """Return the pack as plain text; a word longer than a line is broken."""
    charts = {chart.name: chart for chart in draw_charts(content)}
    notes = iter(_list_symbol_notes(content, charts))
    return "\n".join([*_write_first_page(content, notes), *_write_detail(content, charts, notes)]) + "\n"


def _list_symbol_notes(content: PackContent, charts: Mapping[str, Chart]) -> tuple[str, ...]:
    """Return what to explain of the symbols: on the first page, then at each section's figures and at its charts."""
    blocks = [list_headline_texts(content)]
    for section in content.sections:
        blocks.append(list_section_texts(section))
        for name in section.charts:
            rows = () if charts[name].data.is_in_section else charts[name].data.rows
            blocks.append([cell for cells in rows for cell in cells])
    return explain_symbols(blocks)


def _write_first_page(content: PackContent, symbol_notes: Iterator[str]) -> Iterator[str]:
    yield from (content.title, "=" * WIDTH)
    yield from _wrap(f"{content.programme}. For the meeting: {content.meeting.words}.")
    yield from _head("What we hoped")
    yield from _wrap(content.hope)
    yield from _head("Where we are")
    for headline in content.headlines:
        target = "" if headline.target == NO_TARGET else f" Target: {headline.target}."
        yield from _wrap(headline.title, first="* ")
        yield from _wrap(f"{headline.figure.shown}, {headline.figure.period_words}.{target}", first="  ")
        yield from _wrap(f"Since {content.previous_month}: {headline.since}.", first="  ")
    for note in (content.small_sample_note, next(symbol_notes)):
        yield from ("", *_wrap(note)) if note else ()
    yield from _head(f"What changed since {content.previous_month}")
    for change in content.changes:
        yield from _wrap(change, first="* ")
    yield from _head("What needs a decision")
    if not content.decisions:
        yield "Nothing needs a decision this month."
    yield from _number(content.decisions[:DECISIONS_ON_FIRST_PAGE], start=1)
    more = count_further_decisions(content)
    yield from ("", more) if more else ()


def _number(decisions: Sequence[str], *, start: int) -> Iterator[str]:
    for number, decision in enumerate(decisions, start=start):
        yield from _wrap(decision, first=f"{number}. ")


def _write_detail(content: PackContent, charts: Mapping[str, Chart], symbol_notes: Iterator[str]) -> Iterator[str]:
    yield from ("", "", "The detail", "=" * WIDTH)
    if content.decisions[DECISIONS_ON_FIRST_PAGE:]:
        yield from _head("Also to decide")
        yield from _number(content.decisions[DECISIONS_ON_FIRST_PAGE:], start=DECISIONS_ON_FIRST_PAGE + 1)
    for section in content.sections:
        yield from _head(section.title)
        yield from _wrap(next(symbol_notes))
        for row in section.rows:
            yield from ("", *_wrap(row.title, first="* ")) if row.title else ()
            shown = [f"{name} {f.shown}" for name, f in zip(section.columns, row.figures, strict=True) if f]
            shown[0] += f", {row.interval}" if row.interval else ""
            yield from _wrap(f"{row.period}: {'; '.join(shown)}.", first="  ", rest="    ")
        for name in section.charts:
            yield from _write_chart(charts[name], next(symbol_notes))
        for table in section.work_items:
            yield from ("", f"{table.title}:")
            for item in table.rows:
                yield from _wrap(_format_work_item(table.columns, item), first="* ")
    yield from _head("What each figure means")
    for measure in content.measures:
        yield from _wrap(f"{measure.title}: {measure.definition}", first="* ")
    yield from _head("Notes")
    for note in content.notes:
        yield from _wrap(note, first="* ")
    yield from ("", *_wrap(f"Questions: {content.contact}"))


def _write_chart(chart: Chart, symbol_note: str) -> Iterator[str]:
    yield from ("", *_wrap(f"{chart.title}."))
    yield from _wrap(symbol_note, first="  ")
    if not chart.data.is_in_section:
        yield from _wrap(f"({'; '.join(chart.data.columns)})", first="  ", rest="    ")
        for cells in chart.data.rows:
            yield from _wrap(f"{cells[0]}: {'; '.join(cells[1:])}", first="  ", rest="    ")
    yield from _wrap(chart.data.note, first="  ")


def _format_work_item(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as text: its title, then each cell that is not empty, with its column's name."""
    details = [
        f"{cell[:1].lower()}{cell[1:]}" if column == PROGRESS_HEADING else f"{column.lower()} {cell}"
        for column, cell in zip(columns[1:], cells[1:], strict=True)
        if cell
    ]
    return f"{cells[0]} ({'; '.join(details)})" if details else cells[0]


def _head(title: str) -> Iterator[str]:
    yield from ("", *_wrap(title), "-" * min(len(title), WIDTH))


def _wrap(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    indent = " " * len(first) if rest is None else rest
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)


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
