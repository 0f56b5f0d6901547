"""The forms and spreadsheets of google.yaml by their id, as sentences name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import Google


@dataclass(frozen=True, slots=True)
class Resource:
    """A form or spreadsheet: what we call it, where its id stands, what the account must be there."""

    name: str
    place: str
    role: str

    @property
    def opening(self) -> str:
        """The name as a sentence begins with it."""
        return self.name[0].upper() + self.name[1:]


DRIVE_CHANNEL = Resource("a channel of Google Drive", "google.yaml (watch: address)", "a viewer")
"""Whatever it is about: it is stopped by its own id alone."""


def resources_by_id(google: Google) -> Mapping[str, Resource]:
    """Return everything that google.yaml names, by id."""
    things = {
        each: Resource(f"the form “{key}”", f"google.yaml (forms: {key})", "an editor")
        for key, each in google.forms.items()
    }
    for key, each in google.sheets.items():
        things[each] = Resource(f"the spreadsheet “{key}”", f"google.yaml (sheets: {key})", "a viewer")
    if google.publish:
        things[google.publish.data] = Resource("the data spreadsheet", "google.yaml (publish: data)", "an editor")
        for key, each in google.publish.summary.items():
            name, place = f"the summary spreadsheet of “{key}”", f"google.yaml (publish: summary: {key})"
            things[each] = Resource(name, place, "an editor")
    return things


def unknown_resource(identity: str) -> Resource:
    """Return a thing that google.yaml does not name."""
    return Resource(f"the id {identity}", "the command", "an editor")


def quote_title(title: str) -> str:
    """Return a tab's title as it stands in a range; a quote in it is doubled."""
    return "'" + title.replace("'", "''") + "'"


def column_letters(place: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_range(title: str, row: int, column: int, end_row: int, end_column: int) -> str:
    """Return the range from a cell up to before another, rows and columns counted from 0."""
    first, last = f"{column_letters(column)}{row + 1}", f"{column_letters(end_column - 1)}{end_row}"
    return f"{quote_title(title)}!{first}" if first == last else f"{quote_title(title)}!{first}:{last}"


FILE_URL = "https://www.googleapis.com/drive/v3/files/{}"


FORM_URL = "https://forms.googleapis.com/v1/forms/{}"
RESPONSES_URL = FORM_URL + "/responses"
