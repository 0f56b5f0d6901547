"""Small changes, milestones and actions: their words cleaned, how far they are, and the tables that list them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from integration.pack.content import WorkItemTable
from integration.pack.formatting import clean_title, format_count, format_short_date
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from datetime import date

    from integration.model import WorkItem

SMALL_CHANGE, MILESTONE, ACTION = "small_change", "milestone", "action"
LONGEST_NAME = 60
PROGRESS_HEADING = "How far"
"""The heading of the column that says where a milestone or an action stands."""


def clean_work_items(things: Iterable[WorkItem]) -> tuple[WorkItem, ...]:
    """Return the things with every word of theirs made safe to show."""
    return tuple(
        replace(
            thing,
            key=clean_title(thing.key, longest=LONGEST_NAME),
            title=clean_title(thing.title),
            team=_short(thing.team),
            stage=_short(thing.stage),
            owner=_short(thing.owner),
        )
        for thing in things
    )


def select_kind(things: Iterable[WorkItem], kind: str) -> list[WorkItem]:
    """Return the things of one kind, in the order of the sheet."""
    return [thing for thing in things if thing.kind == kind]


def is_done(thing: WorkItem, as_of: date) -> bool:
    """Return whether the thing was done by the day."""
    return thing.done_on is not None and thing.done_on <= as_of


def is_overdue(thing: WorkItem, as_of: date) -> bool:
    """Return whether the day it was due has passed and it is not done."""
    return thing.due_on is not None and thing.due_on < as_of and not is_done(thing, as_of)


def select_done_between(things: Iterable[WorkItem], after: date, as_of: date) -> list[WorkItem]:
    """Return what was done after one day and by the other, the earliest first."""
    done = [(t.done_on, t) for t in things if t.done_on is not None and after < t.done_on <= as_of]
    return [thing for _, thing in sorted(done, key=lambda pair: pair[0])]


def select_implemented(things: Iterable[WorkItem], stages: Container[str], as_of: date) -> list[WorkItem]:
    """Return the small changes in one of the stages (folded) that were done by the day."""
    return [t for t in select_kind(things, SMALL_CHANGE) if t.stage.casefold() in stages and is_done(t, as_of)]


def build_small_change_table(things: Iterable[WorkItem]) -> WorkItemTable:
    """Return all small changes, those implemented last first, then the others."""
    found = sorted(select_kind(things, SMALL_CHANGE), key=lambda t: (t.done_on is None, -_ordinal(t.done_on)))
    rows = tuple((t.title, t.team, t.stage, _day(t.done_on)) for t in found)
    return WorkItemTable("The small changes, one by one", ("Small change", "Team", "Stage", "Implemented"), rows)


def build_milestone_table(things: Iterable[WorkItem], as_of: date) -> WorkItemTable:
    """Return all milestones in the order in which they are due."""
    found = sorted(select_kind(things, MILESTONE), key=_due)
    rows = tuple((t.title, _day(t.due_on), _day(t.done_on), format_progress(t, as_of)) for t in found)
    return WorkItemTable("The milestones, one by one", ("Milestone", "Due", "Done", PROGRESS_HEADING), rows)


def build_action_table(things: Iterable[WorkItem], as_of: date) -> WorkItemTable:
    """Return the actions that are open, in the order in which they are due, then those closed, the last first."""
    found = select_kind(things, ACTION)
    open_ones = sorted((t for t in found if not is_done(t, as_of)), key=_due)
    closed = sorted((t for t in found if is_done(t, as_of)), key=lambda t: -_ordinal(t.done_on))
    rows = tuple((t.title, t.owner, _day(t.due_on), format_progress(t, as_of)) for t in (*open_ones, *closed))
    return WorkItemTable("Actions agreed at the reviews", ("Action", "Owner", "Due", PROGRESS_HEADING), rows)


def format_progress(thing: WorkItem, as_of: date) -> str:
    """Return where a milestone or an action stands, in words."""
    if is_done(thing, as_of) and thing.done_on is not None:
        done = "Closed" if thing.kind == ACTION else "Done"
        if thing.due_on is None or thing.done_on <= thing.due_on:
            return f"{done} on time" if thing.due_on else f"{done} {format_date(thing.done_on)}"
        return f"{done} {format_count((thing.done_on - thing.due_on).days, 'day')} late"
    if thing.due_on is None:
        return "No date set"
    if is_overdue(thing, as_of):
        return f"Overdue by {format_count((as_of - thing.due_on).days, 'day')}"
    return "Not yet due"


def _short(text: str) -> str:
    return clean_title(text, longest=LONGEST_NAME) if text.strip() else ""


def _day(day: date | None) -> str:
    return format_short_date(day) if day else ""


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _due(thing: WorkItem) -> tuple[bool, int]:
    return (thing.due_on is None, _ordinal(thing.due_on))
