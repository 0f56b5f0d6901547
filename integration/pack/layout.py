"""What the outputs lay out beside the content: the charts, their data as tables, and the notes that explain symbols.

Every figure of a chart stands somewhere as text. A symbol such as [c] is explained where it first stands, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from integration.pack.charts.designs import CHART_DESIGNS
from integration.pack.content import DECISIONS_ON_FIRST_PAGE
from integration.pack.figures import HIDDEN_NOTE, HIDDEN_SYMBOL, NO_ANSWERS_NOTE, NO_ANSWERS_SYMBOL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from integration.pack.charts.drawing import Chart
    from integration.pack.content import PackContent, Section


def draw_charts(content: PackContent) -> tuple[Chart, ...]:
    """Return every chart of the pack, in the order in which they appear."""
    return tuple(CHART_DESIGNS[chosen.kind].draw(content, chosen) for chosen in content.charts)


@dataclass(frozen=True, slots=True)
class ChartDataTable:
    """A table of the figures of one or more charts; every row begins with its period."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_chart_data_tables(charts: Iterable[Chart]) -> tuple[ChartDataTable, ...]:
    """Return the figures that stand in no other table; charts over the same periods share one."""
    by_periods: dict[tuple[str, ...], list[Chart]] = {}
    for chart in charts:
        if not chart.data.is_in_section:
            periods = (chart.data.columns[0], *(row[0] for row in chart.data.rows))
            by_periods.setdefault(periods, []).append(chart)
    tables = []
    for (heading, *names), sharing in by_periods.items():
        columns = (heading, *(column for chart in sharing for column in chart.data.columns[1:]))
        rows = tuple(
            (period, *(cell for chart in sharing for cell in chart.data.rows[place][1:]))
            for place, period in enumerate(names)
        )
        tables.append(ChartDataTable(f"{heading} by {heading.lower()}", columns, rows))
    return tuple(tables)


def count_further_decisions(content: PackContent) -> str:
    """Return the line below the first page's decisions that counts the others, "" where there are none."""
    number = len(content.decisions) - DECISIONS_ON_FIRST_PAGE
    return f"And {number} more in the detail." if number > 0 else ""


SYMBOL_NOTES = {HIDDEN_SYMBOL: HIDDEN_NOTE, NO_ANSWERS_SYMBOL: NO_ANSWERS_NOTE}


class SymbolNotes(NamedTuple):
    """The note on symbols of the first page, of each section's figures, of each table of chart data; "" for none."""

    first_page: str
    sections: tuple[str, ...]
    chart_data: tuple[str, ...]


def place_symbol_notes(content: PackContent, tables: Sequence[ChartDataTable]) -> SymbolNotes:
    """Return what to explain where in outputs that have the tables of chart data at their end."""
    sections = [list_section_texts(section) for section in content.sections]
    chart_data = [[cell for cells in table.rows for cell in cells] for table in tables]
    first, *others = explain_symbols([list_headline_texts(content), *sections, *chart_data])
    return SymbolNotes(first, tuple(others[: len(sections)]), tuple(others[len(sections) :]))


def explain_symbols(blocks: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return for each block of texts, in the order of reading, what the symbols mean that stand in none before it."""
    known: set[str] = set()
    notes = []
    for block in blocks:
        text = "\n".join(block)
        new = [symbol for symbol in SYMBOL_NOTES if symbol in text and symbol not in known]
        known.update(new)
        notes.append(" ".join(SYMBOL_NOTES[symbol] for symbol in new))
    return tuple(notes)


def list_headline_texts(content: PackContent) -> list[str]:
    """Return the texts of the first page in which a symbol may stand."""
    return [f"{headline.figure.main} {headline.since}" for headline in content.headlines]


def list_section_texts(section: Section) -> list[str]:
    """Return the figures of a section's table."""
    return [figure.main for row in section.rows for figure in row.figures if figure]
