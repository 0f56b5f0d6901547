"""What Google is asked about: the forms and spreadsheets of google.yaml, their addresses, the cells in them.

Also how its answers are decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from integration.adapters.untrusted_input import decode_json
from integration.text_format import format_column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from config.schema import Google

HOSTS = {
    "https://sheets.googleapis.com": "sheets",
    "https://www.googleapis.com": "drive",
    "https://forms.googleapis.com": "forms",
}
FILE_URL = "https://www.googleapis.com/drive/v3/files/{}"
SPREADSHEET_URL = "https://sheets.googleapis.com/v4/spreadsheets/{}"
FORM_URL = "https://forms.googleapis.com/v1/forms/{}"
RESPONSES_URL = FORM_URL + "/responses"
WATCHES_URL = FORM_URL + "/watches"

UNFORMATTED_VALUES: Mapping[str, Any] = {
    "valueRenderOption": "UNFORMATTED_VALUE",
    "dateTimeRenderOption": "SERIAL_NUMBER",
}
"""Asks for cells as they are stored: numbers as numbers, dates as days since 30 December 1899."""

Shape = TypeVar("Shape")


@dataclass(frozen=True, slots=True)
class Resource:
    """A form or spreadsheet: what we call it, where its id is written, which role the account needs there."""

    name: str
    place: str
    role: str

    @property
    def opening(self) -> str:
        """The name as the first words of a sentence."""
        return self.name[0].upper() + self.name[1:]


DRIVE_CHANNEL = Resource("a channel of Google Drive", "google.yaml (watch: address)", "a viewer")
"""Any channel, whichever spreadsheet it is about: a channel is stopped by its own id alone."""


def resources_by_id(google: Google) -> Mapping[str, Resource]:
    """Return everything that google.yaml names, by id."""
    resources: dict[str, Resource] = {}
    for key, each in google.forms.items():
        resources[each] = Resource(f"the form “{key}”", f"google.yaml (forms: {key})", "an editor")
    for key, each in google.sheets.items():
        resources[each] = Resource(f"the spreadsheet “{key}”", f"google.yaml (sheets: {key})", "a viewer")
    if google.publish:
        resources[google.publish.data] = Resource("the data spreadsheet", "google.yaml (publish: data)", "an editor")
        for key, each in google.publish.summary.items():
            name, place = f"the summary spreadsheet of “{key}”", f"google.yaml (publish: summary: {key})"
            resources[each] = Resource(name, place, "an editor")
    return resources


def unknown_resource(resource_id: str) -> Resource:
    """Return a form or spreadsheet that google.yaml does not name."""
    return Resource(f"the id {resource_id}", "the command", "an editor")


def decode_answer(response: Response, shape: type[Shape], *, where: str) -> Shape:
    """Return the JSON of an answer. Raises SourceError where it is not what Google documents."""
    return decode_json(response.content, shape, where=where, what="what Google documents")


def quote_title(title: str) -> str:
    """Return a tab's title as A1 notation quotes it; a quote in it is doubled."""
    return "'" + title.replace("'", "''") + "'"


def cell_range(title: str, row: int, column: int, end_row: int, end_column: int) -> str:
    """Return the range from a cell up to before another in A1 notation, rows and columns counted from 0."""
    first, last = f"{format_column_letters(column)}{row + 1}", f"{format_column_letters(end_column - 1)}{end_row}"
    return f"{quote_title(title)}!{first}" if first == last else f"{quote_title(title)}!{first}:{last}"
