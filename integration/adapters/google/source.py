"""Forms and shared sheets in Google; obeys `ports.Source`."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import msgspec

from config.spelling import fold_case
from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.google.api.resources import FORM_URL, RESPONSES_URL, quote_title
from integration.adapters.sources.forms_json import parse_questions, parse_response
from integration.adapters.untrusted_input import decode_json
from integration.errors import PublishError, SourceError
from integration.model import DateCell, FormReading, SheetReading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from config.schema import Google
    from integration.adapters.google.api.client import GoogleClient
    from integration.model import Cell, Question, RawResponse
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


OVERLAP = timedelta(days=60)
"""So far before the newest answer known a reading begins: Google promises no order in which answers appear."""

WHOLE_EVERY = timedelta(days=1)
"""So often everything is read: Google does not say whether its filter knows when an old answer was edited."""

PAGES_AT_MOST = 1000


class _Page(msgspec.Struct, rename="camel"):
    responses: list[msgspec.Raw] = []
    next_page_token: str = ""


class _Bookmark(msgspec.Struct):
    """How far we have read: of which form, the newest answer's moment, and when everything was read last."""

    form: str
    newest: str
    whole_at: str


def fetch_form(client: GoogleClient, form_id: str) -> bytes:
    """Return the form as forms.get gives it."""
    content: bytes = client.request("get", FORM_URL.format(form_id)).content
    return content


def read_form(client: GoogleClient, form_id: str, where: str, *, bookmark: str, now: datetime) -> FormReading:
    """Read the form and its responses, all or with the bookmark those since; `where` names it in sentences.

    Raises SourceError, and what the client raises.
    """
    questions = parse_questions(fetch_form(client, form_id), where)
    before = _understand(bookmark, form_id)
    whole = before is None or not before.newest or not now - WHOLE_EVERY < as_datetime(before.whole_at) <= now
    if before is None or whole:
        return _whole(questions, _in_order(_responses(client, form_id, where, "")), form_id, now)
    since = write_moment(as_datetime(before.newest) - OVERLAP)
    responses = _in_order(_responses(client, form_id, where, since))
    newest = max((response.last_submitted_at for response in responses), default="")
    after = _Bookmark(form_id, max(newest, before.newest), before.whole_at)
    return FormReading(questions, responses, whole=False, since=since, bookmark=msgspec.json.encode(after).decode())


def _whole(
    questions: tuple[Question, ...], responses: tuple[RawResponse, ...], form: str, now: datetime
) -> FormReading:
    newest = max((response.last_submitted_at for response in responses), default="")
    bookmark = msgspec.json.encode(_Bookmark(form, newest, write_moment(now))).decode()
    return FormReading(questions, responses, bookmark=bookmark)


def _understand(bookmark: str, form_id: str) -> _Bookmark | None:
    """Return the bookmark if it is one of this form: another form is read from its beginning."""
    try:
        before = msgspec.json.decode(bookmark, type=_Bookmark)
    except msgspec.DecodeError:
        return None
    return before if before.form == form_id else None


def _in_order(responses: Iterator[RawResponse]) -> tuple[RawResponse, ...]:
    """Return the responses as they were first given; Google promises no order, and tabs keep the one of arrival."""
    return tuple(sorted(responses, key=lambda response: (response.created_at, response.response_id)))


def _responses(client: GoogleClient, form_id: str, where: str, since: str) -> Iterator[RawResponse]:
    """Give the responses of every page; a response may stand on two pages when one arrives in between."""
    token = ""
    for _ in range(PAGES_AT_MOST):
        params = {"filter": f"timestamp >= {since}"} if since else {}
        answer = client.request(
            "get", RESPONSES_URL.format(form_id), params=params | ({"pageToken": token} if token else {})
        )
        page = decode_json(answer.content, _Page, where=where, what="a list of responses")
        for number, text in enumerate(page.responses, start=1):
            try:
                yield parse_response(text)
            except ValueError as error:
                raise SourceError(
                    f"{where}: response {number} of a page {error}; nothing of it was taken, tell the service's owner."
                ) from None
        if not page.next_page_token:
            return
        token = page.next_page_token
    raise SourceError(f"{where}: Google gives ever more pages of responses; nothing of it was taken, try again later.")


UNFORMATTED_VALUES: Mapping[str, Any] = {
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
}
TABS = "properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount))"
WHICH_TABS: Mapping[str, Any] = {"includeGridData": "false", "fields": f"sheets.{TABS}"}
WHICH_DAYS = f"sheets({TABS},data(startRow,startColumn,rowData.values.effectiveFormat.numberFormat.type))"

LARGEST_WITH_DAYS = 300_000
"""Cells of tabs together up to which Google is asked which are days; in larger ones a day arrives as its number."""

DAYS = {"DATE", "DATE_TIME"}
FIRST_DAY, LAST_NUMBER = date(1899, 12, 30), 2_958_465
"""Day 0 of spreadsheets, and the number of the last day that they know: 31 December 9999."""


class _Known(msgspec.Struct):
    """A tab as it was when it was last read."""

    sheet_id: int
    title: str
    cells: int


def read_sheets(
    client: GoogleClient,
    spreadsheet_id: str,
    tabs: Sequence[str],
    *,
    recall: Callable[[str], str | None],
    remember: Callable[[str, str], None],
) -> Mapping[str, SheetReading]:
    """Return the tabs that are there, by the names asked for. Raises what the client raises.

    A tab is known by its name, case and white space aside; one that has another name now by the id that it had when
    it was last read (`recall`, `remember`).
    """
    memory = f"google.tabs.{spreadsheet_id}"
    before: dict[str, _Known] = msgspec.json.decode(recall(memory) or "{}", type=dict[str, _Known])
    days = _days(client, spreadsheet_id, [before[name].title for name in tabs]) if _are_at_hand(tabs, before) else None
    found = (
        {name: before[name] for name in tabs} if days is not None else _find_all(client, spreadsheet_id, tabs, before)
    )
    if not found:
        return {}
    titles = [each.title for each in found.values()]
    if days is None and sum(each.cells for each in found.values()) <= LARGEST_WITH_DAYS:
        days = _days(client, spreadsheet_id, titles)
    answer = client.values_batch_get(spreadsheet_id, [quote_title(title) for title in titles], {**UNFORMATTED_VALUES})
    remember(memory, msgspec.json.encode({**before, **found}).decode())
    return {
        name: SheetReading(
            _rows(values.get("values", ()), (days or {}).get(tab.title, frozenset())),
            tab_name="" if fold_case(tab.title) == fold_case(name) else tab.title,
        )
        for (name, tab), values in zip(found.items(), answer["valueRanges"], strict=True)
    }


def _are_at_hand(tabs: Sequence[str], before: Mapping[str, _Known]) -> bool:
    """Say whether every tab can be asked for as it was: known, of the name that is asked for, and not too large."""
    known = [before.get(name) for name in tabs]
    same = all(tab and fold_case(tab.title) == fold_case(name) for tab, name in zip(known, tabs, strict=True))
    return same and sum(tab.cells for tab in known if tab) <= LARGEST_WITH_DAYS


def _find_all(
    client: GoogleClient, spreadsheet_id: str, tabs: Sequence[str], before: Mapping[str, _Known]
) -> dict[str, _Known]:
    live: dict[int, _Known] = {}
    for sheet in client.fetch_sheet_metadata(spreadsheet_id, params={**WHICH_TABS}).get("sheets", ()):
        properties = sheet["properties"]
        if properties.get("sheetType", "GRID") == "GRID":
            grid = properties.get("gridProperties", {})
            size = grid.get("rowCount", 0) * grid.get("columnCount", 0)
            tab = _Known(properties.get("sheetId", 0), properties["title"], size)
            live[tab.sheet_id] = tab
    found = {name: _find(name, live, before.get(name), tabs) for name in tabs}
    return {name: tab for name, tab in found.items() if tab}


def _find(name: str, live: Mapping[int, _Known], before: _Known | None, tabs: Sequence[str]) -> _Known | None:
    """Return the tab with that name, or the one that had it; never one that is asked for by its own name."""
    by_name = next((tab for tab in live.values() if fold_case(tab.title) == fold_case(name)), None)
    if by_name is not None or before is None or before.sheet_id not in live:
        return by_name
    had_it = live[before.sheet_id]
    return None if fold_case(had_it.title) in set(map(fold_case, tabs)) else had_it


def _days(
    client: GoogleClient, spreadsheet_id: str, titles: Sequence[str]
) -> dict[str, frozenset[tuple[int, int]]] | None:
    """Return the places of the cells that are shown as days, by title; None where the tabs are not as they were."""
    params: dict[str, Any] = {
        "includeGridData": "true",
        "fields": WHICH_DAYS,
        "ranges": [quote_title(title) for title in titles],
    }
    try:
        sheets = client.fetch_sheet_metadata(spreadsheet_id, params=params).get("sheets", ())
    except PublishError:  # a tab was renamed or taken away
        return None
    found = {sheet["properties"]["title"]: frozenset(_places(sheet.get("data", ()))) for sheet in sheets}
    return found if set(titles) <= set(found) else None


def _places(data: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    return [
        (grid.get("startRow", 0) + row, grid.get("startColumn", 0) + column)
        for grid in data
        for row, cells in enumerate(grid.get("rowData", ()))
        for column, cell in enumerate(cells.get("values", ()))
        if cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type") in DAYS
    ]


def _rows(rows: Sequence[Sequence[Any]], days: frozenset[tuple[int, int]]) -> tuple[tuple[Cell | DateCell, ...], ...]:
    """Return the rows from the heading on: days and numbers as in a workbook, an empty cell as None."""
    cells = (
        tuple(_cell(value, is_day=(place, column) in days) for column, value in enumerate(row))
        for place, row in enumerate(rows)
    )
    return tuple(dropwhile(lambda row: not any(cell is not None for cell in row), cells))


def _cell(value: Any, *, is_day: bool) -> Cell | DateCell:
    if isinstance(value, bool | str):
        return None if value == "" else value
    if is_day and 0 <= value <= LAST_NUMBER:
        return DateCell((FIRST_DAY + timedelta(days=int(value))).isoformat())
    return float(value)
