"""The chart of survey rounds: one panel a measure, a dot for each round with its interval as a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts.drawing import SERIES_COLOURS, WIDTH, Chart, DataTable, Spec, finished
from integration.pack.content import State
from integration.pack.measures import PERCENT_KINDS
from integration.pack.plain import drawable
from integration.pack.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.content import ChartPlan, Figure, Measure, PackContent

Series = tuple["Measure", tuple["Figure", ...]]

HEIGHT = 120
TOTAL_WIDTH, AXIS_ROOM = WIDTH + 80, 40
ROOM_FOR_A_ROUND = 62
LETTERS_IN_A_LINE = 11
LETTERS_IN_A_TITLE_LINE_PER_PIXEL = 1 / 6.4


def draw_windows(content: PackContent, plan: ChartPlan) -> Chart:
    """Return the chart of the survey rounds, the panels side by side as far as there is room."""
    series = list(_series(content, plan))
    rounds = max(len(figures) for _, figures in series)
    beside = max(1, min(len(series), TOTAL_WIDTH // (rounds * ROOM_FOR_A_ROUND + AXIS_ROOM)))
    width = TOTAL_WIDTH // beside - AXIS_ROOM
    panels = [_panel(m, f, colour=SERIES_COLOURS[number], width=width) for number, (m, f) in enumerate(series)]
    with_interval = any(figure.interval for _, figures in series for figure in figures)
    meaning = ": each dot with a line for how far it could be off" if with_interval else ""
    title = f"What people said in {counted(rounds, 'survey round')}{meaning}"
    alt = f"Dot chart. {' '.join(_told(measure, figures) for measure, figures in series)}"
    body = {"concat": panels, "columns": beside, "spacing": 14}
    return Chart(plan.name, title, alt, finished(body), _table(series))


def _series(content: PackContent, plan: ChartPlan) -> Iterator[Series]:
    for measure in content.measures:
        if measure.key in plan.measures:
            own = (f for f in content.figures if f.measure == measure.key and not f.team)
            yield measure, tuple(f for f in own if f.period_kind == PeriodKind.WINDOW)


def _panel(measure: Measure, figures: Sequence[Figure], *, colour: str, width: int) -> Spec:
    points = [
        {"x": number, "y": figure.value, "lower": figure.lower, "upper": figure.upper}
        for number, figure in enumerate(figures)
        if figure.state is State.SHOWN
    ]
    labels = json.dumps([_label(figure) for figure in figures])
    x: Spec = {
        "field": "x",
        "type": "ordinal",
        "scale": {"domain": list(range(len(figures)))},
        "axis": {
            "labelExpr": f"split({labels}[datum.value], '\\n')",
            "labelAngle": 0, "labelLineHeight": 13, "labelPadding": 6, "ticks": False, "title": None,
        },
    }  # fmt: skip
    y = {"field": "y", "type": "quantitative", "scale": {"domain": _domain(measure, figures)}, "axis": _axis(measure)}
    return {
        "title": _wrapped(drawable(measure.title), int(width * LETTERS_IN_A_TITLE_LINE_PER_PIXEL)),
        "width": width,
        "height": HEIGHT,
        "data": {"values": points},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.lower)"}],
                "mark": {"type": "rule", "color": colour, "strokeWidth": 3, "opacity": 0.4},
                "encoding": {"x": x, "y": y | {"field": "lower"}, "y2": {"field": "upper"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "color": colour, "opacity": 1},
                "encoding": {"x": x, "y": y},
            },
        ],
    }


def _label(figure: Figure) -> str:
    name = drawable(figure.period_words.split(",", 1)[0])
    return "\n".join([*_wrapped(name, LETTERS_IN_A_LINE), figure.main, *([figure.basis] if figure.basis else [])])


def _domain(measure: Measure, figures: Sequence[Figure]) -> list[float]:
    if measure.kind in PERCENT_KINDS:
        return [0, 1]
    if measure.low is not None and measure.high is not None:
        return [measure.low, measure.high]
    return [0, max(1.0, *(figure.value or 0 for figure in figures)) * 1.25]


def _axis(measure: Measure) -> Spec:
    if measure.kind in PERCENT_KINDS:
        return {"format": ".0%", "values": [0, 0.5, 1], "title": None}
    return {"tickCount": 4, "title": None}


def _wrapped(text: str, letters: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= letters or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _told(measure: Measure, figures: Sequence[Figure]) -> str:
    said = "; ".join(f"{f.period_words}: {f.shown}{f', {f.interval}' if f.interval else ''}" for f in figures)
    return f"{measure.title}. {said}."


def _table(series: Sequence[Series]) -> DataTable:
    rows = tuple(
        (measure.title, figure.period_words, figure.shown, figure.interval)
        for measure, figures in series
        for figure in figures
    )
    hidden = any(figure.state is State.HIDDEN for _, figures in series for figure in figures)
    note = "A round without a dot is hidden to protect people in small groups." if hidden else ""
    return DataTable(("Measure", "Survey round", "Figure", "Could be"), rows, note)
