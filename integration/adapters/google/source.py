"""Forms and shared sheets in Google; obeys `ports.Source`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.google.forms import fetch_form, read_form
from integration.adapters.google.sheets import read_sheets

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.client import GoogleClient
    from integration.model import FormReading, SheetReading
    from integration.ports import Clock, Store


class GoogleSource:
    """Reads the forms and spreadsheets that google.yaml names."""

    def __init__(self, client: GoogleClient, google: Google, *, store: Store, clock: Clock) -> None:
        self._client = client
        self._google = google
        self._store = store
        self._clock = clock

    def form_fingerprint(self, key: str) -> str:  # noqa: ARG002  # the port's signature
        """Return "": only reading a form tells whether it has changed."""
        return ""

    def read_form(self, key: str, bookmark: str = "") -> FormReading:
        """Read a form and its responses, all or with the bookmark those since."""
        form_id = self._google.forms[key]
        return read_form(self._client, form_id, f"{key} (in Google)", bookmark=bookmark, now=self._clock.now())

    def fetch_form(self, form_id: str) -> bytes:
        """Return any form as forms.get gives it."""
        return fetch_form(self._client, form_id)

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Read the named tabs of one spreadsheet; a tab that is not there is missing in the answer."""
        spreadsheet_id = self._google.sheets[spreadsheet]
        store = self._store
        return read_sheets(self._client, spreadsheet_id, tabs, recall=store.recall, remember=store.remember)

    def not_configured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:  # noqa: ARG002  # the port's signature
        """Return nothing: only what google.yaml names can be seen."""
        return ()
