"""Charts over fortnights: shares of answers, one panel a question; and the response rate with its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts import drawing
from integration.pack.charts.drawing import Chart, ChartData, DayAxis, Series, Spec, layer
from integration.pack.content import State
from integration.pack.figures import NO_ANSWERS_SYMBOL, format_target, list_rewording_days, split_series
from integration.text_format import format_count, format_date, format_list, replace_undrawable, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.content import ChosenChart, Figure, Measure, PackContent

LONGEST_PANEL_TITLE = 80
LOW, HIGH = 84, 140
"""Heights of a panel in pixels: of one of several, and of one that stands alone."""
NEAR_TARGET = 0.09
"""A mark of the axis nearer to the target than this makes way for it."""

GAPS = {
    State.HIDDEN: "hidden to protect people in small groups",
    State.TOLD: "told in words",
    State.WITHDRAWN: "withdrawn",
    State.NO_ANSWERS: "without answers",
}


def draw_shares(content: PackContent, chosen: ChosenChart) -> Chart:
    """Return the chart of one or more shares of answers over fortnights, one panel below the other."""
    series = drawing.list_series(content, chosen, PeriodKind.FORTNIGHT)
    titles = [shorten(replace_undrawable(measure.title), LONGEST_PANEL_TITLE) for measure, _ in series]
    panels = [
        _draw_panel(content, figures, place=place, places=len(series))
        | {"title": {"text": titles[place], "offset": 6 if place else 20}}
        for place, (_, figures) in enumerate(series)
    ]
    title = drawing.compare_first_and_newest(series, "fortnight")
    alt_text = f"Line chart. {' '.join(_describe(measure, figures) for measure, figures in series)}"
    return Chart(chosen.name, title, alt_text, drawing.apply_style({"vconcat": panels}), _build_data(series))


def draw_response_rate(content: PackContent, chosen: ChosenChart) -> Chart:
    """Return the chart of the response rate over fortnights, with its target as a dashed line."""
    series = drawing.list_series(content, chosen, PeriodKind.FORTNIGHT)[:1]
    measure, figures = series[0]
    newest = [figure for figure in figures if figure.state is State.SHOWN][-1]
    panel = _draw_panel(content, figures, place=0, places=1, target=newest.target)
    target = f"; the target is {format_target(measure, newest.target)}" if newest.target is not None else ""
    title = f"{newest.basis} answered ({newest.main}), {newest.period_words}{target}"
    comparable = [f for f in figures if f.value is not None and f.target is not None]
    reached = sum((f.value or 0) >= (f.target or 0) for f in comparable)
    of_all = f" The target was reached in {reached} of {format_count(len(comparable), 'fortnight')} shown."
    alt_text = f"Line chart. {_describe(measure, figures)}{of_all if comparable else ''}"
    return Chart(chosen.name, title, alt_text, drawing.apply_style(panel), _build_data(series))


def _draw_panel(
    content: PackContent, figures: Sequence[Figure], *, place: int, places: int, target: float | None = None
) -> Spec:
    """Return one panel: the phases, the line broken at every gap, its points, the newest point as text."""
    days, is_last = DayAxis(content.programme_start, content.as_of), place == places - 1
    colour = drawing.SERIES_COLOURS[place]
    points = list(_list_points(figures, days))
    at = {"x": days.encoding("x", labels=is_last), "y": _y_axis(points, target)}
    target_mark: Spec = {"type": "rule", "strokeDash": [5, 4], "color": drawing.GREY, "strokeWidth": 1.5}
    target_line = layer([{"target": target}], target_mark, y={"field": "target", "type": "quantitative"})
    rewordings = [{"x": days.at(day)} for day in list_rewording_days(figures)]
    rewording_mark: Spec = {"type": "rule", "strokeDash": [2, 3], "color": drawing.GREY, "strokeWidth": 1}
    point_mark: Spec = {"type": "point", "filled": True, "size": 32, "color": colour, "opacity": 1}
    segment = {"field": "segment", "type": "nominal"}
    return {
        "width": drawing.WIDTH,
        "height": LOW if places > 1 else HIGH,
        "layer": [
            *drawing.draw_phase_bands(content, days, names=place == 0, labels=is_last),
            *([target_line] if target is not None else []),
            *([layer(rewordings, rewording_mark, x=days.encoding("x"))] if rewordings else []),
            layer(points, {"type": "line", "color": colour, "strokeWidth": 2}, **at, detail=segment),
            layer(points, point_mark, **at),
            *_draw_newest(points[-1:], days, at, is_newest=figures[-1].state is State.SHOWN),
        ],
    }


def _draw_newest(newest: Sequence[Spec], days: DayAxis, at: Spec, *, is_newest: bool) -> list[Spec]:
    """Return the newest point as text: right of the plot, clear of every line, if it is the last of all fortnights.

    If not, it stands beside its point, upon a white rim that keeps it readable where a line crosses it.
    """
    place = [point | ({"x": days.domain[1]} if is_newest else {}) for point in newest]
    label = layer(place, drawing.END_LABEL, **at, text={"field": "label"})
    rim = label | {"mark": drawing.END_LABEL | {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}}
    return [label] if is_newest else [rim, label]


def _y_axis(points: Sequence[Spec], target: float | None) -> Spec:
    """Return the axis from 0 to 100% (further where a rate goes beyond), with a mark for the target if there is one."""
    highest = max([1.0, *(point["y"] for point in points)])
    marks = [0, 0.5, 1]
    label = "format(datum.value, '.0%')"
    if target is not None:
        marks = [*(mark for mark in marks if abs(mark - target) > NEAR_TARGET), target]
        label = f"datum.value == {target} ? 'target ' + {label} : {label}"
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": False},
        "axis": {"labelExpr": label, "values": marks, "title": None},
    }


def _list_points(figures: Sequence[Figure], days: DayAxis) -> Iterator[Spec]:
    """Yield the points that may be shown, each in the middle of its fortnight.

    Points with the same `segment` are joined by a line: it never crosses a gap, nor joins two wordings of a question.
    """
    gaps = 0
    wordings = [number for number, each in enumerate(split_series(figures)) for _ in each]
    for figure, wording in zip(figures, wordings, strict=True):
        gaps += figure.state is not State.SHOWN
        if figure.value is not None and figure.start and figure.end:
            middle = (days.at(figure.start) + days.at(figure.end) + 1) / 2
            label = f"{figure.main}\n{figure.basis}"
            yield {"x": middle, "y": figure.value, "segment": gaps + wording, "label": label}


def _describe(measure: Measure, figures: Sequence[Figure]) -> str:
    """Return each series in a sentence, by its first, lowest, highest and newest figure; then the gaps."""
    sentences = []
    for shown in split_series([figure for figure in figures if figure.state is State.SHOWN]):
        lowest = min(shown, key=lambda figure: figure.value or 0)
        highest = max(shown, key=lambda figure: figure.value or 0)
        first, newest = shown[0], shown[-1]
        wording = f", as reworded on {format_date(first.series_from)}" if first.series_from else ""
        sentences.append(
            f"{measure.title}{wording}: first {first.shown}, {first.period_words}; "
            f"lowest {lowest.shown}, {lowest.period_words}; highest {highest.shown}, {highest.period_words}; "
            f"newest {newest.shown}, {newest.period_words}."
        )
    return f"{' '.join(sentences)}{_describe_gaps(figures)}"


def _describe_gaps(figures: Sequence[Figure]) -> str:
    counts = ((sum(figure.state is state for figure in figures), text) for state, text in GAPS.items())
    parts = [f"{format_count(count, 'fortnight')} {text}" for count, text in counts if count]
    return f" Gaps in the line: {format_list(parts)}." if parts else ""


def _build_data(series: Sequence[Series]) -> ChartData:
    """Return a row for each fortnight of any of the measures, and the notes on gaps and on reworded questions."""
    by_measure = [{figure.period_words: figure.shown for figure in figures} for _, figures in series]
    fortnights = dict.fromkeys(period for shown in by_measure for period in shown)
    rows = tuple((period, *(shown.get(period, NO_ANSWERS_SYMBOL) for shown in by_measure)) for period in fortnights)
    columns = ("Fortnight", *(measure.title for measure, _ in series))
    notes = (_note_gaps(series), *drawing.list_rewording_notes(series))
    return ChartData(columns, rows, " ".join(filter(None, notes)), is_in_section=False)


def _note_gaps(series: Sequence[Series]) -> str:
    """Return what the gaps in the lines mean, by line where they differ."""
    notes = {_describe_gaps(figures).strip() for _, figures in series}
    if len(notes) == 1:
        return notes.pop()
    parts = []
    for state, text in GAPS.items():
        counts = ((sum(figure.state is state for figure in figures), measure) for measure, figures in series)
        lines = [f"{number} in “{measure.title}”" for number, measure in counts if number]
        if lines:
            parts.append(f"fortnights {text} ({format_list(lines)})")
    return f"Gaps in the lines: {format_list(parts)}."
