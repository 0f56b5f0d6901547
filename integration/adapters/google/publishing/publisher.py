"""The tabs in Google: the project team's in one spreadsheet, each authority's summary in another.

Worked out whole, compared with what stands there, and only what differs is written; obeys `ports.Publisher`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from integration.adapters.google.publishing.spreadsheet import Spreadsheet
from integration.adapters.google.publishing.summary_tabs import build_summary_tabs
from integration.adapters.google.publishing.team_tabs import build_team_tab
from integration.adapters.google.publishing.update_plan import (
    Arranged,
    UpdatePlan,
    merge_typed_rows,
    plan_update,
    replace_rows,
)
from integration.adapters.workbooks.cells import ATTENTION_TAB, CORRECTION_COLUMNS, parse_corrections
from integration.errors import ExternalServiceError, PublishError, SourceError
from integration.model import SheetReading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.schema import Publish
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.publishing.actual_state import LiveTab
    from integration.adapters.google.publishing.desired_state import TabImage
    from integration.model import Summary, Tab
    from integration.ports import Clock, Store


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
            authority: Spreadsheet(client, identity, store=store, clock=clock)
            for authority, identity in publish.summary.items()
        }

    @property
    def data_name(self) -> str:
        """What people call the project team's spreadsheet."""
        return "the data spreadsheet"

    def summary_name(self, authority: str) -> str:
        """Return what people call the spreadsheet of an authority's leaders."""
        return f"the summary of {authority}"

    def standing(self, authority: str | None = None) -> str:
        """Return when the spreadsheet was changed last, by us or by anybody else, as Google says, and the day.

        The day, so that what stands there is compared once a day though nobody is known to have changed it.
        """
        modified = (self._data if authority is None else self._summaries[authority]).modified()
        return f"{modified} {self._clock.now():%Y-%m-%d}" if modified else ""

    def standing_after_writing(self) -> str:
        """Return "": somebody may have typed a correction while we wrote."""
        return ""

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        """Return (source, key, field, value) of each `correction` that stands in needs_attention; one call.

        Rows, columns and the tab itself may have been moved, the tab renamed.
        """
        title = self._data.title_of(ATTENTION_TAB)
        try:
            rows = self._data.values([title])[0] if title else self._attention_by_mark()
        except PublishError:  # renamed since we wrote it
            rows = self._attention_by_mark()
        if not rows:
            return []
        try:
            return parse_corrections(SheetReading(tuple(tuple(row) for row in rows)))
        except ValueError:
            raise SourceError(
                f"The tab {ATTENTION_TAB} of {self.data_name} cannot be read for corrections: of the columns "
                f"{', '.join(CORRECTION_COLUMNS)} one is gone. Put its heading back, or delete the tab; nothing was replaced."  # noqa: E501
            ) from None

    def write_tabs(self, tabs: Sequence[Tab]) -> bool:
        """Bring the project team's tabs up to date; return whether anything was written."""
        return self._write(self._data, [build_team_tab(tab) for tab in tabs], self.data_name)

    def write_summary(self, summary: Summary) -> bool:
        """Bring the summary of one authority up to date; return whether anything was written."""
        name = self.summary_name(summary.authority)
        return self._write(self._summaries[summary.authority], build_summary_tabs(summary), name)

    def _write(self, spreadsheet: Spreadsheet, images: Sequence[TabImage], name: str) -> bool:
        """Compare, write, and after a lost reply compare again, until everything stands as it should."""
        wrote = False
        for attempt in self._client.again():
            with attempt:
                plan, read_back = self._plan(spreadsheet, images, name)
                if self._dry:
                    return not plan.is_empty
                if not plan.is_empty:
                    wrote = True
                    spreadsheet.carry_out(plan)
                if wrote or read_back:
                    spreadsheet.remember(plan.after, read_back=read_back)
                return wrote
        raise ExternalServiceError(f"{name}: it could not be written; try again later.")

    def _plan(self, spreadsheet: Spreadsheet, images: Sequence[TabImage], name: str) -> tuple[UpdatePlan, bool]:
        """Return what to do, and whether it rests on everything having been read just now."""
        known = spreadsheet.known()
        if known is None:
            live = spreadsheet.read_back([image.title for image in images])
            return plan_update(images, live, arrange=self._arrange, where=name), True
        plan = plan_update(images, known, arrange=self._arrange, where=name)
        typed_in = next((tab for tab in known if tab.key == ATTENTION_TAB), None)
        if plan.is_empty or typed_in is None:
            return plan, False
        # People type there at any time, and Google may be slow to say so: looked at again just before writing.
        now = typed_in.holding(spreadsheet.values([typed_in.title])[0])
        fresh = [now if tab is typed_in else tab for tab in known]
        return plan_update(images, fresh, arrange=self._arrange, where=name), False

    def _arrange(self, image: TabImage, tab: LiveTab) -> Arranged | None:
        if image.key != ATTENTION_TAB or tab.cells is None or not tab.cells.size:
            return replace_rows(image, tab)
        if self._data.is_being_typed_in:
            return None
        taken_up = {(each.source, each.key, each.field): each.value for each in self._store.corrections()}

        def is_taken_up(source: str, key: str, field: str, value: str) -> bool:
            # A row of somebody who is forgotten waits for nothing: it has to go.
            return taken_up.get((source, key, field)) == value or bool(self._store.tombstones.buried(source, [key]))

        return merge_typed_rows(image.cells, tab.cells, is_taken_up)

    def _attention_by_mark(self) -> Sequence[Sequence[Any]]:
        """Return the rows of needs_attention, found by the mark in the tab; none where there is no such tab."""
        titles = [tab.title for tab in self._data.tabs() if tab.key == ATTENTION_TAB and not tab.is_left_over]
        return self._data.values(titles)[0] if titles else []
