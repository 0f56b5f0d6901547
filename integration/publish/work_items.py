"""Lists of small changes, milestones and actions for leaders, one table each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from config.schema import ChoiceField
from integration.model import Column, ColumnType
from integration.publish.figure_tables import NOT_APPLICABLE, NOT_AVAILABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.schema import FieldSpec, Sheet, Shows
    from integration.model import LeadersView, WorkItem

STANDING = "Where it stands"
STANDINGS = (
    "Done", "Done on time", "Done late", "Closed", "Closed on time", "Closed late",
    "Overdue", "Not yet due", "No date set",
)  # fmt: skip
ORDER = {
    "small_change": "What was done last comes first, then the rest in the order of the stages.",
    "milestone": "What is due first comes first.",
    "action": "What is still to be done comes first, in the order in which it is due.",
}


@dataclass(frozen=True, slots=True)
class WorkItemList:
    """A list of things: its columns, a row of cells for each thing; in words, how many stand where, and the order."""

    columns: tuple[Column, ...]
    cells: tuple[tuple[Any, ...], ...]
    tally: str
    order: str


def list_work_items(shown: LeadersView, sheet: Sheet) -> WorkItemList | None:
    """Return the list of what the sheet shows leaders; None where it shows nothing but figures.

    A day or a word that the sheet does not have is `[x]`, the day of something not yet done `[z]`.
    """
    if sheet.shows is None:
        return None
    things = [thing for thing in shown.work_items if thing.kind == sheet.shows.kind]
    parts = _parts(sheet, sheet.shows, shown.as_of, has_teams=any(thing.team for thing in things))
    stages = _stages(sheet, sheet.shows)
    things.sort(key=lambda thing: _place(thing, stages))
    return WorkItemList(
        columns=tuple(column for column, _ in parts),
        cells=tuple(tuple(cell(thing) for _, cell in parts) for thing in things),
        tally=_tally(things, sheet.shows, shown.as_of, stages),
        order=ORDER[sheet.shows.kind],
    )


def _parts(
    sheet: Sheet, shows: Shows, as_of: date, *, has_teams: bool
) -> list[tuple[Column, Callable[[WorkItem], object]]]:
    """Return each column with how its cell is made; headings are those of the shared sheet, as people know them."""
    fields = {field.name: field for field in sheet.fields}

    def column(name: str, kind: ColumnType = ColumnType.TEXT) -> Column:
        return Column(_heading(fields[name]), kind)

    parts: list[tuple[Column, Callable[[WorkItem], object]]] = []
    if len(sheet.key) == 1:
        parts.append((column(sheet.key[0]), lambda thing: _words(thing.key)))
    parts.append((column(shows.title), lambda thing: _words(thing.title)))
    if has_teams:
        parts.append((Column("Team", ColumnType.TEXT), lambda thing: _words(thing.team)))
    if shows.stage:
        parts.append((column(shows.stage), lambda thing: _words(thing.stage)))
    if shows.due_on:
        parts.append((Column(STANDING, ColumnType.TEXT), lambda thing: _standing(thing, as_of)))
    if shows.owner:
        parts.append((column(shows.owner), lambda thing: _words(thing.owner)))
    if shows.on:
        parts.append((column(shows.on, ColumnType.DATE), lambda thing: thing.on or NOT_AVAILABLE))
    if shows.due_on:
        parts.append((column(shows.due_on, ColumnType.DATE), lambda thing: thing.due_on or NOT_AVAILABLE))
    if shows.done_on:
        parts.append((column(shows.done_on, ColumnType.DATE), lambda thing: thing.done_on or NOT_APPLICABLE))
    return parts


def _heading(field: FieldSpec) -> str:
    return field.title or field.heading or field.name.replace("_", " ").capitalize()


def _words(text: str) -> str:
    return text if text.strip() else NOT_AVAILABLE


def _standing(thing: WorkItem, as_of: date) -> str:
    if thing.done_on is not None:
        done = "Closed" if thing.kind == "action" else "Done"
        if thing.due_on is None:
            return done
        return f"{done} late" if thing.done_on > thing.due_on else f"{done} on time"
    if thing.due_on is None:
        return "No date set"
    return "Overdue" if thing.due_on < as_of else "Not yet due"


def _stages(sheet: Sheet, shows: Shows) -> tuple[str, ...]:
    """Return the stages in the order in which a thing passes through them."""
    field = next((field for field in sheet.fields if field.name == shows.stage), None)
    if not isinstance(field, ChoiceField):
        return ()
    return tuple(option if isinstance(option, str) else option.name for option in field.options)


def _place(thing: WorkItem, stages: Sequence[str]) -> tuple[bool, int, int, date, str]:
    due, done = thing.due_on or date.max, thing.done_on
    if thing.kind == "small_change":
        stage = stages.index(thing.stage) if thing.stage in stages else len(stages)
        return done is None, -done.toordinal() if done else 0, stage, due, thing.key
    return thing.kind == "action" and done is not None, 0, 0, due, thing.key


def _tally(things: Sequence[WorkItem], shows: Shows, as_of: date, stages: Sequence[str]) -> str:
    if shows.stage:
        standings = [thing.stage or "no stage given" for thing in things]
    else:
        standings = [_standing(thing, as_of) for thing in things]
    counts = {name: standings.count(name) for name in dict.fromkeys((*stages, *STANDINGS, *standings))}
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)
