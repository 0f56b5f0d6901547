"""Plans how a spreadsheet becomes what it is to be: requests and values, all worked out before any is sent.

For the tabs of one spreadsheet, from their desired and their actual state (`plan_update`):

1. hidden tabs that an interrupted run left are deleted;
2. each desired tab is found by its key; else the tab of its title is adopted, if no person has filled it;
3. what differs in a tab is written cell by cell; where that is too much for one call, the largest tabs are replaced: a
   hidden tab is filled and then shown in their place;
4. the result is three calls (prepare, write, show) and the state after them.

What changes in the tab that people type in is sent by itself, so that the tab is copied in the same stroke.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from integration.adapters.google.publishing import batch_update
from integration.adapters.google.publishing.actual_state import BLANK_TAB, ActualTab
from integration.adapters.google.publishing.cell_changes import (
    LARGEST_CALL,
    CellBlock,
    MergedRows,
    diff_cells,
    split_block,
    split_into_blocks,
)
from integration.adapters.workbooks.cells import ATTENTION_TAB
from integration.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from integration.adapters.google.publishing.desired_state import DesiredTab

LARGEST_ID = 2**31 - 1

MergeRows: TypeAlias = "Callable[[DesiredTab, ActualTab], MergedRows | None]"


@dataclass(slots=True)
class UpdatePlan:
    """Three steps, each left out where it is empty: prepare, write, show; and the tabs as they are after that.

    `formatting` is sent with the first or the last step: one call for structure and formats, where no tab is replaced.
    `guarded` are the calls that change `typed_tab`, the one that people type in; each also keeps a copy of it.
    """

    prepare: list[batch_update.Request] = field(default_factory=list)
    formatting: list[batch_update.Request] = field(default_factory=list)
    guarded: list[list[batch_update.Request]] = field(default_factory=list)
    typed_tab: ActualTab | None = None
    writes: list[tuple[str, CellBlock]] = field(default_factory=list)
    show: list[batch_update.Request] = field(default_factory=list)
    after: list[ActualTab] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether everything is as it is to be."""
        return not (self.prepare or self.guarded or self.formatting or self.writes or self.show)


@dataclass(frozen=True, slots=True)
class _TabChange:
    """A tab that is there, and what differs from the desired one; `size` is that of the values in bytes."""

    desired: DesiredTab
    actual: ActualTab
    merged: MergedRows
    blocks: Sequence[CellBlock]
    size: int


def plan_update(
    desired_tabs: Sequence[DesiredTab], actual_tabs: Sequence[ActualTab], *, merge_rows: MergeRows, where: str
) -> UpdatePlan:
    """Return how the actual tabs become the desired ones; tabs that the service did not make stay as they are.

    `merge_rows` places the rows of a tab that people type in; None leaves the tab until the next run. The cells of our
    tabs, and of those with the title of one, must be known. Raises PublishError where a title is taken by a tab that a
    person filled.
    """
    plan = UpdatePlan()
    ours = _our_tabs(desired_tabs, actual_tabs)
    plan.prepare += [batch_update.delete_tab(tab.sheet_id) for tab in actual_tabs if tab.is_left_over]
    taken = {tab.title.casefold(): tab for tab in actual_tabs if not tab.key}
    changes: dict[str, _TabChange] = {}
    for desired in desired_tabs:
        actual = ours.get(desired.key)
        if actual is None and desired.title.casefold() in taken:
            actual = taken[desired.title.casefold()]
            _check_is_unused(actual, desired, where)
            plan.prepare.append(batch_update.set_tab_key(desired.key, actual.sheet_id))
            plan.formatting += batch_update.set_widths(desired.format, actual.sheet_id)
        if actual is not None:
            changes[desired.key] = _diff_tab(desired, actual, merge_rows(desired, actual))
    replaced = _keys_to_replace(changes.values())
    for desired in desired_tabs:
        change = changes.get(desired.key)
        if change and desired.key not in replaced:
            _plan_change(plan, change)
        else:
            _plan_new_tab(plan, desired, actual_tabs, instead_of=change.actual if change else None)
    others = [tab for tab in actual_tabs if not tab.key]
    # The tab that came with the spreadsheet goes, where no person has used it or put another beside ours.
    blank = others[0] if [tab.title for tab in others] == [BLANK_TAB] else None
    if plan.show and blank and blank.cells is not None and not blank.cells.size:
        plan.show.append(batch_update.delete_tab(blank.sheet_id))
    # Formats are set in the last step, after the values, unless there is only the first.
    first = plan.guarded[-1] if plan.guarded else plan.prepare
    step = first if first and not plan.show else plan.show
    step += plan.formatting
    plan.formatting = []
    return plan


def replace_rows(desired: DesiredTab, actual: ActualTab) -> MergedRows:  # noqa: ARG001  # one way to merge rows
    """Merge the rows of a tab in which people do not type: each is where the desired tab has it."""
    return MergedRows((), desired.cells)


def _our_tabs(desired_tabs: Sequence[DesiredTab], actual_tabs: Sequence[ActualTab]) -> dict[str, ActualTab]:
    """Return our tabs by key. A copy that a person made has the key too: ours is the one that the cache knows."""
    titles = {desired.key: desired.title for desired in desired_tabs}
    ours = [tab for tab in actual_tabs if tab.key and not tab.is_left_over]
    ours.sort(key=lambda tab: (bool(tab.format_digest), tab.title == titles.get(tab.key)))
    return {tab.key: tab for tab in ours}


def _check_is_unused(actual: ActualTab, desired: DesiredTab, where: str) -> None:
    """Raise PublishError where a person filled the tab that has the title of ours."""
    cells = _cells(actual)
    if cells.size and list(cells[0]) != list(desired.cells[0]):
        raise PublishError(
            f"{where} has a tab “{actual.title}” that the service did not make, and it is not empty; rename that tab, "
            "and run it again."
        )


def _diff_tab(desired: DesiredTab, actual: ActualTab, merged: MergedRows | None) -> _TabChange:
    cells = _cells(actual)
    merged = merged or MergedRows((), cells)
    blocks = diff_cells(np.delete(cells, merged.deleted, axis=0), merged.cells)
    size = sum(len(bytes(block.encoded(actual.title))) for block in blocks)
    return _TabChange(desired, actual, merged, blocks, size)


def _keys_to_replace(changes: Collection[_TabChange]) -> set[str]:
    """Return the keys of the tabs to replace, the largest changes first, so that the rest fits into one call."""
    size = sum(change.size for change in changes)
    replaced = set()
    # The tab that people type in is never replaced: they may do so at any moment.
    for change in sorted(changes, key=lambda change: -change.size):
        if size > LARGEST_CALL and change.desired.key != ATTENTION_TAB:
            replaced.add(change.desired.key)
            size -= change.size
    return replaced


def _plan_change(plan: UpdatePlan, change: _TabChange) -> None:
    """Plan the writing of what differs in a tab that stays."""
    desired, actual, cells = change.desired, change.actual, change.merged.cells
    digest, deleted = batch_update.format_digest(desired.format), len(change.merged.deleted)
    rows, columns = actual.rows, actual.columns
    prepare, is_guarded = plan.prepare, desired.key == ATTENTION_TAB and (change.blocks or deleted)
    if is_guarded:
        plan.typed_tab = actual
        plan.guarded.append(prepare := [])
    # Before rows are deleted: Google keeps at least one below the frozen ones.
    needed_rows, needed_columns = max(len(cells), desired.format.frozen_rows + 1) + deleted, max(1, cells.shape[1])
    grows = rows < needed_rows or columns < needed_columns
    if grows:
        rows, columns = max(rows, batch_update.with_room(needed_rows)), max(columns, needed_columns)
        prepare.append(batch_update.resize_tab(actual, rows, columns))
    prepare += batch_update.delete_rows(actual.sheet_id, change.merged.deleted)
    charts, protections = actual.charts, actual.protections
    # Whether a person moved the columns under frozen headings, and their formats with them.
    headings, before = list(desired.cells[0]), _cells(actual)
    has_moved_columns = desired.format.frozen_rows == 1 and before.size and list(before[0][: len(headings)]) != headings
    if actual.format_digest != digest or has_moved_columns:
        plan.formatting += batch_update.reformat_tab(desired.format, actual)
        charts = batch_update.chart_ids(desired.format, actual.sheet_id)
        protections = batch_update.protection_ids(desired.format, actual.sheet_id)
    elif grows:
        prepare += batch_update.set_formats(desired.format, actual.sheet_id)
    if is_guarded:
        _plan_guarded(plan, actual.sheet_id, change.blocks)
    else:
        plan.writes += [(actual.title, block) for block in change.blocks]
    plan.after.append(
        replace(
            actual, key=desired.key, rows=rows - deleted, columns=columns, format_digest=digest, charts=charts,
            protections=protections, cells=cells,
        )
    )  # fmt: skip


def _plan_guarded(plan: UpdatePlan, sheet_id: int, blocks: Sequence[CellBlock]) -> None:
    """Plan the writing of cells into the tab that people type in: one call, or more where that would be too large."""
    size = 0
    for block in (part for each in blocks for part in split_block(each)):
        request = batch_update.set_cells(sheet_id, block)
        size += len(msgspec.json.encode(request))
        if size > LARGEST_CALL and plan.guarded[-1]:
            plan.guarded.append([])
            size = 0
        plan.guarded[-1].append(request)


def _plan_new_tab(
    plan: UpdatePlan, desired: DesiredTab, actual_tabs: Sequence[ActualTab], *, instead_of: ActualTab | None
) -> None:
    """Plan the filling of a hidden tab, which is shown once it is full, in the place of another."""
    used = {tab.sheet_id for tab in (*actual_tabs, *plan.after)}
    while (sheet_id := 1 + secrets.randbelow(LARGEST_ID)) in used:
        pass
    title = instead_of.title if instead_of else desired.title
    filling_title = batch_update.filling_title(desired.title, sheet_id)
    plan.prepare += batch_update.add_tab(desired, sheet_id)
    plan.writes += [(filling_title, block) for block in split_into_blocks(desired.cells)]
    plan.show += batch_update.show_tab(sheet_id, title, instead_of=instead_of)
    index, hidden = (instead_of.index, instead_of.hidden) if instead_of else (0, False)
    rows, columns = batch_update.grid_size(desired)
    digest = batch_update.format_digest(desired.format)
    protections = batch_update.protection_ids(desired.format, sheet_id)
    charts = batch_update.chart_ids(desired.format, sheet_id)
    plan.after.append(
        ActualTab(
            sheet_id, title, index, hidden, rows, columns, desired.key, digest, protections, charts, cells=desired.cells
        )
    )


def _cells(tab: ActualTab) -> Any:
    if tab.cells is None:
        raise ValueError(f"the cells of {tab.title} are not known")
    return tab.cells
