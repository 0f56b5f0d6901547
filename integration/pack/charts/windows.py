"""The chart of survey rounds: one panel a measure, a dot for each round with its interval as a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts.drawing import SERIES_COLOURS, Chart, ChartData, Spec, apply_style
from integration.pack.charts.fortnights import compare_first_and_newest, list_rewording_notes
from integration.pack.content import State
from integration.pack.figures import HIDDEN_SYMBOL, NO_ANSWERS_SYMBOL, PERCENT_KINDS
from integration.pack.formatting import replace_undrawable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.content import ChosenChart, Figure, Measure, PackContent

Series = tuple["Measure", tuple["Figure", ...]]

PLOT_WIDTH, NAME_WIDTH, ROW_HEIGHT = 290, 160, 22
LETTERS_IN_A_NAME, LETTERS_IN_A_TITLE = 28, 80


def draw_windows(content: PackContent, plan: ChosenChart) -> Chart:
    """Return the chart of the survey rounds, the panels side by side as far as there is room."""
    series = list(_series(content, plan))
    panels = [_panel(m, figures, colour=SERIES_COLOURS[number]) for number, (m, figures) in enumerate(series)]
    title = compare_first_and_newest(series, "survey round")
    alt = f"Dot chart. {' '.join(_told(measure, figures) for measure, figures in series)}"
    return Chart(plan.name, title, alt, apply_style({"vconcat": panels, "spacing": 12}), _table(series))


def _series(content: PackContent, plan: ChosenChart) -> Iterator[Series]:
    for measure in content.measures:
        if measure.key in plan.measures:
            own = (f for f in content.figures if f.measure == measure.key and not f.team)
            yield measure, tuple(f for f in own if f.period_kind == PeriodKind.WINDOW)


def _panel(measure: Measure, figures: Sequence[Figure], *, colour: str) -> Spec:
    """Return one panel: a row for each round, the dot and its interval, at the right the figure in words."""
    rows = [
        {"row": number, "x": figure.value, "lower": figure.lower, "upper": figure.upper, "shown": figure.shown}
        for number, figure in enumerate(figures)
    ]
    names = json.dumps([shorten(replace_undrawable(figure.period_title), LETTERS_IN_A_NAME) for figure in figures])
    y: Spec = {
        "field": "row",
        "type": "ordinal",
        "scale": {"domain": list(range(len(figures)))},
        "axis": {
            "labelExpr": f"({names})[datum.value]", "labelLimit": NAME_WIDTH, "minExtent": NAME_WIDTH,
            "maxExtent": NAME_WIDTH, "grid": True, "ticks": False, "domain": False, "title": None,
        },
    }  # fmt: skip
    x: Spec = {"type": "quantitative", "scale": {"domain": _domain(measure, figures)}, "axis": _axis(measure)}
    words = {"type": "text", "x": PLOT_WIDTH + 10, "align": "left", "fontWeight": "bold"}
    return {
        "title": shorten(replace_undrawable(measure.title), LETTERS_IN_A_TITLE),
        "width": PLOT_WIDTH,
        "height": ROW_HEIGHT * len(figures),
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.lower)"}],
                "mark": {"type": "rule", "color": colour, "strokeWidth": 4, "opacity": 0.35},
                "encoding": {"y": y, "x": x | {"field": "lower"}, "x2": {"field": "upper"}},
            },
            {
                "transform": [{"filter": "isValid(datum.x)"}],
                "mark": {"type": "point", "filled": True, "size": 80, "color": colour, "opacity": 1},
                "encoding": {"y": y, "x": x | {"field": "x"}},
            },
            {"mark": words, "encoding": {"y": y, "text": {"field": "shown"}}},
        ],
    }


def _domain(measure: Measure, figures: Sequence[Figure]) -> list[float]:
    if measure.kind in PERCENT_KINDS:
        return [0, 1]
    if measure.low is not None and measure.high is not None:
        return [measure.low, measure.high]
    return [0, max([1.0, *(figure.value or 0 for figure in figures)]) * 1.25]


def _axis(measure: Measure) -> Spec:
    if measure.kind in PERCENT_KINDS:
        return {"format": ".0%", "values": [0, 0.5, 1], "title": None, "grid": False}
    return {"tickCount": 4, "title": None, "grid": False}


def _told(measure: Measure, figures: Sequence[Figure]) -> str:
    said = "; ".join(f"{f.period_words}: {_said(f)}{f', {f.interval}' if f.interval else ''}" for f in figures)
    return f"{measure.title}. {said}."


def _said(figure: Figure) -> str:
    """Return a figure as it is read aloud: a mark in brackets is no word."""
    return {State.HIDDEN: "hidden", State.NO_ANSWERS: "no answers"}.get(figure.state, figure.shown)


def _table(series: Sequence[Series]) -> ChartData:
    rows = tuple(
        (measure.title, figure.period_words, figure.shown, figure.interval)
        for measure, figures in series
        for figure in figures
    )
    columns = ("Measure", "Survey round", "Figure", "Could be")
    return ChartData(columns, rows, " ".join(_notes(series)), stands_elsewhere=True)


def _notes(series: Sequence[Series]) -> Iterator[str]:
    drawn = [figure for _, figures in series for figure in figures]
    if any(figure.interval for figure in drawn):
        yield "Lines show how far a figure could be off: the fewer the answers, the longer the line."
    if any(figure.state is State.HIDDEN for figure in drawn):
        yield f"A round marked {HIDDEN_SYMBOL} is hidden to protect people in small groups."
    if any(figure.state is State.NO_ANSWERS for figure in drawn):
        yield f"A round marked {NO_ANSWERS_SYMBOL} has no answers."
    yield from list_rewording_notes(series)
