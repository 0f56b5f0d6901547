"""What all charts share: colours, fonts, the axis of days, the bands of the phases, the style, series in words.

Days are counted from the programme's start, so that a drawing depends on no time zone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from integration.pack.content import State
from integration.pack.figures import note_rewordings, split_series
from integration.periods import next_month
from integration.text_format import MONTHS, replace_undrawable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from integration.pack.content import ChosenChart, Figure, Measure, PackContent

Spec = dict[str, Any]
Series = tuple["Measure", tuple["Figure", ...]]

DARK_BLUE, TURQUOISE, PLUM, ORANGE, GREY = "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D"
SERIES_COLOURS = (DARK_BLUE, TURQUOISE, PLUM, GREY)
"""The Analysis Function's palette, in its order; orange is kept for what is late."""
LINE = "#D5D9DD"
BAND_OPACITY = 0.06

WIDTH = 450
"""Width of the plot in pixels; with the axis and the labels beside the last points a chart is some 550 wide."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
END_LABEL: Spec = {
    "type": "text", "align": "left", "baseline": "middle", "dx": 9, "fontWeight": "bold", "lineBreak": "\n",
}  # fmt: skip
"""Words beside the end of a line."""
LETTER_WIDTH = 5.6
"""Width of an average letter at 10 pixels, to know what fits into a band."""
SHORTEST_NAME = 4
MOST_MONTHS_MARKED = 8


class ChartData(NamedTuple):
    """The figures of a chart as text, and the note that belongs below it.

    `is_in_section`: the same figures are in the tables of the chart's section.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str
    is_in_section: bool


class Chart(NamedTuple):
    """A chart: its name, a sentence on what it shows, its text alternative, its Vega-Lite drawing, its figures."""

    name: str
    title: str
    alt_text: str
    spec: Spec
    data: ChartData


@dataclass(frozen=True, slots=True)
class DayAxis:
    """An axis of days from the programme's start to `last`."""

    start: date
    last: date

    def at(self, day: date) -> int:
        """Return the place of a day on the axis."""
        return (day - self.start).days

    @property
    def domain(self) -> list[int]:
        """The first place, and the end of the last day."""
        return [0, self.at(self.last) + 1]

    def axis(self, *, labels: bool = True) -> Spec:
        """Return the axis: the first days of months, as many as are readable."""
        firsts = [self.start.replace(day=1)]
        while next_month(firsts[-1]) <= self.last:
            firsts.append(next_month(firsts[-1]))
        step = -(-len(firsts) // MOST_MONTHS_MARKED)
        marked = [day for day in firsts if (day.month - 1) % step == 0 and self.at(day) >= 0] or firsts[:1]
        names = {max(self.at(day), 0): f"{MONTHS[day.month - 1][:3]} {day.year}" for day in marked}
        return {
            "values": list(names),
            "labelExpr": f"({json.dumps(names)})[datum.value]" if labels else "''",
            "grid": False,
            "ticks": labels,
            "title": None,
        }

    def encoding(self, field: str, *, labels: bool = True) -> Spec:
        """Return the encoding of a field of places on this axis."""
        scale = {"domain": self.domain, "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": self.axis(labels=labels)}


def draw_phase_bands(content: PackContent, days: DayAxis, *, names: bool = True, labels: bool = True) -> list[Spec]:
    """Return the layers that shade every other phase and write its name above it."""
    bands: list[Spec] = []
    for number, phase in enumerate(content.phases):
        start, end = max(days.at(phase.start), 0), min(days.at(phase.end) + 1, days.domain[1])
        if end > start:
            letters = int((end - start) / days.domain[1] * WIDTH / LETTER_WIDTH)
            middle = (start + end) / 2
            bands.append({"start": start, "end": end, "middle": middle, "odd": number % 2, "letters": letters})
            bands[-1]["name"] = replace_undrawable(phase.title)
    if any(len(band["name"]) > band["letters"] for band in bands):
        # Make every name fit above its band: "Phase 2: small changes" is "Phase 2" where there is no room.
        for band in bands:
            short = band["name"].split(":", 1)[0]
            band["name"] = shorten(short, band["letters"]) if band["letters"] >= SHORTEST_NAME else ""
    x, x_text = days.encoding("start", labels=labels), days.encoding("middle", labels=labels)
    rect: Spec = {"type": "rect", "color": DARK_BLUE, "opacity": BAND_OPACITY}
    shade = layer([band for band in bands if band["odd"]], rect, x=x, x2={"field": "end"})
    text: Spec = {"type": "text", "y": -4, "baseline": "bottom", "fontSize": 10, "color": GREY}
    return [shade, layer(bands, text, x=x_text, text={"field": "name"})] if names else [shade]


def layer(values: Sequence[Spec], mark: Spec, **encoding: Spec) -> Spec:
    """Return a layer of a drawing: its data, how each of them is drawn, and which field decides what of it."""
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}


def apply_style(body: Spec) -> Spec:
    """Return a drawing with the style that all charts share."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": "white",
        "padding": 4,
        **body,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": 11, "labelColor": GREY, "titleFontSize": 11, "titleColor": GREY,
                "titleFontWeight": "normal", "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
            },
            "title": {"fontSize": 12, "color": "#0b0c0c", "anchor": "start", "fontWeight": "bold", "offset": 6},
            "legend": {"labelFontSize": 11, "labelColor": GREY, "titleFontSize": 11},
            "text": {"fontSize": 11, "color": GREY},
        },
    }  # fmt: skip


def list_series(content: PackContent, chosen: ChosenChart, period_kind: str) -> list[Series]:
    """Return the authority's figures of one kind of period, for each measure of the chart."""
    return [
        (
            measure,
            tuple(
                f for f in content.figures if f.measure == measure.key and not f.team and f.period_kind == period_kind
            ),
        )
        for measure in content.measures
        if measure.key in chosen.measures
    ]


def compare_first_and_newest(series: Sequence[Series], noun: str) -> str:
    """Return the first of the measures that can be shown, in its newest period and in the first of the same wording."""
    measure, figures = next((m, f) for m, f in series if any(figure.state is State.SHOWN for figure in f))
    every = [figure for figure in figures if figure.state is State.SHOWN]
    shown = split_series(every)[-1]
    newest = "newest" if shown[-1] is figures[-1] else "newest shown"
    if len(shown) == 1:
        return f"{measure.title}: {shown[0].shown} in the {newest} {noun}"
    first = "first" if shown[0] is figures[0] else "first shown" if len(shown) == len(every) else "first as reworded"
    return f"{measure.title}: {shown[-1].shown} in the {newest} {noun}, {shown[0].shown} in the {first}"


def list_rewording_notes(series: Sequence[Series]) -> Iterator[str]:
    """Yield a sentence for each measure whose question was reworded; it is named if the chart has others."""
    for measure, figures in series:
        note = note_rewordings(figures)
        if note:
            yield note if len(series) == 1 else f"“{measure.title}”: {note[0].lower()}{note[1:]}"
