"""The charts of work items: small changes added up against the pace hoped for, and the timeline of the milestones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.kinds.measures import WorkItemKind
from integration.pack.charts import drawing
from integration.pack.charts.drawing import Chart, ChartData, DayAxis, Spec, layer
from integration.pack.content import State
from integration.pack.work_items import (
    PROGRESS_HEADING,
    format_progress,
    is_done,
    is_overdue,
    select_implemented,
    select_kind,
)
from integration.text_format import (
    format_count,
    format_date,
    format_date_range,
    format_number,
    replace_undrawable,
    shorten,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from integration.model import WorkItem
    from integration.pack.content import ChosenChart, CountRule, Figure, PackContent

HEIGHT = 150


def draw_small_changes(content: PackContent, chosen: ChosenChart) -> Chart:
    """Return the chart of the small changes implemented so far; with a target, the pace that reaches it."""
    rules = {key: rule for key, rule in content.count_rules if key in chosen.measures}
    figures = {f.measure: f for f in content.figures if f.measure in rules and not f.team and f.state is State.SHOWN}
    with_target = next((key for key, rule in rules.items() if rule.phase and rule.target and key in figures), "")
    rule = rules[with_target or next(iter(rules))]
    implemented = select_implemented(content.work_items, rule.stages, content.as_of)
    done = sorted(((i.done_on, i.title) for i in implemented if i.done_on), key=lambda pair: pair[0])
    days = [day for day, _ in done]
    axis = DayAxis(content.programme_start, content.as_of)
    pace = _list_pace_points(rule, days, axis) if with_target else []
    layers = [*drawing.draw_phase_bands(content, axis), *_draw_steps(days, pace, axis)]
    title = _write_small_change_title(content, rule, figures.get(with_target), len(days))
    span = f" The first on {format_date(days[0])}, the newest on {format_date(days[-1])}." if days else ""
    rows = tuple((format_date(day), name, str(number)) for number, (day, name) in enumerate(done, start=1))
    return Chart(
        chosen.name,
        title,
        f"Step chart. {title}.{span}",
        drawing.apply_style({"width": drawing.WIDTH, "height": HEIGHT, "layer": layers}),
        ChartData(("Implemented", "Small change", "So far"), rows, "", is_in_section=True),
    )


def _list_pace_points(rule: CountRule, days: Sequence[date], axis: DayAxis) -> list[Spec]:
    """Return the ends of the line from the count at the phase's start to that count and the target at its end."""
    if rule.phase is None or rule.target is None:
        return []
    start, end = axis.at(rule.phase.start), axis.at(rule.phase.end) + 1
    before = sum(1 for day in days if day < rule.phase.start)
    today = min(end, axis.domain[1])
    if today <= start:
        return []
    hoped_today = before + rule.target * (today - start) / (end - start)
    label = f"pace for {format_number(rule.target)}"
    return [{"x": start, "y": before}, {"x": today, "y": hoped_today, "label": label}]


def _draw_steps(days: Sequence[date], pace: Sequence[Spec], axis: DayAxis) -> list[Spec]:
    """Return the steps, and where there are points of a pace the dashed line between them; with their names."""
    highest = max([len(days), *(point["y"] for point in pace)])
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domainMin": 0, "domainMax": max(highest * 1.2, 4), "nice": False},
        "axis": {"tickMinStep": 1, "tickCount": 5, "title": None},
    }
    at, label = {"x": axis.encoding("x"), "y": y}, {"field": "label"}
    steps = [{"x": 0, "y": 0}, *({"x": max(axis.at(day), 0), "y": number} for number, day in enumerate(days, start=1))]
    end = {"x": axis.domain[1], "y": len(days), "label": f"{format_count(len(days), 'change')}\nimplemented"}
    line: Spec = {"type": "line", "interpolate": "step-after", "color": drawing.DARK_BLUE, "strokeWidth": 2.5}
    layers = [layer([*steps, end], line, **at), layer([end], drawing.END_LABEL, **at, text=label)]
    if pace:
        dashed: Spec = {"type": "line", "color": drawing.ORANGE, "strokeDash": [6, 4], "strokeWidth": 2.5}
        text: Spec = {"type": "text", "align": "right", "dx": -8, "dy": -4, "fontWeight": "bold"}
        layers += [layer(pace, dashed, **at), layer(pace[1:], text, **at, text=label)]
    return layers


def _write_small_change_title(content: PackContent, rule: CountRule, figure: Figure | None, total: int) -> str:
    all_so_far = f"{format_count(total, 'small change')} implemented by {format_date(content.as_of)}"
    if figure is None or figure.value is None or rule.phase is None or rule.target is None:
        return all_so_far
    target, start = format_number(rule.target), rule.phase.start
    if content.as_of < start:
        return f"{all_so_far}; the phase meant for {target} begins on {format_date(start)}"
    return (
        f"{format_number(figure.value)} implemented in the phase meant for {target} "
        f"({format_date_range(start, rule.phase.end)}); {all_so_far}"
    )


MOST_ROWS = 14
ROW_HEIGHT = 23
LONGEST_LABEL = 40
TOTAL_WIDTH = 545
STATES = ("due", "done on time", "done late", "overdue")
COLOURS = (drawing.GREY, drawing.DARK_BLUE, drawing.PLUM, drawing.ORANGE)
SHAPES = ("diamond", "circle", "square", "triangle-up")


def draw_milestones(content: PackContent, chosen: ChosenChart) -> Chart:
    """Return the timeline of the milestones with a day on which they are due, the nearest if there are many.

    What is overdue stands out by shape and by text, not by colour alone.
    """
    as_of = content.as_of
    dated = [milestone for milestone in select_kind(content.work_items, WorkItemKind.MILESTONE) if milestone.due_on]
    # The overdue and then the nearest, as many as there is room for.
    nearest = sorted(dated, key=lambda m: (not is_overdue(m, as_of), abs(((m.due_on or as_of) - as_of).days)))
    drawn = sorted(nearest[:MOST_ROWS], key=lambda milestone: milestone.due_on or as_of)
    days = [as_of, *(day for milestone in drawn for day in (milestone.due_on, milestone.done_on) if day)]
    margin = timedelta(days=max((max(days) - min(days)).days // 40, 1))
    axis = DayAxis(min(days) - margin, max(days) + margin)
    # The number tells a row from another of the same name.
    labels = [
        shorten(replace_undrawable(f"{number}. {milestone.title}"), LONGEST_LABEL)
        for number, milestone in enumerate(drawn, start=1)
    ]
    done = sum(is_done(milestone, as_of) for milestone in dated)
    late = sum(is_overdue(milestone, as_of) for milestone in dated)
    were, overdue = "was" if done == 1 else "were", f"{late} {'is' if late == 1 else 'are'} overdue"
    title = f"{done} of {format_count(len(dated), 'milestone')} {were} done by {format_date(as_of)}"
    further = len(dated) - len(drawn)
    note = f"{format_count(further, 'milestone')} further away are in the list below." if further else ""
    rows = tuple(
        (
            milestone.title,
            format_date(milestone.due_on or as_of),
            format_date(milestone.done_on) if milestone.done_on else "",
            format_progress(milestone, as_of),
        )
        for milestone in drawn
    )
    described = (f"{name}: due {due}, {progress[:1].lower()}{progress[1:]}." for name, due, _, progress in rows)
    spec = {
        "width": int(TOTAL_WIDTH - max(map(len, labels), default=0) * drawing.LETTER_WIDTH),
        "height": ROW_HEIGHT * len(drawn),
        "layer": _draw_timeline(drawn, labels, axis, as_of),
    }
    return Chart(
        chosen.name,
        f"{title}; {overdue if late else 'none is overdue'}",
        f"Timeline. {' '.join(described)}",
        drawing.apply_style(spec),
        ChartData(("Milestone", "Due", "Done", PROGRESS_HEADING), rows, note, is_in_section=True),
    )


def _draw_timeline(drawn: Sequence[WorkItem], labels: Sequence[str], axis: DayAxis, as_of: date) -> list[Spec]:
    """Return a line for today; a mark on each due day, and on the day when it was done (today where overdue)."""
    points: list[Spec] = []
    lines: list[Spec] = []
    for label, milestone in zip(labels, drawn, strict=True):
        due = axis.at(milestone.due_on or as_of)
        points.append({"name": label, "x": due, "state": "due"})
        end, state = None, ""
        if is_done(milestone, as_of) and milestone.done_on:
            is_late = milestone.due_on is not None and milestone.done_on > milestone.due_on
            end, state = milestone.done_on, "done late" if is_late else "done on time"
        elif is_overdue(milestone, as_of):
            end, state = as_of, "overdue"
        if end is not None:
            points.append({"name": label, "x": axis.at(end), "state": state})
            lines.append({"name": label, "x": due, "end": axis.at(end)})
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "sort": list(labels),
        "axis": {
            "title": None, "labelLimit": int(LONGEST_LABEL * drawing.LETTER_WIDTH * 1.2), "ticks": False,
            "domain": False, "grid": True,
        },
    }  # fmt: skip
    state_field: Spec = {"field": "state", "type": "nominal"}
    legend: Spec = {"orient": "top", "offset": 20, "title": None, "symbolSize": 80, "symbolStrokeWidth": 2}
    x = axis.encoding("x")
    today = [{"x": axis.at(as_of), "label": format_date(as_of)}]
    today_rule: Spec = {"type": "rule", "color": drawing.LINE, "strokeWidth": 3}
    today_text: Spec = {"type": "text", "y": -5, "baseline": "bottom", "fontSize": 10}
    rule: Spec = {"type": "rule", "strokeWidth": 2, "color": drawing.GREY, "opacity": 0.5}
    point: Spec = {"type": "point", "size": 80, "strokeWidth": 2, "opacity": 1, "fill": "white"}
    colour = state_field | {"scale": {"domain": list(STATES), "range": list(COLOURS)}, "legend": legend}
    shape = state_field | {"scale": {"domain": list(STATES), "range": list(SHAPES)}}
    return [
        layer(today, today_rule, x=x),
        layer(today, today_text, x=x, text={"field": "label"}),
        layer(lines, rule, x=x, x2={"field": "end"}, y=y),
        layer(points, point, x=x, y=y, color=colour, shape=shape),
    ]
