"""Small changes, milestones and actions: their text cleaned, their progress in words, and the tables that list them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from config.spelling import fold_case
from integration.kinds.measures import WorkItemKind
from integration.pack.content import WorkItemTable
from integration.text_format import MONTHS, clean_title, format_count, format_date

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from integration.model import WorkItem

LONGEST_NAME = 60
PROGRESS_HEADING = "How far"
"""The heading of the column that says where a milestone or an action stands."""


def clean_work_items(items: Iterable[WorkItem]) -> tuple[WorkItem, ...]:
    """Return the work items with all their text made safe to show."""
    return tuple(
        replace(
            item,
            key=clean_title(item.key, longest=LONGEST_NAME),
            title=clean_title(item.title),
            team=_clean_name(item.team),
            stage=_clean_name(item.stage),
            owner=_clean_name(item.owner),
        )
        for item in items
    )


def _clean_name(text: str) -> str:
    return clean_title(text, longest=LONGEST_NAME) if text.strip() else ""


def select_kind(items: Iterable[WorkItem], kind: str) -> list[WorkItem]:
    """Return the work items of one kind, in the order of the sheet."""
    return [item for item in items if item.kind == kind]


def is_done(item: WorkItem, as_of: date) -> bool:
    """Return whether the work item was done by the day."""
    return item.done_on is not None and item.done_on <= as_of


def is_overdue(item: WorkItem, as_of: date) -> bool:
    """Return whether the day it was due has passed and it is not done."""
    return item.due_on is not None and item.due_on < as_of and not is_done(item, as_of)


def select_done_between(items: Iterable[WorkItem], after: date, as_of: date) -> list[WorkItem]:
    """Return what was done after one day and by the other, the earliest first."""
    done = [(item.done_on, item) for item in items if item.done_on is not None and after < item.done_on <= as_of]
    return [item for _, item in sorted(done, key=lambda pair: pair[0])]


def select_implemented(items: Iterable[WorkItem], stages: Container[str], as_of: date) -> list[WorkItem]:
    """Return the small changes in one of the stages (as `fold_case` gives them) that were done by the day."""
    return [
        i for i in select_kind(items, WorkItemKind.SMALL_CHANGE) if fold_case(i.stage) in stages and is_done(i, as_of)
    ]


def build_small_change_table(items: Iterable[WorkItem]) -> WorkItemTable:
    """Return all small changes, those implemented last first, then the others."""
    ordered = sorted(select_kind(items, WorkItemKind.SMALL_CHANGE), key=lambda i: i.done_on or date.min, reverse=True)
    rows = tuple((i.title, i.team, i.stage, _format_short_date(i.done_on)) for i in ordered)
    return WorkItemTable("The small changes, one by one", ("Small change", "Team", "Stage", "Implemented"), rows)


def build_milestone_table(items: Iterable[WorkItem], as_of: date) -> WorkItemTable:
    """Return all milestones in the order in which they are due."""
    rows = tuple(
        (i.title, _format_short_date(i.due_on), _format_short_date(i.done_on), format_progress(i, as_of))
        for i in sorted(select_kind(items, WorkItemKind.MILESTONE), key=_due_order)
    )
    return WorkItemTable("The milestones, one by one", ("Milestone", "Due", "Done", PROGRESS_HEADING), rows)


def build_action_table(items: Iterable[WorkItem], as_of: date) -> WorkItemTable:
    """Return the actions that are open, in the order in which they are due, then those closed, the last first."""
    actions = select_kind(items, WorkItemKind.ACTION)
    open_ones = sorted((i for i in actions if not is_done(i, as_of)), key=_due_order)
    closed = sorted((i for i in actions if is_done(i, as_of)), key=lambda i: i.done_on or date.min, reverse=True)
    rows = tuple(
        (i.title, i.owner, _format_short_date(i.due_on), format_progress(i, as_of)) for i in (*open_ones, *closed)
    )
    return WorkItemTable("Actions agreed at the reviews", ("Action", "Owner", "Due", PROGRESS_HEADING), rows)


def format_progress(item: WorkItem, as_of: date) -> str:
    """Return where a milestone or an action stands, in words."""
    if is_done(item, as_of) and item.done_on is not None:
        done = "Closed" if item.kind == WorkItemKind.ACTION else "Done"
        if item.due_on is None or item.done_on <= item.due_on:
            return f"{done} on time" if item.due_on else f"{done} {format_date(item.done_on)}"
        return f"{done} {format_count((item.done_on - item.due_on).days, 'day')} late"
    if item.due_on is None:
        return "No date set"
    if is_overdue(item, as_of):
        return f"Overdue by {format_count((as_of - item.due_on).days, 'day')}"
    return "Not yet due"


def _format_short_date(day: date | None) -> str:
    """Return "31 Jul 2022", "" for none."""
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}" if day else ""


def _due_order(item: WorkItem) -> date:
    return item.due_on or date.max
