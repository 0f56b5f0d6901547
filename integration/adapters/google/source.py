"""Reads forms and shared spreadsheets from Google; obeys `ports.Source`.

A form: its questions, then the responses since the bookmark, page by page; once a day all of them. A spreadsheet: its
tabs by name, with all their cells and how each is shown, in one call. A tab that was renamed is found by its id, which
the store keeps.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import msgspec

from config.spelling import fold_case
from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.google.api.cells import CELL_FIELDS, list_cells, read_by_words, read_shown, trim
from integration.adapters.google.api.resources import (
    FORM_URL,
    RESPONSES_URL,
    UNFORMATTED_VALUES,
    quote_title,
)
from integration.adapters.sources.forms_json import parse_each, parse_questions, parse_sections
from integration.adapters.untrusted_input import decode_json
from integration.errors import PublishError, SourceError
from integration.model import FormReading, KnownTab, SheetReading

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.store import Store
    from integration.model import SheetCell
    from integration.ports import Clock


FORM_OVERLAP = timedelta(days=60)
"""How far before the newest known response a reading begins: Google promises no order in which responses appear."""

FULL_READ_EVERY = timedelta(days=1)
"""How often every response is read: Google does not say whether its filter finds an old response that was edited."""

MAX_PAGES = 1000

TAB_FIELDS = "properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount))"
TABS_PARAMS: Mapping[str, Any] = {"includeGridData": "false", "fields": f"sheets.{TAB_FIELDS}"}
GRID_FIELDS = f"sheets({TAB_FIELDS},{CELL_FIELDS})"

MAX_CELLS_WITH_FORMATS = 300_000
"""Cells of the tabs together up to which Google is asked how each is shown.

Of larger tabs it gives the values and, in a second call, the words that each shows.
"""

FORMATTED_VALUES: Mapping[str, Any] = {"valueRenderOption": "FORMATTED_VALUE"}


class GoogleSource:
    """The forms and spreadsheets that google.yaml names."""

    def __init__(self, client: GoogleClient, google: Google, *, store: Store, clock: Clock) -> None:
        self._client = client
        self._google = google
        self._store = store
        self._clock = clock

    def form_fingerprint(self, key: str) -> str:  # noqa: ARG002  # the port's signature
        """Return "": only reading a form shows whether it has changed."""
        return ""

    def list_unconfigured(self, spreadsheets: Collection[str]) -> tuple[str, ...]:  # noqa: ARG002  # the port's signature
        """Return nothing: the service sees only what google.yaml names."""
        return ()

    def read_form(self, key: str, bookmark: str = "") -> FormReading:
        """Read a form and its responses, all or with the bookmark those since.

        Raises SourceError, and what the client raises.
        """
        form_id, where, now = self._google.forms[key], f"{key} (in Google)", self._clock.now()
        form = fetch_form(self._client, form_id)
        questions, sections = parse_questions(form, where), parse_sections(form, where)
        since, newest, whole_at = "", "", write_moment(now)
        with suppress(msgspec.DecodeError):
            before = msgspec.json.decode(bookmark, type=_Bookmark)
            # Another form under the same key is read from its beginning.
            is_of_this_form = before.form == form_id and before.newest
            if is_of_this_form and now - FULL_READ_EVERY < as_datetime(before.whole_at) <= now:
                newest, whole_at = before.newest, before.whole_at
                since = write_moment(as_datetime(newest) - FORM_OVERLAP)
        parsed, unreadable = parse_each(list(_fetch_responses(self._client, form_id, where, since)))
        # In the order of submission: Google promises none, and tabs keep the order of arrival.
        responses = sorted(parsed, key=lambda each: (each.created_at, each.response_id))
        newest = max([newest, *(each.last_submitted_at for each in responses)])
        after = msgspec.json.encode(_Bookmark(form_id, newest, whole_at)).decode()
        return FormReading(
            questions, tuple(responses), whole=not since, since=since, bookmark=after, unreadable=unreadable,
            sections=sections,
        )  # fmt: skip

    def read_sheets(self, spreadsheet: str, tabs: Sequence[str]) -> Mapping[str, SheetReading]:
        """Return the tabs that are there, by the names asked for. Raises what the client raises.

        A tab is found by its name, whatever the case and white space; one that was renamed by the id that it had when
        it was last read.
        """
        client, spreadsheet_id = self._client, self._google.sheets[spreadsheet]
        known_tabs = self._store.state.known_tabs(spreadsheet_id)
        last = known_tabs.get() or {}
        found = {name: last[name] for name in tabs if name in last and fold_case(last[name].title) == fold_case(name)}
        rows = _fetch_rows(client, spreadsheet_id, found.values()) if found.keys() == set(tabs) else None
        if rows is None:
            found = _find_tabs(client, spreadsheet_id, tabs, last)
            rows = _fetch_rows(client, spreadsheet_id, found.values())
        if not found:
            return {}
        if rows is None:
            rows = _fetch_large_rows(client, spreadsheet_id, found.values())
        known_tabs.set({**last, **found})
        return {
            name: SheetReading(rows[tab.title], tab_name="" if fold_case(tab.title) == fold_case(name) else tab.title)
            for name, tab in found.items()
        }


def fetch_form(client: GoogleClient, form_id: str) -> bytes:
    """Return the form as forms.get gives it."""
    return bytes(client.request("get", FORM_URL.format(form_id)).content)


class _Bookmark(msgspec.Struct):
    """How far a form was read: its id, when its newest response was submitted, when all were read last."""

    form: str
    newest: str
    whole_at: str


class _Page(msgspec.Struct, rename="camel"):
    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


def _fetch_responses(client: GoogleClient, form_id: str, where: str, since: str) -> Iterator[msgspec.Raw]:
    """Yield the responses of every page; a response may stand on two pages when another arrives in between."""
    token = ""
    for _ in range(MAX_PAGES):
        params = {"filter": f"timestamp >= {since}"} if since else {}
        answer = client.request(
            "get", RESPONSES_URL.format(form_id), params=params | ({"pageToken": token} if token else {})
        )
        page = decode_json(answer.content, _Page, where=where, what="a list of responses")
        yield from page.responses
        if not page.next_page_token:
            return
        token = page.next_page_token
    raise SourceError(f"{where}: Google gives ever more pages of responses; nothing of it was taken, try again later.")


def _find_tabs(
    client: GoogleClient, spreadsheet_id: str, tabs: Sequence[str], last: Mapping[str, KnownTab]
) -> dict[str, KnownTab]:
    """Return the tabs that are there now; never for one name a tab that is asked for by its own."""
    by_id: dict[int, KnownTab] = {}
    by_title: dict[str, KnownTab] = {}
    for sheet in client.fetch_sheet_metadata(spreadsheet_id, params={**TABS_PARAMS}).get("sheets", ()):
        properties = sheet["properties"]
        if properties.get("sheetType", "GRID") == "GRID":
            grid = properties.get("gridProperties", {})
            size = grid.get("rowCount", 0) * grid.get("columnCount", 0)
            tab = KnownTab(properties.get("sheetId", 0), properties["title"], size)
            by_id[tab.sheet_id] = tab
            by_title.setdefault(fold_case(tab.title), tab)
    asked = set(map(fold_case, tabs))
    found = {}
    for name in tabs:
        match = by_title.get(fold_case(name))
        if match is None and name in last:
            renamed = by_id.get(last[name].sheet_id)
            match = renamed if renamed and fold_case(renamed.title) not in asked else None
        if match:
            found[name] = match
    return found


def _fetch_rows(
    client: GoogleClient, spreadsheet_id: str, tabs: Collection[KnownTab]
) -> dict[str, tuple[tuple[SheetCell, ...], ...]] | None:
    """Return the rows of the tabs from the heading on, by title.

    None where the tabs are too large to ask how each cell is shown, or one was renamed or deleted.
    """
    if not tabs or sum(tab.cells for tab in tabs) > MAX_CELLS_WITH_FORMATS:
        return None
    ranges = [quote_title(tab.title) for tab in tabs]
    params: dict[str, Any] = {"includeGridData": "true", "fields": GRID_FIELDS, "ranges": ranges}
    try:
        sheets = client.fetch_sheet_metadata(spreadsheet_id, params=params).get("sheets", ())
    except PublishError:
        return None
    rows = {
        sheet["properties"]["title"]: trim([list(map(read_shown, row)) for row in list_cells(sheet)])
        for sheet in sheets
    }
    return rows if {tab.title for tab in tabs} <= set(rows) else None


def _fetch_large_rows(
    client: GoogleClient, spreadsheet_id: str, tabs: Collection[KnownTab]
) -> dict[str, tuple[tuple[SheetCell, ...], ...]]:
    """Return the rows of tabs that are too large to ask how each cell is shown, by title."""
    ranges = [quote_title(tab.title) for tab in tabs]
    plain, shown = (
        [each.get("values", ()) for each in client.values_batch_get(spreadsheet_id, ranges, {**how})["valueRanges"]]
        for how in (UNFORMATTED_VALUES, FORMATTED_VALUES)
    )
    return {
        tab.title: trim(
            [
                [read_by_words(value, words) for value, words in zip_longest(row, as_shown[: len(row)], fillvalue="")]
                for row, as_shown in zip_longest(values, texts[: len(values)], fillvalue=())
            ]
        )
        for tab, values, texts in zip(tabs, plain, shown, strict=True)
    }
