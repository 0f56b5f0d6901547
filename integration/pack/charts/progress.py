"""The chart of small changes: how many were implemented, added up over time, against the pace that was hoped for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.pack.charts.drawing import (
    DARK_BLUE,
    END_LABEL,
    GREY,
    LETTER_WIDTH,
    LINE,
    ORANGE,
    PLUM,
    WIDTH,
    Chart,
    ChartData,
    DayAxis,
    Spec,
    apply_style,
    draw_phase_bands,
)
from integration.pack.content import State
from integration.pack.formatting import format_count, replace_undrawable, shorten
from integration.pack.work_items import MILESTONE, format_progress, is_done, is_overdue, select_implemented, select_kind
from integration.text_format import format_date, format_date_range, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from integration.model import WorkItem
    from integration.pack.content import ChosenChart, CountRule, Figure, PackContent

HEIGHT = 150


def draw_count(content: PackContent, plan: ChosenChart) -> Chart:
    """Return the chart of the small changes implemented so far; with a target, the pace that reaches it."""
    rules = {key: rule for key, rule in content.count_rules if key in plan.measures}
    figures = {f.measure: f for f in content.figures if f.measure in rules and not f.team and f.state is State.SHOWN}
    aimed = next((key for key, rule in rules.items() if rule.phase and rule.target and key in figures), "")
    rule = rules[aimed or next(iter(rules))]
    things = select_implemented(content.things, rule.stages, content.as_of)
    days = DayAxis(content.programme_start, content.as_of)
    pace = _pace_points(rule, things, days) if aimed else []
    y = _y(max([len(things), *(point["y"] for point in pace)]))
    layers = draw_phase_bands(content, days) + _steps(things, days, y) + (_pace(pace, days, y) if pace else [])
    title = _small_change_title(content, rule, figures.get(aimed), len(things))
    body = apply_style({"width": WIDTH, "height": HEIGHT, "layer": layers})
    return Chart(
        plan.name, title, f"Step chart. {title}.{_first_and_newest_day(things)}", body, _small_change_data(things)
    )


def _steps(things: Iterable[WorkItem], days: DayAxis, y: Spec) -> list[Spec]:
    places = sorted(max(days.at(t.done_on), 0) for t in things if t.done_on)
    end = {"x": days.domain[1], "y": len(places), "label": f"{format_count(len(places), 'change')}\nimplemented"}
    points = [{"x": 0, "y": 0}, *({"x": place, "y": number} for number, place in enumerate(places, start=1)), end]
    at = {"x": days.encoding("x"), "y": y}
    return [
        {
            "data": {"values": points},
            "mark": {"type": "line", "interpolate": "step-after", "color": DARK_BLUE, "strokeWidth": 2.5},
            "encoding": at,
        },
        {"data": {"values": [end]}, "mark": END_LABEL, "encoding": at | {"text": {"field": "label"}}},
    ]


def _pace_points(rule: CountRule, things: Iterable[WorkItem], days: DayAxis) -> list[Spec]:
    """Return the ends of the line from the count at the phase's start to that count and the target at its end."""
    if rule.phase is None or rule.target is None:
        return []
    start, end = days.at(rule.phase.start), days.at(rule.phase.end) + 1
    already = sum(1 for thing in things if thing.done_on and thing.done_on < rule.phase.start)
    here = min(end, days.domain[1])
    if here <= start:
        return []
    at_here = already + rule.target * (here - start) / (end - start)
    return [{"x": start, "y": already}, {"x": here, "y": at_here, "label": f"pace for {format_number(rule.target)}"}]


def _pace(points: list[Spec], days: DayAxis, y: Spec) -> list[Spec]:
    """Return the dashed line between the points, and its name."""
    at = {"x": days.encoding("x"), "y": y}
    text = {"align": "right", "dx": -8, "dy": -4, "fontWeight": "bold"}
    return [
        {
            "data": {"values": points},
            "mark": {"type": "line", "color": ORANGE, "strokeDash": [6, 4], "strokeWidth": 2.5},
            "encoding": at,
        },
        {
            "data": {"values": points[1:]},
            "mark": {"type": "text", **text},
            "encoding": at | {"text": {"field": "label"}},
        },
    ]


def _y(highest: float) -> Spec:
    scale = {"domainMin": 0, "domainMax": max(highest * 1.2, 4), "nice": False}
    return {
        "field": "y",
        "type": "quantitative",
        "scale": scale,
        "axis": {"tickMinStep": 1, "tickCount": 5, "title": None},
    }


def _small_change_title(content: PackContent, rule: CountRule, aimed: Figure | None, total: int) -> str:
    all_so_far = f"{format_count(total, 'small change')} implemented by {format_date(content.as_of)}"
    if aimed is None or aimed.value is None or rule.phase is None or rule.target is None:
        return all_so_far
    if content.as_of < rule.phase.start:
        return (
            f"{all_so_far}; the phase meant for {format_number(rule.target)} begins on {format_date(rule.phase.start)}"
        )
    return (
        f"{format_number(aimed.value)} implemented in the phase meant for {format_number(rule.target)} "
        f"({format_date_range(rule.phase.start, rule.phase.end)}); {all_so_far}"
    )


def _first_and_newest_day(things: Iterable[WorkItem]) -> str:
    days = sorted(thing.done_on for thing in things if thing.done_on)
    return f" The first on {format_date(days[0])}, the newest on {format_date(days[-1])}." if days else ""


def _small_change_data(things: Iterable[WorkItem]) -> ChartData:
    done = sorted(((t.done_on, t) for t in things if t.done_on), key=lambda pair: pair[0])
    rows = tuple((format_date(day), t.title, str(number)) for number, (day, t) in enumerate(done, start=1))
    return ChartData(("Implemented", "Small change", "So far"), rows, "", stands_elsewhere=True)


ROWS_AT_MOST = 14
ROW_HEIGHT = 23
LETTERS_IN_A_LINE = 40
TOTAL_WIDTH = 545
STATES = ("due", "done on time", "done late", "overdue")
COLOURS = (GREY, DARK_BLUE, PLUM, ORANGE)
SHAPES = ("diamond", "circle", "square", "triangle-up")


def draw_milestones(content: PackContent, plan: ChosenChart) -> Chart:
    """Return the timeline of the milestones with a day on which they are due, the nearest if there are many."""
    dated = [thing for thing in select_kind(content.things, MILESTONE) if thing.due_on]
    drawn = _nearest(dated, content.as_of)
    first = min([content.as_of, *(d for t in drawn for d in (t.due_on, t.done_on) if d)])
    last = max([content.as_of, *(d for t in drawn for d in (t.due_on, t.done_on) if d)])
    margin = timedelta(days=max((last - first).days // 40, 1))
    days = DayAxis(first - margin, last + margin)
    names = [_row_label(number, thing) for number, thing in enumerate(drawn, start=1)]
    room_for_names = max((len(name) for name in names), default=0) * LETTER_WIDTH
    body = {
        "width": int(TOTAL_WIDTH - room_for_names),
        "height": ROW_HEIGHT * len(drawn),
        "layer": [*_draw_today(days, content.as_of), *_draw_milestone_points(drawn, names, days, content.as_of)],
    }
    note = (
        f"{format_count(len(dated) - len(drawn), 'milestone')} further away are in the list below."
        if dated[len(drawn) :]
        else ""
    )
    return Chart(
        plan.name,
        _milestone_title(dated, content.as_of),
        _milestone_alt_text(drawn, content.as_of),
        apply_style(body),
        _milestone_data(drawn, note, content.as_of),
    )


def _nearest(dated: Iterable[WorkItem], as_of: date) -> list[WorkItem]:
    def weight(thing: WorkItem) -> tuple[bool, int]:
        return (not is_overdue(thing, as_of), abs(((thing.due_on or as_of) - as_of).days))

    return sorted(sorted(dated, key=weight)[:ROWS_AT_MOST], key=lambda thing: thing.due_on or as_of)


def _row_label(number: int, thing: WorkItem) -> str:
    """Return the label of a row, of one line; its number tells it from another of the same name."""
    return shorten(replace_undrawable(f"{number}. {thing.title}"), LETTERS_IN_A_LINE)


def _draw_milestone_points(drawn: Sequence[WorkItem], names: Sequence[str], days: DayAxis, as_of: date) -> list[Spec]:
    points: list[Spec] = []
    lines: list[Spec] = []
    for name, thing in zip(names, drawn, strict=True):
        due = days.at(thing.due_on or as_of)
        points.append({"name": name, "x": due, "state": "due"})
        end = _end_day(thing, as_of)
        if end is not None:
            points.append({"name": name, "x": days.at(end), "state": _milestone_state(thing, as_of)})
            lines.append({"name": name, "x": due, "end": days.at(end)})
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "sort": list(names),
        "axis": {
            "title": None,
            "labelLimit": int(LETTERS_IN_A_LINE * LETTER_WIDTH * 1.2),
            "ticks": False,
            "domain": False,
            "grid": True,
        },
    }
    scale = {"domain": list(STATES), "range": list(COLOURS)}
    legend: Spec = {"orient": "top", "offset": 20, "title": None, "symbolSize": 80, "symbolStrokeWidth": 2}
    return [
        {
            "data": {"values": lines},
            "mark": {"type": "rule", "strokeWidth": 2, "color": GREY, "opacity": 0.5},
            "encoding": {"x": days.encoding("x"), "x2": {"field": "end"}, "y": y},
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "size": 80, "strokeWidth": 2, "opacity": 1, "fill": "white"},
            "encoding": {
                "x": days.encoding("x"),
                "y": y,
                "color": {"field": "state", "type": "nominal", "scale": scale, "legend": legend},
                "shape": {
                    "field": "state",
                    "type": "nominal",
                    "scale": {"domain": list(STATES), "range": list(SHAPES)},
                },
            },
        },
    ]


def _draw_today(days: DayAxis, as_of: date) -> list[Spec]:
    data = {"values": [{"x": days.at(as_of), "label": format_date(as_of)}]}
    x = {"x": days.encoding("x")}
    text = {"type": "text", "y": -5, "baseline": "bottom", "fontSize": 10}
    return [
        {"data": data, "mark": {"type": "rule", "color": LINE, "strokeWidth": 3}, "encoding": x},
        {"data": data, "mark": text, "encoding": x | {"text": {"field": "label"}}},
    ]


def _end_day(thing: WorkItem, as_of: date) -> date | None:
    """Return the day to mark beside the due day: when it was done, or today where it is overdue."""
    if is_done(thing, as_of):
        return thing.done_on
    return as_of if is_overdue(thing, as_of) else None


def _milestone_state(thing: WorkItem, as_of: date) -> str:
    if not is_done(thing, as_of):
        return "overdue"
    in_time = thing.due_on is None or thing.done_on is None or thing.done_on <= thing.due_on
    return "done on time" if in_time else "done late"


def _milestone_title(dated: Sequence[WorkItem], as_of: date) -> str:
    done = sum(is_done(thing, as_of) for thing in dated)
    late = sum(is_overdue(thing, as_of) for thing in dated)
    were = "was" if done == 1 else "were"
    overdue = f"; {late} {'is' if late == 1 else 'are'} overdue" if late else "; none is overdue"
    return f"{done} of {format_count(len(dated), 'milestone')} {were} done by {format_date(as_of)}{overdue}"


def _milestone_alt_text(drawn: Iterable[WorkItem], as_of: date) -> str:
    said = (f"{t.title}: due {format_date(t.due_on or as_of)}, {_lower(format_progress(t, as_of))}." for t in drawn)
    return f"Timeline. {' '.join(said)}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _milestone_data(drawn: Iterable[WorkItem], note: str, as_of: date) -> ChartData:
    rows = tuple(
        (
            t.title,
            format_date(t.due_on or as_of),
            format_date(t.done_on) if t.done_on else "",
            format_progress(t, as_of),
        )
        for t in drawn
    )
    return ChartData(("Milestone", "Due", "Done", "How far"), rows, note, stands_elsewhere=True)
