"""The chart of survey rounds: one panel a measure, a dot for each round with its interval as a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts import drawing
from integration.pack.charts.drawing import Chart, ChartData, Series, Spec
from integration.pack.content import State
from integration.pack.figures import HIDDEN_SYMBOL, NO_ANSWERS_SYMBOL
from integration.text_format import replace_undrawable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.content import ChosenChart, Figure, Measure, PackContent

PLOT_WIDTH, NAME_WIDTH, ROW_HEIGHT = 290, 160, 22
LETTERS_IN_A_NAME, LETTERS_IN_A_TITLE = 28, 80


def draw_windows(content: PackContent, chosen: ChosenChart) -> Chart:
    """Return the chart of the survey rounds, one panel below the other."""
    series = drawing.list_series(content, chosen, PeriodKind.WINDOW)
    colours = drawing.SERIES_COLOURS
    panels = [_draw_panel(m, figures, colour=colours[place]) for place, (m, figures) in enumerate(series)]
    spec = drawing.apply_style({"vconcat": panels, "spacing": 12})
    alt_text = f"Dot chart. {' '.join(_describe(measure, figures) for measure, figures in series)}"
    data = ChartData(
        ("Measure", "Survey round", "Figure", "Could be"),
        tuple((measure.title, f.period_words, f.shown, f.interval) for measure, figures in series for f in figures),
        " ".join(_list_notes(series)),
        is_in_section=True,
    )
    return Chart(chosen.name, drawing.compare_first_and_newest(series, "survey round"), alt_text, spec, data)


def _draw_panel(measure: Measure, figures: Sequence[Figure], *, colour: str) -> Spec:
    """Return one panel: a row for each round, the dot and its interval, at the right the figure as text."""
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
    x = _x_axis(measure, figures)
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


def _x_axis(measure: Measure, figures: Sequence[Figure]) -> Spec:
    """Return the axis: percentages from 0 to 100%, a scale from end to end, else as far as the figures go."""
    axis: Spec = {"tickCount": 4, "title": None, "grid": False}
    domain: list[float] = [0, max([1.0, *(figure.value or 0 for figure in figures)]) * 1.25]
    if measure.kind.value_format.is_share:
        axis, domain = {"format": ".0%", "values": [0, 0.5, 1], "title": None, "grid": False}, [0, 1]
    elif measure.low is not None and measure.high is not None:
        domain = [measure.low, measure.high]
    return {"type": "quantitative", "scale": {"domain": domain}, "axis": axis}


def _describe(measure: Measure, figures: Sequence[Figure]) -> str:
    """Return the figures as they are read aloud: a symbol in brackets is no word."""
    symbols = {State.HIDDEN: "hidden", State.WITHDRAWN: "withdrawn", State.NO_ANSWERS: "no answers"}
    described = "; ".join(
        f"{f.period_words}: {symbols.get(f.state, f.shown)}{f', {f.interval}' if f.interval else ''}" for f in figures
    )
    return f"{measure.title}. {described}."


def _list_notes(series: Sequence[Series]) -> Iterator[str]:
    drawn = [figure for _, figures in series for figure in figures]
    if any(figure.interval for figure in drawn):
        yield "Lines show how far a figure could be off: the fewer the answers, the longer the line."
    if any(figure.state is State.HIDDEN for figure in drawn):
        yield f"A round marked {HIDDEN_SYMBOL} is hidden to protect people in small groups."
    if any(figure.state is State.NO_ANSWERS for figure in drawn):
        yield f"A round marked {NO_ANSWERS_SYMBOL} has no answers."
    yield from drawing.list_rewording_notes(series)
