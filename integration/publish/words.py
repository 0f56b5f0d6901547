"""Days and periods in words, and the names behind keys."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.words import long_date, month_words, span

if TYPE_CHECKING:
    from datetime import date

    from config.schema import Programme

LINE = 180
"""Characters of a line above a table: about as wide as the table."""


def team_names(programme: Programme) -> dict[str, str]:
    """Return the name of each team by its key."""
    return {key: team.name for authority in programme.authorities.values() for key, team in authority.teams.items()}


def authority_names(programme: Programme) -> dict[str, str]:
    """Return the name of each authority by its key."""
    return {key: authority.name for key, authority in programme.authorities.items()}


def period_words(kind: str, period: str, start: date, end: date, *, programme: Programme) -> str:
    """Return a period as a leader reads it: "Fortnight 23, 11 to 24 July 2022"."""
    if kind == PeriodKind.FORTNIGHT:
        return f"Fortnight {period}, {span(start, end)}"
    if kind == PeriodKind.WINDOW:
        window = programme.windows.get(period)
        return f"{window.title if window else period}, {span(start, end)}"
    if kind == PeriodKind.MONTH:
        return month_words(start)
    return f"Up to {long_date(end)}"


def lines(text: str) -> tuple[str, ...]:
    """Return a text as lines that fit above a table: broken between sentences first, then between words."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return tuple(line for sentence in sentences for line in textwrap.wrap(sentence, LINE))
