"""The chart of small changes: how many were implemented, added up over time, against the pace that was hoped for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.charts.drawing import (
    DARK_BLUE,
    END_LABEL,
    ORANGE,
    WIDTH,
    Chart,
    DataTable,
    Days,
    Spec,
    finished,
    phase_bands,
)
from integration.pack.content import State
from integration.pack.words import counted
from integration.pack.work_items import implemented
from integration.text_format import format_date, format_date_range, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.model import WorkItem
    from integration.pack.content import ChartPlan, CountRule, Figure, PackContent

HEIGHT = 150


def draw_count(content: PackContent, plan: ChartPlan) -> Chart:
    """Return the chart of the small changes implemented so far; with a target, the pace that reaches it."""
    rules = {key: rule for key, rule in content.count_rules if key in plan.measures}
    figures = {f.measure: f for f in content.figures if f.measure in rules and not f.team and f.state is State.SHOWN}
    aimed = next((key for key, rule in rules.items() if rule.phase and rule.target and key in figures), "")
    rule = rules[aimed or next(iter(rules))]
    things = implemented(content.things, rule.stages, content.as_of)
    days = Days(content.programme_start, content.as_of)
    pace = _pace_points(rule, things, days) if aimed else []
    y = _y(max([len(things), *(point["y"] for point in pace)]))
    layers = phase_bands(content, days) + _steps(things, days, y) + (_pace(pace, days, y) if pace else [])
    title = _title(content, rule, figures.get(aimed), len(things))
    body = finished({"width": WIDTH, "height": HEIGHT, "layer": layers})
    return Chart(plan.name, title, f"Step chart. {title}.{_by_month(things)}", body, _table(things))


def _steps(things: Iterable[WorkItem], days: Days, y: Spec) -> list[Spec]:
    places = sorted(max(days.at(t.done_on), 0) for t in things if t.done_on)
    end = {"x": days.domain[1], "y": len(places), "label": f"{counted(len(places), 'change')}\nimplemented"}
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


def _pace_points(rule: CountRule, things: Iterable[WorkItem], days: Days) -> list[Spec]:
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


def _pace(points: list[Spec], days: Days, y: Spec) -> list[Spec]:
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


def _title(content: PackContent, rule: CountRule, aimed: Figure | None, total: int) -> str:
    all_so_far = f"{counted(total, 'small change')} implemented by {format_date(content.as_of)}"
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


def _by_month(things: Iterable[WorkItem]) -> str:
    days = sorted(thing.done_on for thing in things if thing.done_on)
    return f" The first on {format_date(days[0])}, the newest on {format_date(days[-1])}." if days else ""


def _table(things: Iterable[WorkItem]) -> DataTable:
    done = sorted(((t.done_on, t) for t in things if t.done_on), key=lambda pair: pair[0])
    rows = tuple((format_date(day), t.title, str(number)) for number, (day, t) in enumerate(done, start=1))
    return DataTable(("Implemented", "Small change", "So far"), rows, "", stands_elsewhere=True)
