"""The pack as plain text, 72 columns, with every figure of the other outputs."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from integration.pack.content import DECISIONS_ON_FIRST_PAGE, NO_TARGET
from integration.pack.layout import (
    count_further_decisions,
    draw_charts,
    explain_symbols,
    list_headline_texts,
    list_section_texts,
)
from integration.pack.work_items import PROGRESS_HEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.charts.drawing import Chart
    from integration.pack.content import FigureRow, PackContent, Section

WIDTH = 72


def to_text(content: PackContent) -> str:
    """Return the pack as plain text; a word longer than a line is broken."""
    charts = {chart.name: chart for chart in draw_charts(content)}
    marks = iter(_marks(content, charts))
    lines = [*_first_page(content, marks), *_detail(content, charts, marks), *_meanings(content)]
    return "\n".join(lines) + "\n"


def _marks(content: PackContent, charts: dict[str, Chart]) -> tuple[str, ...]:
    """Return what to explain of the marks: on the first page, then at each section's figures and at its charts."""
    blocks = [list_headline_texts(content)]
    for section in content.sections:
        blocks.append(list_section_texts(section))
        blocks += [[cell for cells in _rows(charts[name]) for cell in cells] for name in section.charts]
    return explain_symbols(blocks)


def _first_page(content: PackContent, marks: Iterator[str]) -> Iterator[str]:
    yield from (content.title, "=" * WIDTH)
    yield from _wrapped(f"{content.programme}. For the meeting: {content.meeting.words}.")
    yield from _headed("What we hoped")
    yield from _wrapped(content.hope)
    yield from _headed("Where we are")
    for headline in content.headlines:
        target = "" if headline.target == NO_TARGET else f" Target: {headline.target}."
        yield from _wrapped(headline.title, first="* ")
        yield from _wrapped(f"{headline.figure.shown}, {headline.figure.period_words}.{target}", first="  ")
        yield from _wrapped(f"Since {content.before_words}: {headline.since}.", first="  ")
    for note in (content.chance, next(marks)):
        yield from ("", *_wrapped(note)) if note else ()
    yield from _headed(f"What changed since {content.before_words}")
    for change in content.changes:
        yield from _wrapped(change, first="* ")
    yield from _headed("What needs a decision")
    yield from _decisions(content)


def _decisions(content: PackContent) -> Iterator[str]:
    if not content.decisions:
        yield "Nothing needs a decision this month."
    yield from _numbered(content.decisions[:DECISIONS_ON_FIRST_PAGE], start=1)
    more = count_further_decisions(len(content.decisions) - DECISIONS_ON_FIRST_PAGE)
    yield from ("", more) if more else ()


def _numbered(decisions: Sequence[str], *, start: int) -> Iterator[str]:
    for number, decision in enumerate(decisions, start=start):
        yield from _wrapped(decision, first=f"{number}. ")


def _detail(content: PackContent, charts: dict[str, Chart], marks: Iterator[str]) -> Iterator[str]:
    yield from ("", "", "The detail", "=" * WIDTH)
    if content.decisions[DECISIONS_ON_FIRST_PAGE:]:
        yield from _headed("Also to decide")
        yield from _numbered(content.decisions[DECISIONS_ON_FIRST_PAGE:], start=DECISIONS_ON_FIRST_PAGE + 1)
    for section in content.sections:
        yield from _headed(section.title)
        yield from _mark(next(marks), first="")
        for row in section.rows:
            yield from _figure_row(section, row)
        for name in section.charts:
            yield from _chart(charts[name], next(marks))
        for table in section.things:
            yield from ("", f"{table.title}:")
            for cells in table.rows:
                yield from _wrapped(_told(table.columns, cells), first="* ")


def _mark(note: str, *, first: str) -> list[str]:
    return _wrapped(note, first=first) if note else []


def _rows(chart: Chart) -> Sequence[Sequence[str]]:
    """Return the figures of a chart that stand in no other table."""
    return () if chart.table.stands_elsewhere else chart.table.rows


def _figure_row(section: Section, row: FigureRow) -> Iterator[str]:
    if row.title:
        yield from ("", *_wrapped(row.title, first="* "))
    cells = [f"{name} {figure.shown}" for name, figure in zip(section.columns, row.figures, strict=True) if figure]
    cells[0] += f", {row.interval}" if row.interval else ""
    yield from _wrapped(f"{row.period}: {'; '.join(cells)}.", first="  ", rest="    ")


def _chart(chart: Chart, mark: str) -> Iterator[str]:
    yield from ("", *_wrapped(f"{chart.title}."))
    yield from _mark(mark, first="  ")
    if not chart.table.stands_elsewhere:
        yield from _wrapped(f"({'; '.join(chart.table.columns)})", first="  ", rest="    ")
        for cells in _rows(chart):
            yield from _wrapped(f"{cells[0]}: {'; '.join(cells[1:])}", first="  ", rest="    ")
    if chart.table.note:
        yield from _wrapped(chart.table.note, first="  ")


def _told(columns: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row of things as words: its title, then each cell that says something, with its column's name."""
    said = [_cell(column, cell) for column, cell in zip(columns[1:], cells[1:], strict=True) if cell]
    return f"{cells[0]} ({'; '.join(said)})" if said else cells[0]


def _cell(column: str, cell: str) -> str:
    return f"{cell[:1].lower()}{cell[1:]}" if column == PROGRESS_HEADING else f"{column.lower()} {cell}"


def _meanings(content: PackContent) -> Iterator[str]:
    yield from _headed("What each figure means")
    for measure in content.measures:
        yield from _wrapped(f"{measure.title}: {measure.definition}", first="* ")
    yield from _headed("Notes")
    for note in content.notes:
        yield from _wrapped(note, first="* ")
    yield from ("", *_wrapped(f"Questions: {content.contact}"))


def _headed(title: str) -> Iterator[str]:
    yield from ("", *_wrapped(title), "-" * min(len(title), WIDTH))


def _wrapped(text: str, *, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first) if rest is None else rest,
        break_on_hyphens=False,
    )
