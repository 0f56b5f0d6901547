"""What publishing produces: tabs for the project team, the leaders' summary, mails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import pandas as pd

    from integration.model.rows import Column


@dataclass(frozen=True, slots=True)
class Tab:
    """A complete tab for the project team: text stays text, dates are dates, numbers are numbers."""

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


class Percent(float):
    """A share of 1, written as that number and displayed as a whole percentage."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """One sheet of the leaders' summary; `cells` hold numbers (`Percent` for shares), text or symbols such as `[c]`."""

    sheet: str
    title: str
    subtitles: tuple[str, ...]
    columns: tuple[Column, ...]
    cells: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class SummaryChart:
    """One chart of the leaders' summary: `lines` are (name, value for each of `periods`), oldest first; None is a gap.

    `alt_text` says in a sentence or two what the chart shows, for those who do not see it.
    """

    title: str
    alt_text: str
    periods: tuple[str, ...]
    lines: tuple[tuple[str, tuple[float | None, ...]], ...]
    percent: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """The leaders' summary workbook of one authority."""

    authority: str
    title: str
    introduction: tuple[str, ...]
    contact: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    tables: tuple[SummaryTable, ...]
    charts: tuple[SummaryChart, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, ready to be encoded."""

    to_name: str
    to_email: str
    from_name: str
    from_email: str
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    inline: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[tuple[str, str, bytes], ...] = ()
