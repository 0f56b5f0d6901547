"""Charts for leaders: of each measure a line for the whole authority and one for each team, over its periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import PeriodKind
from integration.model import ShownAs, SummaryChart
from integration.periods import Period
from integration.publish.figure_tables import as_date, format_measure_title, format_whole_authority, is_percentage
from integration.text_format import MONTHS, format_date, format_date_range, format_month, format_number, format_percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Authority, Settings, Span
    from integration.model import LeadersView

MAX_CHARTS = 8
MIN_FIGURES = 2
"""A line needs two ends."""

TARGET_LINE = "Target"
"""The name of the last line where there is a target: the same figure in each period."""

CHARTED_PERIOD_KINDS = {PeriodKind.FORTNIGHT: "fortnight", PeriodKind.MONTH: "month", PeriodKind.WINDOW: "survey round"}
"""Of the kinds of period that a measure has, the first of these in which it has a line is charted; with its noun."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The periods of a chart, all of one kind, oldest first."""

    kind: PeriodKind
    periods: tuple[Period, ...]
    windows: Mapping[str, Span]

    @property
    def noun(self) -> str:
        """What one of the periods is called."""
        return CHARTED_PERIOD_KINDS[self.kind]

    def label(self, period: Period) -> str:
        """Return a period's name on the axis; of a fortnight its first day, which is short."""
        if self.kind is PeriodKind.FORTNIGHT:
            return f"{period.start.day} {MONTHS[period.start.month - 1][:3]} {period.start.year}"
        if self.kind is PeriodKind.MONTH:
            return format_month(period.start)
        window = self.windows.get(period.name)
        return window.title if window else period.name

    def describe(self, period: Period) -> str:
        """Return a period as a sentence names it."""
        return format_date_range(period.start, period.end) if self.kind is PeriodKind.FORTNIGHT else self.label(period)


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A group's figures by period of the axis, None for none; `gaps` counts its own periods that cannot be shown."""

    name: str
    figures: tuple[float | None, ...]
    gaps: int


def build_charts(settings: Settings, view: LeadersView) -> tuple[SummaryChart, ...]:
    """Return at most eight charts, of the measures as leaders meet them: the headlines, then sheet by sheet.

    A figure that is hidden or missing is None, a gap in its line. A group has a line where it has at least two
    figures, a measure a chart where it has at least one line.
    """
    packs = settings.packs
    measures = dict.fromkeys([*packs.headlines, *(key for sheet in packs.summary for key in sheet.measures)])
    charts = (next(_build_charts_of(settings, view, key), None) for key in measures)
    return tuple(islice((chart for chart in charts if chart), MAX_CHARTS))


def _build_charts_of(settings: Settings, view: LeadersView, measure: str) -> Iterator[SummaryChart]:
    """Yield a chart for each kind of period in which the measure has a line."""
    spec, programme, frame = settings.measures[measure], settings.programme, view.frame
    format_figure = format_percent if is_percentage(spec) else format_number
    of_measure = frame[(frame["measure"] == measure) & (frame["authority"] == view.authority)]
    for kind in CHARTED_PERIOD_KINDS:
        figures = of_measure[of_measure["period_kind"] == kind].sort_values("team", kind="stable")
        periods = sorted({*_list_periods(figures)}, key=lambda period: (period.start, period.end, period.name))
        axis = Axis(kind, tuple(periods), programme.windows)
        lines = list(_build_lines(figures, axis, programme.authorities[view.authority]))
        if lines:
            targets = [float(target) for target in figures["target"].dropna()[:1]]
            yield SummaryChart(
                title=f"{format_measure_title(spec)}, by {axis.noun}",
                alt_text=" ".join(_describe_lines(axis, lines, targets, format_figure)),
                periods=tuple(axis.label(period) for period in axis.periods),
                lines=(
                    *((line.name, line.figures) for line in lines),
                    *((TARGET_LINE, (target,) * len(axis.periods)) for target in targets),
                ),
                percent=is_percentage(spec),
            )


def _list_periods(figures: pd.DataFrame) -> list[Period]:
    columns = (figures[column] for column in ("period_kind", "period", "period_start", "period_end"))
    return [
        Period(PeriodKind(kind), str(name), as_date(start), as_date(end))
        for kind, name, start, end in zip(*columns, strict=True)
    ]


def _build_lines(figures: pd.DataFrame, axis: Axis, authority: Authority) -> Iterator[ChartLine]:
    """Yield the lines group by group; where a question was reworded, one for each series, the newest first."""
    names = {"": format_whole_authority(authority.name), **{key: team.name for key, team in authority.teams.items()}}
    for team, name in names.items():
        for reworded_on, own in _split_series(figures[figures["team"] == team]):
            known = {
                period: float(value)
                for period, value, shown_as in zip(_list_periods(own), own["value"], own["shown_as"], strict=True)
                if shown_as == ShownAs.FIGURE and not pd.isna(value)
            }
            if len(known) >= MIN_FIGURES:
                title = f"{name}, as reworded on {format_date(reworded_on)}" if reworded_on else name
                values = tuple(known.get(period) for period in axis.periods)
                yield ChartLine(title, values, gaps=len(own) - len(known))


def _split_series(figures: pd.DataFrame) -> list[tuple[date | None, pd.DataFrame]]:
    """Return the series of a group's figures, the newest first, each with its first day, None for the first one."""
    if "series_from" not in figures:
        return [(None, figures)]
    starts = pd.Series([date.min if pd.isna(day) else as_date(day) for day in figures["series_from"].tolist()])
    return [
        (None if start == date.min else start, figures[(starts == start).to_numpy()])
        for start in sorted(set(starts), reverse=True)
    ]


def _describe_lines(
    axis: Axis, lines: Sequence[ChartLine], targets: Sequence[float], format_figure: Callable[[float], str]
) -> Iterator[str]:
    """Yield sentences on the first of the lines, and on what else the chart shows."""
    line, *others = lines
    known = [(period, value) for period, value in zip(axis.periods, line.figures, strict=True) if value is not None]
    (first, early), (newest, late) = known[0], known[-1]
    lowest, highest = (end(value for _, value in known) for end in (min, max))
    yield (
        f"{line.name}: {format_figure(early)} in the first {axis.noun} shown ({axis.describe(first)}), "
        f"{format_figure(late)} in the newest ({axis.describe(newest)}); lowest {format_figure(lowest)}, highest "
        f"{format_figure(highest)}."
    )
    if line.gaps:
        yield f"No figure can be shown for {line.gaps} of {len(known) + line.gaps} {axis.noun}s."
    if others:
        yield f"Further lines: {'; '.join(other.name for other in others)}."
    for target in targets:
        yield f"The target is {format_figure(target)}."
    if axis.kind is PeriodKind.FORTNIGHT:
        yield "A fortnight is named by its first day."
