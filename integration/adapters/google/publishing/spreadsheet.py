"""One spreadsheet of ours in Google: when it was changed, what stands in it, and writing what differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from integration.adapters.google.api.resources import FILE_URL, quote_title
from integration.adapters.google.publishing.actual_state import (
    BLANK_TAB,
    TAB_PARAMS,
    CachedState,
    LiveTab,
    decode_state,
    encode_state,
    read_tabs,
)
from integration.adapters.google.publishing.cell_changes import batch_values
from integration.adapters.google.source import UNFORMATTED_VALUES
from integration.errors import LostReplyError, PublishError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.publishing.update_plan import UpdatePlan
    from integration.ports import Clock, Store
WHEN_CHANGED = {"fields": "modifiedTime", "supportsAllDrives": "true"}

CHECKED_EVERY = timedelta(hours=20)
"""So often everything is read back, also where nobody is known to have changed anything."""

CHANGES_WAITED_FOR = 3
"""So many changes by others in one run are compared anew before we write beside them."""

MOVED_AWAY = ("Unable to parse range", "No sheet with id", "No grid with id", "exceeds grid limits")
"""What Google says when a tab was renamed, moved or cut while we wrote."""


class Spreadsheet:
    """Reads and writes one spreadsheet; remembers in the store what stands there."""

    def __init__(self, client: GoogleClient, identity: str, *, store: Store, clock: Clock) -> None:
        self._client = client
        self._identity = identity
        self._store = store
        self._clock = clock
        self._memory_name = f"google.{identity}"
        self._is_recalled = False
        self._recalled: CachedState | None = None
        self._modified: str | None = None
        self._changes_met = 0

    def modified(self) -> str:
        """Return when Google says that the file was changed last, asked once until we change it ourselves."""
        if self._modified is None:
            answer = self._client.request("get", FILE_URL.format(self._identity), params=WHEN_CHANGED)
            self._modified = str(answer.json().get("modifiedTime", ""))
        return self._modified

    def known(self) -> tuple[LiveTab, ...] | None:
        """Return what stands there as we remember it; None where somebody has changed the file since."""
        memory = self._memory()
        if memory is None or not memory.modified or memory.modified != self.modified():
            return None
        now = self._clock.now()
        return memory.tabs if now - CHECKED_EVERY < memory.checked_at <= now else None

    def title_of(self, key: str) -> str | None:
        """Return the title under which a tab of ours stood last; None where we do not remember."""
        return next((tab.title for tab in self._before() if tab.key == key), None)

    def read_back(self, titles: Collection[str]) -> tuple[LiveTab, ...]:
        """Return all tabs as they stand: with their cells those of ours, of these titles, and a blank one."""
        # Asked before reading: whatever is typed after this shows as a change the next time.
        self.modified()
        tabs = self.tabs()
        before = {tab.sheet_id: tab for tab in self._before()}
        asked = {title.casefold() for title in (*titles, BLANK_TAB)}
        wanted = [tab for tab in tabs if (tab.key and not tab.is_left_over) or tab.title.casefold() in asked]
        filled = dict(zip((tab.sheet_id for tab in wanted), self.values([tab.title for tab in wanted]), strict=True))
        return tuple(
            _dressed_as(tab.holding(filled[tab.sheet_id]), before.get(tab.sheet_id)) if tab.sheet_id in filled else tab
            for tab in tabs
        )

    def tabs(self) -> tuple[LiveTab, ...]:
        """Return all tabs without their cells."""
        return read_tabs(self._client.fetch_sheet_metadata(self._identity, params={**TAB_PARAMS}))

    def values(self, titles: Sequence[str]) -> list[Sequence[Sequence[Any]]]:
        """Return the rows of the tabs, in one call; none where there are no tabs."""
        if not titles:
            return []
        answer = self._client.values_batch_get(
            self._identity, [quote_title(title) for title in titles], {**UNFORMATTED_VALUES}
        )
        return [each.get("values", ()) for each in answer["valueRanges"]]

    def carry_out(self, plan: UpdatePlan) -> None:
        """Prepare, write, show. Raises LostReply where it must be looked at again what stands there."""
        self._look_once_more()
        self._forget_cells()
        self._modified = None
        try:
            self._restructure(plan.prepare)
            for data in batch_values(plan.writes):
                body = {"valueInputOption": "RAW", "data": data}
                self._client.values_batch_update(self._identity, body)
            self._restructure(plan.show)
        except PublishError as error:
            if any(said in str(error) for said in MOVED_AWAY):
                raise LostReplyError(f"{error} Somebody changed the tabs meanwhile.") from None
            raise

    def _look_once_more(self) -> None:
        """Raise LostReply where somebody changed the file while we worked out what to write, a few times in a run.

        Whoever goes on typing after that is not waited for: what they type in is then left until the next run.
        """
        before, self._modified = self._modified, None
        if before != self.modified() and self._changes_met < CHANGES_WAITED_FOR:
            self._changes_met += 1
            raise LostReplyError("The spreadsheet was changed by somebody while it was compared; run it again.")

    @property
    def is_being_typed_in(self) -> bool:
        """Whether somebody changes the file again and again while we compare it."""
        return self._changes_met >= CHANGES_WAITED_FOR

    def remember(self, tabs: Iterable[LiveTab], *, read_back: bool) -> None:
        """Keep what stands there now; `read_back` says that all of it was just read."""
        memory = self._memory()
        checked_at = self._clock.now() if read_back or memory is None else memory.checked_at
        self._keep(CachedState(self.modified(), checked_at, tuple(tabs)))

    def _restructure(self, requests: Sequence[Any]) -> None:
        if requests:
            self._client.batch_update(self._identity, {"requests": requests})

    def _before(self) -> tuple[LiveTab, ...]:
        """Return our tabs as we remember them."""
        memory = self._memory()
        return memory.tabs if memory else ()

    def _forget_cells(self) -> None:
        """Keep an image that says only how the tabs looked, so that a run that breaks off is found out."""
        memory = self._memory()
        checked_at = memory.checked_at if memory else self._clock.now()
        self._keep(CachedState("", checked_at, tuple(replace(tab, cells=None) for tab in self._before())))

    def _memory(self) -> CachedState | None:
        """Return the image in the store, taken out once: that of a large tab costs a second."""
        if not self._is_recalled:
            self._recalled, self._is_recalled = decode_state(self._store.image(self._memory_name)), True
        return self._recalled

    def _keep(self, memory: CachedState) -> None:
        self._store.keep_image(self._memory_name, encode_state(memory))
        self._recalled, self._is_recalled = memory, True


def _dressed_as(tab: LiveTab, before: LiveTab | None) -> LiveTab:
    """Return the tab with the look and the charts that we gave it; people's own charts are theirs.

    The look is "" where a column came or went since, and its formats with it.
    """
    if before is None:
        return tab
    look = before.look if before.columns == tab.columns else ""
    charts = tuple(chart for chart in tab.charts if chart in before.charts)
    return replace(tab, look=look, charts=charts, others_charts=tuple(set(tab.charts) - set(charts)))


"""The key of the developer metadata by which a tab of ours is found again, whatever people call it."""
"""The end of the title of a hidden tab that is not to be seen yet."""
"""The tab that a new spreadsheet has; blank and alone beside ours, it is taken away when they are shown."""
"""What we ask of a spreadsheet: nothing of its cells."""
