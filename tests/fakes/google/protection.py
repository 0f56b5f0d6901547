"""Protected ranges: who may write where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.google.a1 import Span
from tests.fakes.google.errors import invalid

if TYPE_CHECKING:
    from tests.fakes.google.tab import Tab

SENTENCE = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove protection if"
    " you need to edit."
)


def span_of(grid_range: dict[str, Any]) -> Span:
    """Return the span of a `GridRange`."""
    return Span(
        grid_range.get("startRowIndex") or 0, grid_range.get("endRowIndex"),
        grid_range.get("startColumnIndex") or 0, grid_range.get("endColumnIndex"),
    )  # fmt: skip


def may_edit(protected: dict[str, Any], *, by: str) -> bool:
    """Return whether this account may change what is protected; a warning stops nobody who calls the API."""
    return bool(protected.get("warningOnly")) or by in protected.get("editors", {}).get("users", [])


def refuse_protected(tab: Tab, span: Span, *, by: str) -> None:
    """Refuse a change to cells that this account may not edit."""
    for protected in tab.protected:
        if not may_edit(protected, by=by) and _meet(span_of(protected.get("range", {})), span, tab):
            raise invalid(SENTENCE)


def _meet(one: Span, other: Span, tab: Tab) -> bool:
    one, other = one.within(tab.rows, tab.columns), other.within(tab.rows, tab.columns)
    return (
        one.row < (other.end_row or 0)
        and other.row < (one.end_row or 0)
        and one.column < (other.end_column or 0)
        and other.column < (one.end_column or 0)
    )
