"""What Google's own description of the Sheets API says of a tab's format."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tests.fakes.google.discovery import Document

if TYPE_CHECKING:
    from integration.adapters.google.publishing.desired_state import TabFormat


@cache
def sheets() -> Document:
    """Return the description of the Sheets API."""
    return Document("sheets")


def wrong_in(tab_format: TabFormat) -> list[str]:
    """Return whatever a tab_format has that the Sheets API has not: members, words of a closed set, types."""
    found = [
        problem
        for each in tab_format.cell_formats
        for problem in (
            *sheets().wrong_in_answer("CellFormat", dict(each.format)),
            sheets().unknown_field("CellFormat", {name: {} for name in each.fields.split(",")}),
            *(f"{name} is not in the mask" for name in set(each.format) - set(each.fields.split(","))),
        )
    ]
    charts = [
        problem for chart in tab_format.charts for problem in sheets().wrong_in_answer("EmbeddedChart", dict(chart))
    ]
    return [problem for problem in (*found, *charts) if problem]
