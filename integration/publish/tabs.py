"""The project team's tabs: a tab of accepted rows a source, then `needs_attention`, `measures` and `reconciliation`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from config.schema import PeriodKind
from integration.model import FIGURE_COLUMNS, Column, ColumnType, Tab

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from config.schema import Settings
    from integration.model import Disclosure, Figures, Rows

ATTENTION = "needs_attention"
MEASURES = "measures"
RECONCILIATION = "reconciliation"

ATTENTION_COLUMNS = tuple(
    Column(name, ColumnType.DATE if name == "since" else ColumnType.TEXT)
    for name in ("source", "key", "field", "code", "found", "allowed", "what_to_do", "since", "correction")
)
_DATES = ("period_start", "period_end")
_NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper", "target")
MEASURE_COLUMNS = tuple(
    Column(name, ColumnType.DATE if name in _DATES else ColumnType.NUMBER if name in _NUMBERS else ColumnType.TEXT)
    for name in (*FIGURE_COLUMNS, "hidden", "finished", "leaders_see")
)
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
    disclosure: Disclosure,
    issues_since: Sequence[datetime],
    checked_at: Mapping[str, datetime],
) -> tuple[Tab, ...]:
    """Return the tabs of `data.xlsx`: forms, then sheets, in the order of the settings; then the other three.

    `rows` has every source of the settings. `disclosure` says of each of the figures how leaders see it.
    `issues_since` has an aware time for each issue of `rows`, source by source in the order of `rows`; `checked_at`
    an aware time for each source that was ever read. Times are shown in the programme's time zone.
    """
    zone = ZoneInfo(settings.programme.timezone)
    sources = (*settings.forms, *settings.sheets)
    published = {source: rows[source].frame[[column.name for column in rows[source].columns]] for source in sources}
    checks = []
    for source in sources:
        checked = checked_at.get(source)
        time = f"{checked.astimezone(zone):%Y-%m-%d %H:%M}" if checked else ""
        checks.append((source, *(getattr(rows[source].counts, name) for name in COUNT_NAMES), time))
    return (
        *(Tab(source, rows[source].columns, frame) for source, frame in published.items()),
        _build_attention_tab(sources, rows, issues_since, zone),
        _build_measures_tab(settings, figures, disclosure),
        Tab(RECONCILIATION, RECONCILIATION_COLUMNS, _build_frame(checks, RECONCILIATION_COLUMNS)),
    )


def _build_attention_tab(
    sources: Sequence[str], rows: Mapping[str, Rows], since: Sequence[datetime], zone: ZoneInfo
) -> Tab:
    """List the issues source by source as in the YAML, in each the longest waiting first."""
    issues = [issue for source in rows.values() for issue in source.issues]
    lines = [
        (
            issue.source, issue.key, issue.field, str(issue.code), issue.found, issue.allowed, issue.what_to_do,
            moment.astimezone(zone).date(), issue.correction,
        )
        for issue, moment in zip(issues, since, strict=True)
    ]  # fmt: skip
    order = {source: number for number, source in enumerate(sources)}
    lines.sort(key=lambda line: (order.get(line[0], len(order)), line[7], line[1], line[2]))
    return Tab(ATTENTION, ATTENTION_COLUMNS, _build_frame(lines, ATTENTION_COLUMNS))


def _build_measures_tab(settings: Settings, figures: Figures, disclosure: Disclosure) -> Tab:
    authorities = settings.programme.authorities
    team_names = {key: team.name for authority in authorities.values() for key, team in authority.teams.items()}
    frame = figures.frame.loc[:, list(FIGURE_COLUMNS)].copy()
    frame["authority"] = frame["authority"].map({key: authority.name for key, authority in authorities.items()})
    frame["team"] = frame["team"].map({"": "", **team_names})
    # A fortnight is a number among texts: in a spreadsheet it then sorts as one.
    is_fortnight = frame["period_kind"] == PeriodKind.FORTNIGHT
    frame["period"] = pd.Series(
        [int(p) if number else p for p, number in zip(frame["period"], is_fortnight, strict=True)],
        index=frame.index,
        dtype=object,
    )
    leaders_see = disclosure.frame["leaders_see"]
    frame["hidden"] = np.where(leaders_see == "nothing", "yes", "no")
    frame["finished"] = np.where(frame["period_end"] <= figures.as_of, "yes", "no")
    frame["leaders_see"] = leaders_see.to_numpy(dtype=object)
    return Tab(MEASURES, MEASURE_COLUMNS, frame.reset_index(drop=True))


def _build_frame(lines: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> pd.DataFrame:
    return pd.DataFrame(list(lines), columns=[column.name for column in columns], dtype=object)
