"""The pack's charts as Vega-Lite specifications, each with its title, its alternative in words and its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from integration.pack.charts.drawing import Chart, ChartData
from integration.pack.charts.fortnights import draw_response_rate, draw_shares
from integration.pack.charts.progress import draw_count, draw_milestones
from integration.pack.charts.windows import draw_windows
from integration.pack.content import ChartKind
from integration.pack.figures import HIDDEN_NOTE, HIDDEN_SYMBOL, NO_ANSWERS_NOTE, NO_ANSWERS_SYMBOL
from integration.pack.formatting import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from integration.pack.content import PackContent, Section

__all__ = ["Chart", "ChartData", "draw_charts"]

DRAW = {
    ChartKind.FORTNIGHTS: draw_shares,
    ChartKind.RESPONSE_RATE: draw_response_rate,
    ChartKind.COUNT: draw_count,
    ChartKind.WINDOWS: draw_windows,
    ChartKind.MILESTONES: draw_milestones,
}


def draw_charts(content: PackContent) -> tuple[Chart, ...]:
    """Return every chart of the pack, in the order in which they appear."""
    return tuple(DRAW[plan.kind](content, plan) for plan in content.plans)


@dataclass(frozen=True, slots=True)
class ChartDataTable:
    """A table of figures; every row begins with its period."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_chart_data_tables(charts: Iterable[Chart]) -> tuple[ChartDataTable, ...]:
    """Return the figures that stand in no other table; charts over the same periods share one."""
    by_periods: dict[tuple[str, ...], list[Chart]] = {}
    for chart in charts:
        if not chart.table.stands_elsewhere:
            periods = (chart.table.columns[0], *(row[0] for row in chart.table.rows))
            by_periods.setdefault(periods, []).append(chart)
    return tuple(_joined(periods, sharing) for periods, sharing in by_periods.items())


def _joined(periods: tuple[str, ...], charts: list[Chart]) -> ChartDataTable:
    first, *names = periods
    columns = (first, *(column for chart in charts for column in chart.table.columns[1:]))
    rows = tuple(
        (name, *(cell for chart in charts for cell in chart.table.rows[place][1:])) for place, name in enumerate(names)
    )
    return ChartDataTable(f"{first} by {first.lower()}", columns, rows)


def count_further_decisions(number: int) -> str:
    """Return the line below the first page's decisions that counts the others."""
    return f"And {format_count(number, 'more', plural='more')} in the detail." if number > 0 else ""


SYMBOL_NOTES = {HIDDEN_SYMBOL: HIDDEN_NOTE, NO_ANSWERS_SYMBOL: NO_ANSWERS_NOTE}


class SymbolNotes(NamedTuple):
    """The line on marks of the first page, of each section's figures, of each table behind the charts; "" if none."""

    first_page: str
    sections: tuple[str, ...]
    behind: tuple[str, ...]


def place_symbol_notes(content: PackContent, behind: Sequence[ChartDataTable]) -> SymbolNotes:
    """Return what to explain where in outputs that have the tables behind the charts at their end."""
    sections = [list_section_texts(section) for section in content.sections]
    tables = [[cell for cells in table.rows for cell in cells] for table in behind]
    first, *others = explain_symbols([list_headline_texts(content), *sections, *tables])
    return SymbolNotes(first, tuple(others[: len(sections)]), tuple(others[len(sections) :]))


def explain_symbols(blocks: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return for each block of words, in the order of reading, what the marks mean that stand in none before it."""
    known: set[str] = set()
    notes = []
    for block in blocks:
        words = "\n".join(block)
        new = [mark for mark in SYMBOL_NOTES if mark in words and mark not in known]
        known.update(new)
        notes.append(" ".join(SYMBOL_NOTES[mark] for mark in new))
    return tuple(notes)


def list_headline_texts(content: PackContent) -> list[str]:
    """Return the words of the first page in which a mark may stand."""
    return [f"{headline.figure.main} {headline.since}" for headline in content.headlines]


def list_section_texts(section: Section) -> list[str]:
    """Return the figures of a section's table."""
    return [figure.main for row in section.rows for figure in row.figures if figure]
