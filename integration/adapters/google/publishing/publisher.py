"""Writes the tabs in Google: the project team's in one spreadsheet, each authority's summary in another.

Obeys `ports.Publisher`. For each spreadsheet:

1. the desired state of its tabs is built (`desired_tabs.py`, `chart_tab.py`);
2. their actual state is taken from the cache, or read (`spreadsheet.py`, `actual_state.py`);
3. the update is planned: what differs, and no more (`update_plan.py`, `cell_changes.py`, `batch_update.py`);
4. it is applied, in as few calls as it takes, and the new state is cached. After a lost reply this begins anew at 2;
   so it does where a person has typed into needs_attention just when it was changed, and what they typed is stored.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from integration.adapters.google.publishing.actual_state import to_array
from integration.adapters.google.publishing.cell_changes import MergedRows, merge_typed_rows
from integration.adapters.google.publishing.desired_tabs import build_summary_tabs, build_team_tab, title_as_written
from integration.adapters.google.publishing.spreadsheet import Spreadsheet
from integration.adapters.google.publishing.update_plan import UpdatePlan, plan_update, replace_rows
from integration.adapters.workbooks.cells import ATTENTION_TAB, CORRECTION_COLUMNS, parse_corrections
from integration.errors import ExternalServiceError, PublishError, SourceError
from integration.model import Correction, SheetReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Publish
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.publishing.actual_state import ActualTab
    from integration.adapters.google.publishing.desired_state import DesiredTab
    from integration.adapters.store import Store
    from integration.model import Summary, Tab
    from integration.ports import Clock


class GooglePublisher:
    """Writes the spreadsheets that google.yaml names. With `dry` it reads and compares, and writes nothing."""

    def __init__(
        self, client: GoogleClient, publish: Publish, *, store: Store, clock: Clock, dry: bool = False
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._dry = dry
        self._data = Spreadsheet(client, publish.data, store=store, clock=clock)
        self._summaries = {
            authority: Spreadsheet(client, spreadsheet_id, store=store, clock=clock)
            for authority, spreadsheet_id in publish.summary.items()
        }

    @property
    def data_name(self) -> str:
        """What people call the project team's spreadsheet."""
        return "the data spreadsheet"

    def summary_name(self, authority: str) -> str:
        """Return what people call the spreadsheet of an authority's leaders."""
        return f"the summary of {authority}"

    def fingerprint(self, authority: str | None = None) -> str:
        """Return when the spreadsheet was changed last, by us or by a person, as Google says, and the day.

        The day is part of it so that the tabs are compared once a day though no change of them is known.
        """
        modified = (self._data if authority is None else self._summaries[authority]).modified()
        return f"{modified} {self._clock.now():%Y-%m-%d}" if modified else ""

    def fingerprint_after_writing(self) -> str:
        """Return "": a person may have typed a correction while we wrote."""
        return ""

    @property
    def has_unread(self) -> bool:
        """False: what was kept of a spreadsheet makes it another one."""
        return False

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        """Return (source, key, field, value) of each `correction` in needs_attention; one call.

        Rows, columns and the tab itself may have been moved, the tab renamed.
        """
        rows: Sequence[Sequence[Any]] | None = None
        if title := self._data.cached_title(ATTENTION_TAB):
            with suppress(PublishError):  # renamed since we wrote it
                rows = self._data.fetch_values([title])[0]
        if rows is None:
            titles = [tab.title for tab in self._data.fetch_tabs() if tab.key == ATTENTION_TAB and not tab.is_left_over]
            rows = self._data.fetch_values(titles)[0] if titles else []
        if not rows:
            return []
        try:
            return parse_corrections(SheetReading(tuple(tuple(row) for row in rows)))
        except ValueError:
            raise SourceError(
                f"The tab {ATTENTION_TAB} of {self.data_name} cannot be read for corrections: of the columns "
                f"{', '.join(CORRECTION_COLUMNS)} one is gone. Put its heading back, or delete the tab; nothing was replaced."  # noqa: E501
            ) from None

    def confirm_corrections(self) -> None:
        """Nothing was kept for their sake."""

    def write_tabs(self, tabs: Sequence[Tab], *, read: str = "") -> bool:  # noqa: ARG002  # the port's signature
        """Bring the project team's tabs up to date; return whether anything was written."""
        return self._write(self._data, [build_team_tab(tab) for tab in tabs], self.data_name)

    def write_summary(self, summary: Summary) -> bool:
        """Bring the summary of one authority up to date; return whether anything was written."""
        name = self.summary_name(summary.authority)
        return self._write(self._summaries[summary.authority], build_summary_tabs(summary), name)

    def read_summary(self, authority: str) -> dict[str, Sequence[Sequence[Any]]]:
        """Return the rows of each tab of an authority's summary that is ours, as we wrote it last or as it is."""
        spreadsheet = self._summaries[authority]
        tabs = spreadsheet.last_tabs() or spreadsheet.fetch_with_cells(())
        own = [tab for tab in tabs if title_as_written(tab.key) and not tab.is_left_over]
        return {title_as_written(tab.key): tab.cells.tolist() for tab in own if tab.cells is not None}

    def _write(self, spreadsheet: Spreadsheet, desired_tabs: Sequence[DesiredTab], name: str) -> bool:
        wrote = False
        for attempt in self._client.retry_lost_replies():
            with attempt:
                plan, was_read = self._plan(spreadsheet, desired_tabs, name)
                if self._dry:
                    return not plan.is_empty
                if not plan.is_empty:
                    wrote = True
                    if not spreadsheet.apply(plan, take_up=self._take_up):
                        return True  # all is read again by the next run
                if wrote or was_read:
                    spreadsheet.save_state(plan.after, was_read=was_read)
                return wrote
        raise ExternalServiceError(f"{name}: it could not be written; try again later.")

    def _plan(self, spreadsheet: Spreadsheet, desired_tabs: Sequence[DesiredTab], name: str) -> tuple[UpdatePlan, bool]:
        """Return the plan, and whether everything was read for it just now."""
        cached = spreadsheet.cached_tabs()
        titles = [desired.title for desired in desired_tabs]
        actual_tabs = spreadsheet.fetch_with_cells(titles) if cached is None else cached
        # What a run that broke off had copied and not yet looked at.
        copies = [tab.title for tab in actual_tabs if tab.key == ATTENTION_TAB and tab.is_left_over]
        for rows in spreadsheet.fetch_values(copies) if not self._dry else ():
            self._take_up(rows)
        plan = plan_update(desired_tabs, actual_tabs, merge_rows=self._merge_rows, where=name)
        attention = next((tab for tab in cached or () if tab.key == ATTENTION_TAB), None)
        if plan.is_empty or attention is None:
            return plan, cached is None
        # People type there at any time, and Google may be slow to say so: it is read again just before writing.
        reread = replace(attention, cells=to_array(spreadsheet.fetch_values([attention.title])[0]))
        actual_tabs = tuple(reread if tab is attention else tab for tab in actual_tabs)
        return plan_update(desired_tabs, actual_tabs, merge_rows=self._merge_rows, where=name), False

    def _take_up(self, rows: Sequence[Sequence[Any]]) -> None:
        """Store what people typed into a copy of needs_attention that is let go."""
        seen_at = self._clock.now().isoformat()
        with suppress(ValueError):  # a person has taken a column away
            self._store.corrections.add(
                Correction(source=source, key=key, field=field, value=value, seen_at=seen_at)
                for source, key, field, value in parse_corrections(SheetReading(tuple(map(tuple, rows))))
            )

    def _merge_rows(self, desired: DesiredTab, actual: ActualTab) -> MergedRows | None:
        if desired.key != ATTENTION_TAB or actual.cells is None or not actual.cells.size:
            return replace_rows(desired, actual)
        if self._data.is_being_edited:
            return None
        stored = {(each.source, each.key, each.field): each.value for each in self._store.corrections.newest()}

        def is_stored(source: str, key: str, field: str, value: str) -> bool:
            # An erased response's row waits for nothing: it has to go.
            return stored.get((source, key, field)) == value or bool(self._store.tombstones.erased(source, [key]))

        return merge_typed_rows(desired.cells, actual.cells, is_stored)
