"""What a publishing works out, to be written to the stand-in again and again without working it out again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from config.loading.load import load_settings
from integration.adapters.google.api.calls import Budget
from integration.adapters.home import STORE_FILE
from integration.operations.pipeline import Pipeline
from integration.operations.publish import publish
from integration.wiring import Service, build_service
from tests.fakes.google.programme import KEY
from tests.system.google.story import describe_tab

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from integration.adapters.google.api.client import GoogleClient
    from integration.model import Summary, Tab
    from tests.fakes.google.spreadsheets import Spreadsheet
    from tests.system.google.story import Story

AUTHORITY = "northbrook"
TABS = ("pulse", "needs_attention", "teams")
"""So few that a test can write them many times."""


class Part(Enum):
    """Which spreadsheet: the project team's, or the leaders'."""

    DATA = "data"
    SUMMARY = "summary"


class Keeps:
    """A publisher that keeps what it is given; obeys `ports.Publisher`."""

    data_name = "the data"
    has_unread = False

    def __init__(self) -> None:
        self.tabs: Sequence[Tab] = ()
        self.summaries: dict[str, Summary] = {}

    def part(self, part: Part) -> Keeps:
        """Return what of it goes into one of the spreadsheets."""
        only = Keeps()
        if part is Part.DATA:
            only.tabs = self.tabs
        else:
            only.summaries = self.summaries
        return only

    def summary_name(self, authority: str) -> str:
        return authority

    def fingerprint(self, authority: str | None = None) -> str:  # noqa: ARG002  # the port's signature
        return ""

    def fingerprint_after_writing(self) -> str:
        return ""

    def read_corrections(self) -> list[tuple[str, str, str, str]]:
        return []

    def confirm_corrections(self) -> None:
        pass

    def write_tabs(self, tabs: Sequence[Tab], *, read: str = "") -> bool:  # noqa: ARG002  # the port's signature
        self.tabs = tabs
        return True

    def write_summary(self, summary: Summary) -> bool:
        self.summaries[summary.authority] = summary
        return True


def service_of(story: Story) -> Service:
    """Return the service of a story, with its settings read anew."""
    return build_service(settings=load_settings(story.config), home=story.home, data=None, key=KEY)


def work_out(story: Story) -> Keeps:
    """Return what a publishing of the story would write."""
    service, keeps = service_of(story), Keeps()
    vars(service)["publisher"] = keeps
    publish(service, as_of=date.fromisoformat(story.as_of), pipeline=Pipeline(service), on_step=lambda _: None)
    service.close()
    return keeps


@dataclass(frozen=True)
class Stood:
    """Two spreadsheets and the store that remembers them, as they stood at some moment."""

    spreadsheets: tuple[Spreadsheet, ...]
    modified_at: tuple[datetime, ...]
    store: Path


class Rehearsal:
    """Writes the data spreadsheet and one summary of a story, from the same beginning as often as one likes.

    The sign-in is made once; so many calls as a test makes would else have to wait for their minute.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.ids = (story.data, story.summary(AUTHORITY))
        self._service = service_of(story)
        self.client: GoogleClient = self._service.google

    def blank(self, folder: Path) -> Stood:
        """Return two new spreadsheets, and a store that knows nothing of them."""
        for identity in self.ids:
            self.story.google.remove(identity)
            self.story.google.add_spreadsheet(identity, "New")
        folder.mkdir()
        service = replace(self._service, home=folder)
        assert service.store.corrections.newest() == []
        service.close()
        return self._stood(folder / STORE_FILE)

    def stood(self, store: Path) -> Stood:
        """Return how everything stands now; the store is kept in a file of this name."""
        shutil.copy(self._service.home / STORE_FILE, store)
        return self._stood(store)

    def _stood(self, store: Path) -> Stood:
        google = self.story.google
        copies = tuple(google.spreadsheet(identity).copy() for identity in self.ids)
        return Stood(copies, tuple(google.file(identity).modified_at for identity in self.ids), store)

    def begin_again(self, stood: Stood) -> None:
        """Let everything stand as it stood."""
        for identity, spreadsheet, modified_at in zip(self.ids, stood.spreadsheets, stood.modified_at, strict=True):
            self.story.google.spreadsheet(identity).become(spreadsheet.copy())
            self.story.google.file(identity).modified_at = modified_at
        for path in self._service.home.glob(f"{STORE_FILE}*"):
            path.unlink()
        shutil.copy(stood.store, self._service.home / STORE_FILE)

    def write(self, keeps: Keeps) -> None:
        """Write as a publishing does."""
        self.client.budget = Budget()
        service = replace(self._service)
        vars(service)["google"] = self.client
        try:
            if tabs := [tab for tab in keeps.tabs if tab.name in TABS]:
                service.publisher.write_tabs(tabs)
            if AUTHORITY in keeps.summaries:
                service.publisher.write_summary(keeps.summaries[AUTHORITY])
        finally:
            service.close()

    def contents(self) -> list[list[dict[str, Any]]]:
        """Return everything that the spreadsheets hold, tab by tab, but for the ids that Google gives."""
        return [[describe_tab(tab) for tab in self.story.google.spreadsheet(identity).tabs] for identity in self.ids]
