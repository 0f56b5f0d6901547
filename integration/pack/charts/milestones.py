"""The timeline of milestones: when each was due and when it was done; what is overdue stands out by shape and words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.pack.charts.drawing import (
    DARK_BLUE,
    GREY,
    LETTER_WIDTH,
    LINE,
    ORANGE,
    PLUM,
    Chart,
    DataTable,
    Days,
    Spec,
    finished,
)
from integration.pack.words import counted, cut, drawable
from integration.pack.work_items import MILESTONE, how_far, is_done, is_overdue, of_kind
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from integration.model import WorkItem
    from integration.pack.content import ChartPlan, PackContent

ROWS_AT_MOST = 14
ROW_HEIGHT = 23
LETTERS_IN_A_LINE = 40
TOTAL_WIDTH = 545
STATES = ("due", "done on time", "done late", "overdue")
COLOURS = (GREY, DARK_BLUE, PLUM, ORANGE)
SHAPES = ("diamond", "circle", "square", "triangle-up")


def draw_milestones(content: PackContent, plan: ChartPlan) -> Chart:
    """Return the timeline of the milestones with a day on which they are due, the nearest if there are many."""
    dated = [thing for thing in of_kind(content.things, MILESTONE) if thing.due_on]
    drawn = _nearest(dated, content.as_of)
    first = min([content.as_of, *(d for t in drawn for d in (t.due_on, t.done_on) if d)])
    last = max([content.as_of, *(d for t in drawn for d in (t.due_on, t.done_on) if d)])
    margin = timedelta(days=max((last - first).days // 40, 1))
    days = Days(first - margin, last + margin)
    names = [_name(number, thing) for number, thing in enumerate(drawn, start=1)]
    room_for_names = max((len(name) for name in names), default=0) * LETTER_WIDTH
    body = {
        "width": int(TOTAL_WIDTH - room_for_names),
        "height": ROW_HEIGHT * len(drawn),
        "layer": [*_today(days, content.as_of), *_marks(drawn, names, days, content.as_of)],
    }
    note = (
        f"{counted(len(dated) - len(drawn), 'milestone')} further away are in the list below."
        if dated[len(drawn) :]
        else ""
    )
    return Chart(
        plan.name,
        _title(dated, content.as_of),
        _alt(drawn, content.as_of),
        finished(body),
        _table(drawn, note, content.as_of),
    )


def _nearest(dated: Iterable[WorkItem], as_of: date) -> list[WorkItem]:
    def weight(thing: WorkItem) -> tuple[bool, int]:
        return (not is_overdue(thing, as_of), abs(((thing.due_on or as_of) - as_of).days))

    return sorted(sorted(dated, key=weight)[:ROWS_AT_MOST], key=lambda thing: thing.due_on or as_of)


def _name(number: int, thing: WorkItem) -> str:
    """Return the label of a row, of one line; its number tells it from another of the same name."""
    return cut(drawable(f"{number}. {thing.title}"), LETTERS_IN_A_LINE)


def _marks(drawn: Sequence[WorkItem], names: Sequence[str], days: Days, as_of: date) -> list[Spec]:
    points: list[Spec] = []
    lines: list[Spec] = []
    for name, thing in zip(names, drawn, strict=True):
        due = days.at(thing.due_on or as_of)
        points.append({"name": name, "x": due, "state": "due"})
        end = _end(thing, as_of)
        if end is not None:
            points.append({"name": name, "x": days.at(end), "state": _state(thing, as_of)})
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


def _today(days: Days, as_of: date) -> list[Spec]:
    data = {"values": [{"x": days.at(as_of), "label": format_date(as_of)}]}
    x = {"x": days.encoding("x")}
    text = {"type": "text", "y": -5, "baseline": "bottom", "fontSize": 10}
    return [
        {"data": data, "mark": {"type": "rule", "color": LINE, "strokeWidth": 3}, "encoding": x},
        {"data": data, "mark": text, "encoding": x | {"text": {"field": "label"}}},
    ]


def _end(thing: WorkItem, as_of: date) -> date | None:
    """Return the day to mark beside the due day: when it was done, or today where it is overdue."""
    if is_done(thing, as_of):
        return thing.done_on
    return as_of if is_overdue(thing, as_of) else None


def _state(thing: WorkItem, as_of: date) -> str:
    if not is_done(thing, as_of):
        return "overdue"
    in_time = thing.due_on is None or thing.done_on is None or thing.done_on <= thing.due_on
    return "done on time" if in_time else "done late"


def _title(dated: Sequence[WorkItem], as_of: date) -> str:
    done = sum(is_done(thing, as_of) for thing in dated)
    late = sum(is_overdue(thing, as_of) for thing in dated)
    were = "was" if done == 1 else "were"
    overdue = f"; {late} {'is' if late == 1 else 'are'} overdue" if late else "; none is overdue"
    return f"{done} of {counted(len(dated), 'milestone')} {were} done by {format_date(as_of)}{overdue}"


def _alt(drawn: Iterable[WorkItem], as_of: date) -> str:
    said = (f"{t.title}: due {format_date(t.due_on or as_of)}, {_lower(how_far(t, as_of))}." for t in drawn)
    return f"Timeline. {' '.join(said)}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _table(drawn: Iterable[WorkItem], note: str, as_of: date) -> DataTable:
    rows = tuple(
        (t.title, format_date(t.due_on or as_of), format_date(t.done_on) if t.done_on else "", how_far(t, as_of))
        for t in drawn
    )
    return DataTable(("Milestone", "Due", "Done", "How far"), rows, note, stands_elsewhere=True)
