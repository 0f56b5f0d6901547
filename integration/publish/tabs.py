"""The project team's tabs: every accepted row, what needs attention, every measure, the counts that must add up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from config.schema import PeriodKind
from integration.model import FIGURE_COLUMNS, Column, ColumnType, Tab
from integration.publish.figure_tables import authority_names_by_key, team_names_by_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from config.schema import Settings
    from integration.model import Figures, Rows

ATTENTION = "needs_attention"
MEASURES = "measures"
RECONCILIATION = "reconciliation"

ATTENTION_COLUMNS = tuple(
    Column(name, ColumnType.DATE if name == "since" else ColumnType.TEXT)
    for name in (
        "source", "key", "field", "code", "found", "allowed", "what_to_do", "since", "correction",
    )
)  # fmt: skip

_KINDS = {
    "period_start": ColumnType.DATE, "period_end": ColumnType.DATE, "n": ColumnType.NUMBER, "numerator": ColumnType.NUMBER,  # noqa: E501
    "denominator": ColumnType.NUMBER, "value": ColumnType.NUMBER, "lower": ColumnType.NUMBER, "upper": ColumnType.NUMBER,  # noqa: E501
    "target": ColumnType.NUMBER,
}  # fmt: skip
MEASURE_COLUMNS = tuple(Column(name, _KINDS.get(name, ColumnType.TEXT)) for name in (*FIGURE_COLUMNS, "hidden"))

COUNT_NAMES = ("received", "accepted", "refused", "counted", "superseded")
RECONCILIATION_COLUMNS = (
    Column("source", ColumnType.TEXT),
    *(Column(name, ColumnType.INTEGER) for name in COUNT_NAMES),
    Column("checked_at", ColumnType.TEXT),
)


def build_data_tabs(  # noqa: PLR0913  # the one place where everything that the project team sees comes together
    *,
    settings: Settings,
    rows: Mapping[str, Rows],
    figures: Figures,
    hidden: pd.Series[bool],
    issues_since: Sequence[datetime],
    checked_at: Mapping[str, datetime],
) -> tuple[Tab, ...]:
    """Return the tabs of `data.xlsx`: forms, then sheets, in the order of the settings; then the other three.

    `rows` has every source of the settings. `hidden` says of each row of the figures' frame whether leaders see it.
    `issues_since` has an aware time for each issue of `rows`, source by source in the order of `rows`; `checked_at`
    an aware time for each source that was ever read. Times are shown in the programme's time zone.
    """
    zone = ZoneInfo(settings.programme.timezone)
    sources = (*settings.forms, *settings.sheets)
    return (
        *(_source_tab(rows[source]) for source in sources),
        _attention_tab(sources, rows, issues_since, zone),
        _measures_tab(settings, figures, hidden),
        _reconciliation_tab(sources, rows, checked_at, zone),
    )


def _source_tab(rows: Rows) -> Tab:
    """Keep the published columns; technical ones stay behind."""
    names = [column.name for column in rows.columns]
    return Tab(rows.source, rows.columns, rows.frame[names])


def _attention_tab(sources: Sequence[str], rows: Mapping[str, Rows], since: Sequence[datetime], zone: ZoneInfo) -> Tab:
    """List the issues source by source as in the YAML, in each the longest waiting first."""
    issues = [issue for source in rows.values() for issue in source.issues]
    lines = [
        (
            issue.source, issue.key, issue.field, str(issue.code), issue.found, issue.allowed, issue.what_to_do,
            moment.astimezone(zone).date(), issue.correction,
        )
        for issue, moment in zip(issues, since, strict=True)
    ]  # fmt: skip
    place = {source: number for number, source in enumerate(sources)}
    lines.sort(key=lambda line: (place.get(line[0], len(place)), line[7], line[1], line[2]))
    return Tab(ATTENTION, ATTENTION_COLUMNS, _frame(lines, ATTENTION_COLUMNS))


def _measures_tab(settings: Settings, figures: Figures, hidden: pd.Series[bool]) -> Tab:
    frame = figures.frame.loc[:, list(FIGURE_COLUMNS)].copy()
    frame["authority"] = frame["authority"].map(authority_names_by_key(settings.programme))
    frame["team"] = frame["team"].map({"": "", **team_names_by_key(settings.programme)})
    # A fortnight is a number among texts: in a spreadsheet it then sorts as one.
    is_fortnight = frame["period_kind"] == PeriodKind.FORTNIGHT
    frame["period"] = pd.Series(
        [int(p) if number else p for p, number in zip(frame["period"], is_fortnight, strict=True)],
        index=frame.index,
        dtype=object,
    )
    frame["hidden"] = np.where(hidden.to_numpy(dtype=bool), "yes", "no")
    return Tab(MEASURES, MEASURE_COLUMNS, frame.reset_index(drop=True))


def _reconciliation_tab(
    sources: Sequence[str], rows: Mapping[str, Rows], checked_at: Mapping[str, datetime], zone: ZoneInfo
) -> Tab:
    lines = []
    for source in sources:
        counts = rows[source].counts
        checked = checked_at.get(source)
        when = f"{checked.astimezone(zone):%Y-%m-%d %H:%M}" if checked else ""
        lines.append((source, *(getattr(counts, name) for name in COUNT_NAMES), when))
    return Tab(RECONCILIATION, RECONCILIATION_COLUMNS, _frame(lines, RECONCILIATION_COLUMNS))


def _frame(lines: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> pd.DataFrame:
    names = [column.name for column in columns]
    return pd.DataFrame(list(lines), columns=names, dtype=object)
