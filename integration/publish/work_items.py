"""Lists of work items (small changes, milestones and actions) for leaders, one table each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from config.schema import ChoiceField
from integration.model import Column, ColumnType
from integration.publish.figure_tables import NOT_APPLICABLE, NOT_AVAILABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.schema import Sheet, Shows
    from integration.model import LeadersView, WorkItem

STATUS_HEADING = "Where it stands"
STATUSES = (
    "Done", "Done on time", "Done late", "Closed", "Closed on time", "Closed late",
    "Overdue", "Not yet due", "No date set",
)  # fmt: skip
ORDER_SENTENCES = {
    "small_change": "What was done last comes first, then the rest in the order of the stages.",
    "milestone": "What is due first comes first.",
    "action": "What is still to be done comes first, in the order in which it is due.",
}


@dataclass(frozen=True, slots=True)
class WorkItemList:
    """Its columns, a row of cells for each work item; in words, how many have which status, and the order."""

    columns: tuple[Column, ...]
    cells: tuple[tuple[Any, ...], ...]
    tally: str
    order: str


def list_work_items(view: LeadersView, sheet: Sheet) -> WorkItemList | None:
    """Return the list of what the sheet shows leaders; None where it shows nothing but figures.

    A day or a text that the sheet does not have is `[x]`, the day of something not yet done `[z]`.
    """
    shows = sheet.shows
    if shows is None:
        return None
    items = [item for item in view.work_items if item.kind == shows.kind]
    columns = _build_columns(sheet, shows, view.as_of, has_teams=any(item.team for item in items))
    # The stages in the order in which a work item passes through them.
    field = next((field for field in sheet.fields if field.name == shows.stage), None)
    options = field.options if isinstance(field, ChoiceField) else ()
    stages = tuple(option if isinstance(option, str) else option.name for option in options)
    items.sort(key=lambda item: _sort_key(item, stages))
    statuses = [item.stage or "no stage given" if shows.stage else _status(item, view.as_of) for item in items]
    counts = {name: statuses.count(name) for name in dict.fromkeys((*stages, *STATUSES, *statuses))}
    return WorkItemList(
        columns=tuple(column for column, _ in columns),
        cells=tuple(tuple(cell(item) for _, cell in columns) for item in items),
        tally=", ".join(f"{name} {count}" for name, count in counts.items() if count),
        order=ORDER_SENTENCES[shows.kind],
    )


def _build_columns(
    sheet: Sheet, shows: Shows, as_of: date, *, has_teams: bool
) -> list[tuple[Column, Callable[[WorkItem], object]]]:
    """Return each column with how its cell is made; headings are those of the shared sheet, as people know them."""
    fields = {field.name: field for field in sheet.fields}

    def column(name: str, column_type: ColumnType = ColumnType.TEXT) -> Column:
        field = fields[name]
        return Column(field.title or field.heading or field.name.replace("_", " ").capitalize(), column_type)

    columns: list[tuple[Column, Callable[[WorkItem], object]]] = []
    if len(sheet.key) == 1:
        columns.append((column(sheet.key[0]), lambda item: _text(item.key)))
    columns.append((column(shows.title), lambda item: _text(item.title)))
    if has_teams:
        columns.append((Column("Team", ColumnType.TEXT), lambda item: _text(item.team)))
    if shows.stage:
        columns.append((column(shows.stage), lambda item: _text(item.stage)))
    if shows.due_on:
        columns.append((Column(STATUS_HEADING, ColumnType.TEXT), lambda item: _status(item, as_of)))
    if shows.owner:
        columns.append((column(shows.owner), lambda item: _text(item.owner)))
    if shows.on:
        columns.append((column(shows.on, ColumnType.DATE), lambda item: item.on or NOT_AVAILABLE))
    if shows.due_on:
        columns.append((column(shows.due_on, ColumnType.DATE), lambda item: item.due_on or NOT_AVAILABLE))
    if shows.done_on:
        columns.append((column(shows.done_on, ColumnType.DATE), lambda item: item.done_on or NOT_APPLICABLE))
    return columns


def _text(value: str) -> str:
    return value if value.strip() else NOT_AVAILABLE


def _status(item: WorkItem, as_of: date) -> str:
    if item.done_on is not None:
        done = "Closed" if item.kind == "action" else "Done"
        if item.due_on is None:
            return done
        return f"{done} late" if item.done_on > item.due_on else f"{done} on time"
    if item.due_on is None:
        return "No date set"
    return "Overdue" if item.due_on < as_of else "Not yet due"


def _sort_key(item: WorkItem, stages: Sequence[str]) -> tuple[bool, int, int, date, str]:
    due, done = item.due_on or date.max, item.done_on
    if item.kind == "small_change":
        stage = stages.index(item.stage) if item.stage in stages else len(stages)
        return done is None, -done.toordinal() if done else 0, stage, due, item.key
    return item.kind == "action" and done is not None, 0, 0, due, item.key
