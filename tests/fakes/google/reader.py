"""A leader who reads a spreadsheet after every change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.google.call_log import Call
    from tests.fakes.google.spreadsheets import Spreadsheet


class Watch:
    """What a reader saw: tabs that were empty, gone, or cut down to their headings. Each with the call that did it.

    `history` has after each call how many filled rows each visible tab had, by title.
    A tab that is empty when the watch begins counts only once it has had values.
    """

    def __init__(self, spreadsheet: Spreadsheet) -> None:
        self.spreadsheet_id = spreadsheet.id
        self.seen_empty: list[tuple[str, Call]] = []
        self.seen_gone: list[tuple[str, Call]] = []
        self.seen_headings_only: list[tuple[str, Call]] = []
        self.history: list[tuple[Call, dict[str, int]]] = []
        self._empty_from_the_start = {tab.sheet_id for tab in spreadsheet.tabs if tab.is_empty}
        self._rows = self._count(spreadsheet)

    def observe(self, spreadsheet: Spreadsheet, call: Call) -> None:
        """Look once, after a call was applied."""
        rows = self._count(spreadsheet)
        self.history.append((call, rows))
        self._empty_from_the_start &= {tab.sheet_id for tab in spreadsheet.tabs if tab.is_empty}
        for tab in spreadsheet.visible:
            if tab.is_empty and tab.sheet_id not in self._empty_from_the_start:
                self.seen_empty.append((tab.title, call))
        self.seen_gone += [(title, call) for title in self._rows if title not in rows]
        self.seen_headings_only += [
            (title, call) for title, count in rows.items() if count == 1 and self._rows.get(title, 0) > 1
        ]
        self._rows = rows

    @staticmethod
    def _count(spreadsheet: Spreadsheet) -> dict[str, int]:
        return {tab.title: sum(1 for row in tab.cells if row) for tab in spreadsheet.visible}
