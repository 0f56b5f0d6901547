"""Charts over fortnights: shares of answers, one panel a question; and the response rate with its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.charts.drawing import (
    END_LABEL,
    GREY,
    SERIES_COLOURS,
    WIDTH,
    Chart,
    ChartData,
    DayAxis,
    Spec,
    apply_style,
    draw_phase_bands,
    number_segments,
)
from integration.pack.content import State
from integration.pack.figures import (
    NO_ANSWERS_SYMBOL,
    format_target,
    list_rewording_days,
    note_rewordings,
    split_series,
)
from integration.pack.formatting import format_count, format_list, replace_undrawable, shorten
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack.content import ChosenChart, Figure, Measure, PackContent

Series = tuple["Measure", tuple["Figure", ...]]

LONGEST_PANEL_TITLE = 80
SMALL, TALL = 84, 140
NEAR_A_MARK = 0.09
"""A mark of the axis nearer to the target than this makes way for it."""

GAPS = {
    State.HIDDEN: "fortnights hidden to protect people in small groups",
    State.NO_ANSWERS: "fortnights without answers",
}


def draw_shares(content: PackContent, plan: ChosenChart) -> Chart:
    """Return the chart of one or more shares of answers over fortnights, one panel below the other."""
    series = list(_series(content, plan))
    panels = [
        _panel(content, figures, place=place, places=len(series))
        | {
            "title": {
                "text": shorten(replace_undrawable(measure.title), LONGEST_PANEL_TITLE),
                "offset": 6 if place else 20,
            }
        }
        for place, (measure, figures) in enumerate(series)
    ]
    alt = f"Line chart. {' '.join(_told(measure, figures) for measure, figures in series)}"
    return Chart(
        plan.name, compare_first_and_newest(series, "fortnight"), alt, apply_style({"vconcat": panels}), _table(series)
    )


def draw_response_rate(content: PackContent, plan: ChosenChart) -> Chart:
    """Return the chart of the response rate over fortnights, with its target as a dashed line."""
    series = list(_series(content, plan))[:1]
    measure, figures = series[0]
    newest = [figure for figure in figures if figure.state is State.SHOWN][-1]
    panel = _panel(content, figures, place=0, places=1, target=newest.target)
    said = f"; the target is {format_target(measure, newest.target)}" if newest.target is not None else ""
    title = f"{newest.basis} answered ({newest.main}), {newest.period_words}{said}"
    alt = f"Line chart. {_told(measure, figures)}{_reached(figures)}"
    return Chart(plan.name, title, alt, apply_style(panel), _table(series))


def _series(content: PackContent, plan: ChosenChart) -> Iterator[Series]:
    for measure in content.measures:
        if measure.key in plan.measures:
            own = (f for f in content.figures if f.measure == measure.key and not f.team)
            yield measure, tuple(f for f in own if f.period_kind == PeriodKind.FORTNIGHT)


def _panel(
    content: PackContent, figures: Sequence[Figure], *, place: int, places: int, target: float | None = None
) -> Spec:
    """Return one panel: the phases, the line broken at every gap, its points, the newest point in words."""
    days, colour, is_last = DayAxis(content.programme_start, content.as_of), SERIES_COLOURS[place], place == places - 1
    points = list(_points(figures, days))
    at = {"x": days.encoding("x", labels=is_last), "y": _y(points, target)}
    return {
        "width": WIDTH,
        "height": SMALL if places > 1 else TALL,
        "layer": [
            *draw_phase_bands(content, days, names=place == 0, labels=is_last),
            *(_target_line(target) if target is not None else []),
            *_reworded_lines(figures, days),
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
            *_end_label(points[-1:], days, at, is_newest=figures[-1].state is State.SHOWN),
        ],
    }


def _end_label(newest: Sequence[Spec], days: DayAxis, at: Spec, *, is_newest: bool) -> list[Spec]:
    """Return the newest point in words: right of the plot, clear of every line, if it is the last of all fortnights.

    If not, it stands beside its point, upon a white rim that keeps it readable where a line crosses it.
    """
    place = [point | ({"x": days.domain[1]} if is_newest else {}) for point in newest]
    layer: Spec = {"data": {"values": place}, "mark": END_LABEL, "encoding": at | {"text": {"field": "label"}}}
    rim = layer | {"mark": END_LABEL | {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"}}
    return [layer] if is_newest else [rim, layer]


def _y(points: Sequence[Spec], target: float | None) -> Spec:
    """Return the axis from 0 to 100% (further where a rate goes beyond), with a mark for the target if there is one."""
    highest = max([1.0, *(point["y"] for point in points)])
    marks = [0, 0.5, 1]
    label = "format(datum.value, '.0%')"
    if target is not None:
        marks = [*(mark for mark in marks if abs(mark - target) > NEAR_A_MARK), target]
        label = f"datum.value == {target} ? 'target ' + {label} : {label}"
    return {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": False},
        "axis": {"labelExpr": label, "values": marks, "title": None},
    }


def _points(figures: Sequence[Figure], days: DayAxis) -> Iterator[Spec]:
    """Yield the points that may be shown, each in the middle of its fortnight; no line joins two series."""
    segments = number_segments(figure.state is State.SHOWN for figure in figures)
    series = [number for number, each in enumerate(split_series(figures)) for _ in each]
    for figure, gap, number in zip(figures, segments, series, strict=True):
        if figure.value is not None and figure.start and figure.end:
            middle = (days.at(figure.start) + days.at(figure.end) + 1) / 2
            label = f"{figure.main}\n{figure.basis}"
            yield {"x": middle, "y": figure.value, "segment": gap + number, "label": label}


def _target_line(target: float) -> list[Spec]:
    dashed = {"type": "rule", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.5}
    encoding = {"y": {"field": "target", "type": "quantitative"}}
    return [{"data": {"values": [{"target": target}]}, "mark": dashed, "encoding": encoding}]


def _reworded_lines(figures: Sequence[Figure], days: DayAxis) -> list[Spec]:
    """Return a dotted upright line on each day on which the question was reworded."""
    places = [{"x": days.at(day)} for day in list_rewording_days(figures)]
    dotted = {"type": "rule", "strokeDash": [2, 3], "color": GREY, "strokeWidth": 1}
    return [{"data": {"values": places}, "mark": dotted, "encoding": {"x": days.encoding("x")}}] if places else []


def compare_first_and_newest(series: Sequence[Series], noun: str) -> str:
    """Return the first of the measures that can be shown, in its newest and in its first period of one series."""
    measure, figures = next((m, f) for m, f in series if any(figure.state is State.SHOWN for figure in f))
    every = [figure for figure in figures if figure.state is State.SHOWN]
    shown = split_series(every)[-1]
    newest = "newest" if shown[-1] is figures[-1] else "newest shown"
    if len(shown) == 1:
        return f"{measure.title}: {shown[0].shown} in the {newest} {noun}"
    first = "first" if shown[0] is figures[0] else "first shown" if len(shown) == len(every) else "first as reworded"
    return f"{measure.title}: {shown[-1].shown} in the {newest} {noun}, {shown[0].shown} in the {first}"


def _told(measure: Measure, figures: Sequence[Figure]) -> str:
    shown = split_series([figure for figure in figures if figure.state is State.SHOWN])
    told = " ".join(f"{measure.title}{_since(series)}: {_told_series(series)}" for series in shown)
    return f"{told}{_gaps_in_words(figures)}"


def _since(series: Sequence[Figure]) -> str:
    """Return since when the question has the words of a series, where it had others before."""
    return f", as reworded on {format_date(series[0].series_from)}" if series[0].series_from else ""


def _told_series(shown: Sequence[Figure]) -> str:
    lowest = min(shown, key=lambda figure: figure.value or 0)
    highest = max(shown, key=lambda figure: figure.value or 0)
    first, newest = shown[0], shown[-1]
    return (
        f"first {first.shown}, {first.period_words}; lowest {lowest.shown}, {lowest.period_words}; "
        f"highest {highest.shown}, {highest.period_words}; newest {newest.shown}, {newest.period_words}."
    )


def _gaps_in_words(figures: Sequence[Figure]) -> str:
    hidden = sum(figure.state is State.HIDDEN for figure in figures)
    empty = sum(figure.state is State.NO_ANSWERS for figure in figures)
    parts = [
        *([f"{format_count(hidden, 'fortnight')} hidden to protect people in small groups"] if hidden else []),
        *([f"{format_count(empty, 'fortnight')} without answers"] if empty else []),
    ]
    return f" Gaps in the line: {format_list(parts)}." if parts else ""


def _reached(figures: Sequence[Figure]) -> str:
    known = [f for f in figures if f.value is not None and f.target is not None]
    reached = sum((f.value or 0) >= (f.target or 0) for f in known)
    return f" The target was reached in {reached} of {format_count(len(known), 'fortnight')} shown." if known else ""


def _table(series: Sequence[Series]) -> ChartData:
    """Return a row for each fortnight of any of the measures."""
    found = [{figure.period_words: figure.shown for figure in figures} for _, figures in series]
    fortnights = dict.fromkeys(period for shown in found for period in shown)
    rows = tuple((period, *(shown.get(period, NO_ANSWERS_SYMBOL) for shown in found)) for period in fortnights)
    columns = ("Fortnight", *(measure.title for measure, _ in series))
    return ChartData(columns, rows, _note(series), stands_elsewhere=False)


def _note(series: Sequence[Series]) -> str:
    """Return what the gaps in the lines mean, by line where they differ, and which questions were reworded."""
    return " ".join(note for note in (_note_on_gaps(series), *list_rewording_notes(series)) if note)


def list_rewording_notes(series: Sequence[Series]) -> Iterator[str]:
    """Yield a sentence for each of the measures whose question was reworded; it is named if there are others."""
    for measure, figures in series:
        note = note_rewordings(figures)
        if note:
            yield note if len(series) == 1 else f"“{measure.title}”: {note[0].lower()}{note[1:]}"


def _note_on_gaps(series: Sequence[Series]) -> str:
    said = {_gaps_in_words(figures).strip() for _, figures in series}
    if len(said) == 1:
        return said.pop()
    parts = [
        f"{words} ({format_list(where)})"
        for state, words in GAPS.items()
        if (where := list(_gaps_by_line(series, state)))
    ]
    return f"Gaps in the lines: {format_list(parts)}."


def _gaps_by_line(series: Sequence[Series], state: State) -> Iterator[str]:
    for measure, figures in series:
        number = sum(figure.state is state for figure in figures)
        if number:
            yield f"{number} in “{measure.title}”"
