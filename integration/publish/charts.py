"""Charts for leaders: of each measure a line for the whole authority and one for each team, over its periods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import PeriodKind
from integration.model import SummaryChart
from integration.publish.figure_tables import format_measure_title, format_whole_authority, is_percentage, to_date
from integration.text_format import MONTHS, format_date, format_date_range, format_month, format_number, format_percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Authority, Settings, Span
    from integration.model import LeadersView

MOST_CHARTS = 8
FEWEST_FIGURES = 2
"""A line needs two ends."""

TARGET_LINE = "Target"
"""The name of the last line where there is a target: the same figure in each period."""


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A group's figures by place, None where there is none; `gaps` of its own periods have none to show."""

    name: str
    figures: tuple[float | None, ...]
    gaps: int = 0


def build_charts(settings: Settings, shown: LeadersView) -> tuple[SummaryChart, ...]:
    """Return at most eight charts, of the measures as leaders meet them: the headlines, then sheet by sheet.

    A figure that is hidden or missing is None, a gap in its line. A group has a line where it has at least two
    figures, a measure a chart where it has at least one line.
    """
    packs = settings.packs
    measures = dict.fromkeys([*packs.headlines, *(key for sheet in packs.summary for key in sheet.measures)])
    drawn = (next(_charts(settings, shown, key), None) for key in measures)
    return tuple(islice((chart for chart in drawn if chart), MOST_CHARTS))


def _charts(settings: Settings, shown: LeadersView, measure: str) -> Iterator[SummaryChart]:
    """Yield a chart for each kind of period in which the measure has a line."""
    spec = settings.measures[measure]
    programme = settings.programme
    for kind in CHARTED_PERIOD_KINDS:
        own = _figures(shown, measure, kind)
        axis = Axis(kind, tuple(sorted({*_places(own)})), programme.windows)
        lines = list(_lines(own, axis, programme.authorities[shown.authority]))
        if lines:
            goals = [float(target) for target in own["target"].dropna()[:1]]
            tell = format_percent if is_percentage(spec) else format_number
            yield SummaryChart(
                title=f"{format_measure_title(spec)}, by {axis.noun}",
                alt_text=" ".join(_told(axis, lines, [tell(goal) for goal in goals], tell)),
                periods=tuple(axis.label(place) for place in axis.places),
                lines=(
                    *((line.name, line.figures) for line in lines),
                    *((TARGET_LINE, (goal,) * len(axis.places)) for goal in goals),
                ),
                percent=is_percentage(spec),
            )


def _figures(shown: LeadersView, measure: str, kind: PeriodKind) -> pd.DataFrame:
    """Return this authority's figures of one measure and kind of period, the whole authority's first."""
    frame = shown.frame
    own = (frame["measure"] == measure) & (frame["authority"] == shown.authority) & (frame["period_kind"] == kind)
    return frame[own].sort_values("team", kind="stable")


def _places(figures: pd.DataFrame) -> Iterator[AxisPeriod]:
    columns = (figures[name] for name in ("period_start", "period_end", "period"))
    for start, end, period in zip(*columns, strict=True):
        yield AxisPeriod(to_date(start), to_date(end), str(period))


def _lines(figures: pd.DataFrame, axis: Axis, authority: Authority) -> Iterator[ChartLine]:
    """Yield the lines group by group; where a question was reworded, one for each series, the newest first."""
    names = {"": format_whole_authority(authority.name), **{key: team.name for key, team in authority.teams.items()}}
    for team, name in names.items():
        for reworded_on, own in _series(figures[figures["team"] == team]):
            known = {
                place: float(value)
                for place, value, hidden in zip(_places(own), own["value"], own["hidden"], strict=True)
                if not hidden and not pd.isna(value)
            }
            if len(known) >= FEWEST_FIGURES:
                words = f"{name}, as reworded on {format_date(reworded_on)}" if reworded_on else name
                yield ChartLine(words, tuple(known.get(place) for place in axis.places), len(own) - len(known))


def _series(figures: pd.DataFrame) -> list[tuple[date | None, pd.DataFrame]]:
    """Return the series of a group's figures, the newest first, each with its first day, None for the first one."""
    if "series_from" not in figures:
        return [(None, figures)]
    starts = pd.Series([date.min if pd.isna(day) else to_date(day) for day in figures["series_from"].tolist()])
    own = {start: figures[(starts == start).to_numpy()] for start in sorted(set(starts), reverse=True)}
    return [(None if start == date.min else start, part) for start, part in own.items()]


def _told(axis: Axis, lines: Sequence[ChartLine], goals: Sequence[str], tell: Callable[[float], str]) -> Iterator[str]:
    """Yield sentences on the first of the lines, and what else there is to see."""
    line, *others = lines
    known = [(place, value) for place, value in zip(axis.places, line.figures, strict=True) if value is not None]
    (first, early), (newest, late) = known[0], known[-1]
    lowest, highest = (end(value for _, value in known) for end in (min, max))
    yield (
        f"{line.name}: {tell(early)} in the first {axis.noun} shown ({axis.words(first)}), {tell(late)} in the newest "
        f"({axis.words(newest)}); lowest {tell(lowest)}, highest {tell(highest)}."
    )
    if line.gaps:
        yield f"No figure can be shown for {line.gaps} of {len(known) + line.gaps} {axis.noun}s."
    if others:
        yield f"Further lines: {'; '.join(other.name for other in others)}."
    for goal in goals:
        yield f"The target is {goal}."
    if axis.kind is PeriodKind.FORTNIGHT:
        yield "A fortnight is named by its first day."


CHARTED_PERIOD_KINDS = {PeriodKind.FORTNIGHT: "fortnight", PeriodKind.MONTH: "month", PeriodKind.WINDOW: "survey round"}
"""Of the kinds of period that a measure has, the first of these in which it has a line is charted; with its noun."""


@dataclass(frozen=True, slots=True, order=True)
class AxisPeriod:
    """A period on the axis; places sort as time goes."""

    start: date
    end: date
    period: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The periods of a chart, all of one kind, oldest first."""

    kind: PeriodKind
    places: tuple[AxisPeriod, ...]
    windows: Mapping[str, Span]

    @property
    def noun(self) -> str:
        """What one of the periods is called."""
        return CHARTED_PERIOD_KINDS[self.kind]

    def label(self, place: AxisPeriod) -> str:
        """Return a period's name on the axis; of a fortnight its first day, so that many find room."""
        if self.kind is PeriodKind.FORTNIGHT:
            return f"{place.start.day} {MONTHS[place.start.month - 1][:3]} {place.start.year}"
        if self.kind is PeriodKind.MONTH:
            return format_month(place.start)
        window = self.windows.get(place.period)
        return window.title if window else place.period

    def words(self, place: AxisPeriod) -> str:
        """Return a period as a sentence names it."""
        return format_date_range(place.start, place.end) if self.kind is PeriodKind.FORTNIGHT else self.label(place)
