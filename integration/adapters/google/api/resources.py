"""The forms and spreadsheets of google.yaml by their id, as sentences name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import Google


@dataclass(frozen=True, slots=True)
class Thing:
    """A form or spreadsheet: what we call it, where its id stands, what the account must be there."""

    name: str
    place: str
    role: str

    @property
    def opening(self) -> str:
        """The name as a sentence begins with it."""
        return self.name[0].upper() + self.name[1:]


CHANNEL = Thing("a channel of Google Drive", "google.yaml (watch: address)", "a viewer")
"""Whatever it is about: it is stopped by its own id alone."""


def things_of(google: Google) -> Mapping[str, Thing]:
    """Return everything that google.yaml names, by id."""
    things = {
        each: Thing(f"the form “{key}”", f"google.yaml (forms: {key})", "an editor")
        for key, each in google.forms.items()
    }
    for key, each in google.sheets.items():
        things[each] = Thing(f"the spreadsheet “{key}”", f"google.yaml (sheets: {key})", "a viewer")
    if google.publish:
        things[google.publish.data] = Thing("the data spreadsheet", "google.yaml (publish: data)", "an editor")
        for key, each in google.publish.summary.items():
            name, place = f"the summary spreadsheet of “{key}”", f"google.yaml (publish: summary: {key})"
            things[each] = Thing(name, place, "an editor")
    return things


def unknown(identity: str) -> Thing:
    """Return a thing that google.yaml does not name."""
    return Thing(f"the id {identity}", "the command", "an editor")
