"""The figures behind the charts as tables, for readers who want numbers or cannot see a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.pack.charts import Chart


@dataclass(frozen=True, slots=True)
class BehindTable:
    """A table of figures; every row begins with its period."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables_behind(charts: Iterable[Chart]) -> tuple[BehindTable, ...]:
    """Return the figures that stand in no other table; charts over the same periods share one."""
    by_periods: dict[tuple[str, ...], list[Chart]] = {}
    for chart in charts:
        if not chart.table.stands_elsewhere:
            periods = (chart.table.columns[0], *(row[0] for row in chart.table.rows))
            by_periods.setdefault(periods, []).append(chart)
    return tuple(_joined(periods, sharing) for periods, sharing in by_periods.items())


def _joined(periods: tuple[str, ...], charts: list[Chart]) -> BehindTable:
    first, *names = periods
    columns = (first, *(column for chart in charts for column in chart.table.columns[1:]))
    rows = tuple(
        (name, *(cell for chart in charts for cell in chart.table.rows[place][1:])) for place, name in enumerate(names)
    )
    return BehindTable(f"{first} by {first.lower()}", columns, rows)
