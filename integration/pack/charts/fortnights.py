"""Charts over fortnights: shares of answers, one panel a question; and the response rate with its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts.drawing import (
    DARK_BLUE,
    GREY,
    SERIES_COLOURS,
    WIDTH,
    Chart,
    DataTable,
    Days,
    Spec,
    finished,
    gaps,
    phase_bands,
)
from integration.pack.content import State
from integration.pack.plain import cut, drawable
from integration.pack.tell import tell_target
from integration.pack.words import counted, listed, long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from integration.pack.content import ChartPlan, Figure, Measure, PackContent

Series = tuple["Measure", tuple["Figure", ...]]

LONGEST_PANEL_TITLE = 80
SMALL, TALL = 84, 150


def draw_shares(content: PackContent, plan: ChartPlan) -> Chart:
    """Return the chart of one or more shares of answers over fortnights, one panel below the other."""
    series = list(_series(content, plan))
    panels = [
        _panel(content, figures, colour=SERIES_COLOURS[number], height=SMALL, is_last=number == len(series) - 1)
        | {"title": cut(drawable(measure.title), LONGEST_PANEL_TITLE)}
        for number, (measure, figures) in enumerate(series)
    ]
    fortnights = series[0][1]
    title = (
        f"How {counted(len(series), 'answer')} moved over {counted(len(fortnights), 'fortnight')}, "
        f"to {long_date(_last_day(content, fortnights))}"
    )
    alt = f"Line chart. {' '.join(_told(measure, figures) for measure, figures in series)}"
    return Chart(plan.name, title, alt, finished({"vconcat": panels, "spacing": 14}), _table(series))


def draw_response_rate(content: PackContent, plan: ChartPlan) -> Chart:
    """Return the chart of the response rate over fortnights, with its target as a dashed line."""
    series = list(_series(content, plan))[:1]
    measure, figures = series[0]
    newest = [figure for figure in figures if figure.state is State.SHOWN][-1]
    panel = _panel(content, figures, colour=DARK_BLUE, height=TALL, is_last=True)
    said = ""
    if newest.target is not None:
        target = tell_target(measure, newest.target)
        panel["layer"] += _target_line(newest.target, f"target {target}")
        said = f"; the target is {target}"
    title = f"{newest.basis} answered ({newest.main}), {newest.period_words}{said}"
    alt = f"Line chart. {_told(measure, figures)}{_reached(figures)}"
    return Chart(plan.name, title, alt, finished(panel), _table(series))


def _series(content: PackContent, plan: ChartPlan) -> Iterator[Series]:
    for measure in content.measures:
        if measure.key in plan.measures:
            own = (f for f in content.figures if f.measure == measure.key and not f.team)
            yield measure, tuple(f for f in own if f.period_kind == PeriodKind.FORTNIGHT)


def _panel(
    content: PackContent, figures: Sequence[Figure], *, colour: str, height: int, is_last: bool
) -> Spec:
    """Return one panel: the phases, the line broken at every gap, its points, the newest point in words."""
    days = Days(content.programme_start, content.as_of)
    points = list(_points(figures, days))
    highest = max([1.0, *(point["y"] for point in points)])
    marks = [0, 0.5, 1] if height < TALL else [0, 0.25, 0.5, 0.75, 1]
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": False},
        "axis": {"format": ".0%", "values": marks, "title": None},
    }
    at = {"x": days.encoding("x", labels=is_last), "y": y}
    newest = {"align": "left", "dx": 9, "fontWeight": "bold", "color": colour, "lineBreak": "\n", "baseline": "middle"}
    return {
        "width": WIDTH,
        "height": height,
        "layer": [
            *phase_bands(content, days, names=height >= TALL, labels=is_last),
            {
                "data": {"values": points},
                "mark": {"type": "line", "color": colour, "strokeWidth": 2},
                "encoding": at | {"detail": {"field": "segment", "type": "nominal"}},
            },
            {
                "data": {"values": points},
                "mark": {"type": "point", "filled": True, "size": 32, "color": colour, "opacity": 1},
                "encoding": at,
            },
            {
                "data": {"values": points[-1:]},
                "mark": {"type": "text", **newest},
                "encoding": at | {"text": {"field": "label"}},
            },
        ],
    }


def _points(figures: Sequence[Figure], days: Days) -> Iterator[Spec]:
    """Yield the points that may be shown, each in the middle of its fortnight."""
    segments = gaps(figure.state is State.SHOWN for figure in figures)
    for figure, segment in zip(figures, segments, strict=True):
        if figure.value is not None and figure.start and figure.end:
            middle = (days.at(figure.start) + days.at(figure.end) + 1) / 2
            label = f"{figure.main}\n{figure.basis}"
            yield {"x": middle, "y": figure.value, "segment": segment, "label": label}


def _target_line(target: float, label: str) -> list[Spec]:
    y = {"datum": target, "type": "quantitative"}
    return [
        {"mark": {"type": "rule", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.5}, "encoding": {"y": y}},
        {
            "data": {"values": [{"label": label}]},
            "mark": {"type": "text", "x": 4, "align": "left", "dy": -7, "fontSize": 11},
            "encoding": {"y": y, "text": {"field": "label"}},
        },
    ]


def _told(measure: Measure, figures: Sequence[Figure]) -> str:
    shown = [figure for figure in figures if figure.state is State.SHOWN]
    lowest = min(shown, key=lambda figure: figure.value or 0)
    highest = max(shown, key=lambda figure: figure.value or 0)
    first, newest = shown[0], shown[-1]
    return (
        f"{measure.title}: first {first.shown}, {first.period_words}; lowest {lowest.shown}, {lowest.period_words}; "
        f"highest {highest.shown}, {highest.period_words}; newest {newest.shown}, {newest.period_words}."
        f"{_gaps_in_words(figures)}"
    )


def _gaps_in_words(figures: Sequence[Figure]) -> str:
    hidden = sum(figure.state is State.HIDDEN for figure in figures)
    empty = sum(figure.state is State.NO_ANSWERS for figure in figures)
    parts = [
        *([f"{counted(hidden, 'fortnight')} hidden to protect people in small groups"] if hidden else []),
        *([f"{counted(empty, 'fortnight')} without answers"] if empty else []),
    ]
    return f" Gaps: {listed(parts)}." if parts else ""


def _reached(figures: Sequence[Figure]) -> str:
    known = [f for f in figures if f.value is not None and f.target is not None]
    reached = sum((f.value or 0) >= (f.target or 0) for f in known)
    return f" The target was reached in {reached} of {counted(len(known), 'fortnight')} shown." if known else ""


def _table(series: Sequence[Series]) -> DataTable:
    rows = tuple(
        (same_period[0].period_words, *(figure.shown for figure in same_period))
        for same_period in zip(*(figures for _, figures in series), strict=True)
    )
    columns = ("Fortnight", *(measure.title for measure, _ in series))
    missing = [f"{m.title}:{said}" for m, figures in series if (said := _gaps_in_words(figures))]
    note = f"The lines have gaps where there is nothing to show. {' '.join(missing)}" if missing else ""
    return DataTable(columns, rows, note)


def _last_day(content: PackContent, figures: Sequence[Figure]) -> date:
    return figures[-1].end or content.as_of
