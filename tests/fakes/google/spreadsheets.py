"""A spreadsheet's state."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from tests.fakes.google.tab import Tab

MOST_CELLS = 10_000_000


class Spreadsheet:
    """The tabs of a spreadsheet in their order, and what belongs to the whole."""

    def __init__(self, spreadsheet_id: str, title: str, *, chance: Random) -> None:
        self.id = spreadsheet_id
        self.chance = chance
        self.tabs: list[Tab] = []
        self.metadata: list[dict[str, Any]] = []
        self.properties: dict[str, Any] = {
            "title": title, "locale": "en_GB", "autoRecalc": "ON_CHANGE", "timeZone": "Europe/London",
        }  # fmt: skip

    @property
    def title(self) -> str:
        """Return what people call the spreadsheet."""
        return str(self.properties["title"])

    @property
    def visible(self) -> list[Tab]:
        """Return the tabs that a reader sees, in their order."""
        return [tab for tab in self.tabs if not tab.hidden]

    @property
    def cell_count(self) -> int:
        """Return how many cells its grids have, empty ones included."""
        return sum(tab.rows * tab.columns for tab in self.tabs)

    def tab(self, title: str) -> Tab:
        """Return the tab of that title, upper and lower case alike. Raises KeyError."""
        found = self.find(title)
        if found is None:
            raise KeyError(title)
        return found

    def find(self, title: str) -> Tab | None:
        """Return the tab of that title, or None."""
        wanted = title.casefold()
        return next((tab for tab in self.tabs if tab.title.casefold() == wanted), None)

    def by_id(self, sheet_id: int) -> Tab | None:
        """Return the tab of that id, or None."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)

    def by_metadata(self, key: str, value: str | None = None) -> list[Tab]:
        """Return the tabs that carry developer metadata of that key (and value) for the whole sheet."""
        return [
            tab
            for tab in self.tabs
            for each in tab.metadata
            if each["metadataKey"] == key
            and value in (None, each.get("metadataValue"))
            and each["location"]["locationType"] == "SHEET"
        ]

    def new_id(self) -> int:
        """Return an id that nothing here has."""
        return self.chance.randrange(1, 2**31 - 1)

    def copy(self) -> Spreadsheet:
        """Return a copy that can be changed without changing this."""
        other = Spreadsheet(self.id, self.title, chance=self.chance)
        other.tabs = [tab.copy() for tab in self.tabs]
        other.metadata = deepcopy(self.metadata)
        other.properties = deepcopy(self.properties)
        return other

    def become(self, other: Spreadsheet) -> None:
        """Take over the state of a changed copy, at one stroke."""
        self.tabs, self.metadata, self.properties = other.tabs, other.metadata, other.properties
