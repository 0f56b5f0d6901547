"""One spreadsheet that the service writes: when it was changed, what stands in it, and the writing of what differs."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from config.spelling import fold_case
from integration.adapters.google.api.cells import CELL_FIELDS, LOADING_SHOWN, list_cells, read_plain, read_shown
from integration.adapters.google.api.resources import FILE_URL, UNFORMATTED_VALUES, quote_title
from integration.adapters.google.publishing import batch_update
from integration.adapters.google.publishing.actual_state import (
    BLANK_TAB,
    TAB_PARAMS,
    ActualTab,
    CachedState,
    decode_state,
    encode_state,
    read_tabs,
    to_array,
)
from integration.adapters.google.publishing.cell_changes import batch_values
from integration.adapters.google.publishing.update_plan import LARGEST_ID
from integration.adapters.workbooks.cells import CORRECTION_COLUMNS
from integration.errors import LostReplyError, PublishError
from integration.kinds.values import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.publishing.update_plan import UpdatePlan
    from integration.adapters.store import Store
    from integration.ports import Clock

TakeUp: TypeAlias = "Callable[[Sequence[Sequence[Any]]], None]"

MODIFIED_PARAMS = {"fields": "modifiedTime", "supportsAllDrives": "true"}

CACHE_LIFETIME = timedelta(hours=20)
"""How often everything is read again, also where no change is known."""

MAX_RESTARTS = 3
"""How often in a run a change by others makes us compare anew, before we write beside them."""

TAB_HAS_MOVED = ("Unable to parse range", "No sheet with id", "No grid with id", "exceeds grid limits")
"""What Google says when a tab was renamed, moved or cut while we wrote."""


class Spreadsheet:
    """Reads and writes one spreadsheet; caches in the store what stands there."""

    def __init__(self, client: GoogleClient, spreadsheet_id: str, *, store: Store, clock: Clock) -> None:
        self._client = client
        self._id = spreadsheet_id
        self._store = store
        self._clock = clock
        self._cache_name = f"google.{spreadsheet_id}"
        self._loaded: CachedState | None = None
        self._modified: str | None = None
        self._restarts = 0

    def modified(self) -> str:
        """Return when Google says that the file was changed last; asked once until we change it ourselves."""
        if self._modified is None:
            answer = self._client.request("get", FILE_URL.format(self._id), params=MODIFIED_PARAMS)
            self._modified = str(answer.json().get("modifiedTime", ""))
        return self._modified

    def cached_tabs(self) -> tuple[ActualTab, ...] | None:
        """Return the tabs as cached; None where the cache is too old, or the file was changed since."""
        cached = self._cached()
        if not cached.modified or cached.modified != self.modified():
            return None
        now = self._clock.now()
        return cached.tabs if now - CACHE_LIFETIME < cached.checked_at <= now else None

    def last_tabs(self) -> tuple[ActualTab, ...]:
        """Return the tabs as they were written or read last, whatever became of them since; none where that is unknown.

        So it is where a run was interrupted, or where what stood in the cells was let go.
        """
        cached = self._cached()
        return cached.tabs if cached.modified else ()

    def cached_title(self, key: str) -> str | None:
        """Return the title that a tab of ours had last; None where the cache does not know."""
        return next((tab.title for tab in self._cached().tabs if tab.key == key), None)

    def fetch_with_cells(self, titles: Collection[str]) -> tuple[ActualTab, ...]:
        """Return all tabs as they are; with their cells ours, those of these titles, and a blank one."""
        # Asked before reading: whatever is typed after this shows as a change the next time.
        self.modified()
        tabs = self.fetch_tabs()
        last = {tab.sheet_id: tab for tab in self._cached().tabs}
        asked = {title.casefold() for title in (*titles, BLANK_TAB)}
        wanted = [tab for tab in tabs if (tab.key and not tab.is_left_over) or tab.title.casefold() in asked]
        values = dict(zip((tab.sheet_id for tab in wanted), self.fetch_values([t.title for t in wanted]), strict=True))
        return tuple(
            _with_last_format(replace(tab, cells=to_array(values[tab.sheet_id])), last.get(tab.sheet_id))
            if tab.sheet_id in values
            else tab
            for tab in tabs
        )

    def fetch_tabs(self) -> tuple[ActualTab, ...]:
        """Return all tabs without their cells."""
        return read_tabs(self._client.fetch_sheet_metadata(self._id, params={**TAB_PARAMS}))

    def fetch_values(self, titles: Sequence[str]) -> list[Sequence[Sequence[Any]]]:
        """Return the rows of the tabs, in one call; none where there are no tabs.

        A correction that is no plain text is what its cell shows; another call asks for that.
        """
        if not titles:
            return []
        ranges = [quote_title(title) for title in titles]
        answer = self._client.values_batch_get(self._id, ranges, {**UNFORMATTED_VALUES})
        tables: list[Sequence[Sequence[Any]]] = [each.get("values", ()) for each in answer["valueRanges"]]
        return [
            self._fetch_as_shown(title) if _has_unclear_corrections(rows) else rows
            for title, rows in zip(titles, tables, strict=True)
        ]

    def _fetch_as_shown(self, title: str) -> Sequence[Sequence[Any]]:
        params: dict[str, Any] = {
            "includeGridData": "true",
            "fields": f"sheets({CELL_FIELDS})",
            "ranges": [quote_title(title)],
        }
        (sheet,) = self._client.fetch_sheet_metadata(self._id, params=params)["sheets"]
        cells = list_cells(sheet)
        rows: list[list[Any]] = [list(map(read_plain, row)) for row in cells]
        for place in _correction_places(rows):
            for row, shown in zip(rows[1:], cells[1:], strict=True):
                if place < len(row) and not isinstance(read_shown(shown[place]), bool | float | None):
                    row[place] = to_text(read_shown(shown[place]))
        return rows

    def apply(self, plan: UpdatePlan, *, take_up: TakeUp) -> bool:
        """Prepare, write, show; return whether no person has changed the tab that people type in since it was compared.

        `take_up` is given the rows of that tab as they stood just when it was changed, before they are let go.

        Raises LostReplyError where what stands there must be compared anew. A change by a person since it was compared
        makes us compare anew, a few times in a run. After that the run does not wait for people to stop; what they type
        is then left until the next run.
        """
        before, self._modified = self._modified, None
        if before != self.modified() and self._restarts < MAX_RESTARTS:
            self._restarts += 1
            raise LostReplyError("The spreadsheet was changed by somebody while it was compared; run it again.")
        # Should this run be interrupted, the cache says only how the tabs look, and all of them are read again.
        self._save(self._cached().without_cells())
        self._modified = None
        try:
            is_as_compared = self._prepare(plan, take_up)
            for data in batch_values(plan.writes):
                self._client.values_batch_update(self._id, {"valueInputOption": "RAW", "data": data})
            if plan.show:
                self._client.batch_update(self._id, {"requests": plan.show})
        except PublishError as error:
            if any(message in str(error) for message in TAB_HAS_MOVED):
                raise LostReplyError(f"{error} Somebody changed the tabs meanwhile.") from None
            raise
        if not is_as_compared and not self.is_being_edited:
            self._restarts += 1
            raise LostReplyError("The spreadsheet was changed by somebody while it was written; run it again.")
        return is_as_compared

    def _prepare(self, plan: UpdatePlan, take_up: TakeUp) -> bool:
        """Make the first calls of a plan; return whether the tab that people type in was as it was compared.

        A person may type between our reading and our writing, and Google knows no condition for a call. So the tab is
        copied in the very call that changes it, and the copy is looked at: what is in no row any more is in it.
        """
        prepare, is_as_compared = plan.prepare, True
        for number, requests in enumerate(plan.guarded):
            tab = plan.typed_tab
            if tab is None or tab.cells is None:
                raise ValueError("a plan that changes the tab that people type in must know what it holds")
            copy_id = 1 + secrets.randbelow(LARGEST_ID)
            title = batch_update.filling_title(tab.title, copy_id)
            copied = batch_update.copy_tab(tab.sheet_id, copy_id, title, index=tab.index + 1)
            self._client.batch_update(self._id, {"requests": [*prepare, *copied, *requests]})
            prepare = []
            rows = self.fetch_values([title])[0]
            take_up(rows)
            is_as_compared = number == 0 and np.array_equal(to_array(rows), tab.cells)
            self._client.batch_update(self._id, {"requests": [batch_update.delete_tab(copy_id)]})
        if prepare:
            self._client.batch_update(self._id, {"requests": prepare})
        return is_as_compared

    @property
    def is_being_edited(self) -> bool:
        """Whether a person has changed the file every time that this run compared it."""
        return self._restarts >= MAX_RESTARTS

    def save_state(self, tabs: Iterable[ActualTab], *, was_read: bool) -> None:
        """Cache what stands there now; `was_read` says that all of it was just read."""
        checked_at = self._clock.now() if was_read else self._cached().checked_at
        self._save(CachedState(self.modified(), checked_at, tuple(tabs)))

    def _cached(self) -> CachedState:
        """Return the cached state, however old it is; loaded once: that of a large tab takes a second."""
        if self._loaded is None:
            stored = decode_state(self._store.images.get(self._cache_name))
            self._loaded = stored or CachedState("", self._clock.now(), ())
        return self._loaded

    def _save(self, state: CachedState) -> None:
        self._store.images.set(self._cache_name, encode_state(state))
        self._loaded = state


def _correction_places(rows: Sequence[Sequence[Any]]) -> list[int]:
    """Return the columns in which corrections are typed; none where the tab is another one."""
    headings = [fold_case(str(cell)) for cell in rows[0]] if rows else []
    if not set(CORRECTION_COLUMNS) <= set(headings):
        return []
    return [place for place, heading in enumerate(headings) if heading == CORRECTION_COLUMNS[-1]]


def _has_unclear_corrections(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether a correction is a number, or words that an error shows: its format says what is meant."""
    return any(
        place < len(row) and (not isinstance(row[place], str) or row[place] == LOADING_SHOWN)
        for place in _correction_places(rows)
        for row in rows[1:]
    )


def _with_last_format(tab: ActualTab, last: ActualTab | None) -> ActualTab:
    """Return the tab with the format and the charts that we gave it; people's own charts are theirs.

    The format is unknown where a column was added or deleted since, and its formats with it.
    """
    if last is None:
        return tab
    digest = last.format_digest if last.columns == tab.columns else ""
    charts = tuple(chart for chart in tab.charts if chart in last.charts)
    return replace(tab, format_digest=digest, charts=charts, other_charts=tuple(set(tab.charts) - set(charts)))
