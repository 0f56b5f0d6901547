"""Series of figures: where a question was reworded a new one begins, and nothing is compared across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.pack.words import listed
from integration.words import long_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from integration.pack.content import Figure


def split_series(figures: Sequence[Figure]) -> list[list[Figure]]:
    """Return the figures of one measure, series by series; the oldest first, as they are given."""
    split: list[list[Figure]] = []
    for figure in figures:
        if not split or split[-1][-1].series_from != figure.series_from:
            split.append([])
        split[-1].append(figure)
    return split


def reworded_on(figures: Iterable[Figure]) -> list[date]:
    """Return the days on which a series of these figures began because the question was reworded."""
    return sorted({figure.series_from for figure in figures if figure.series_from})


def reworded_note(figures: Iterable[Figure]) -> str:
    """Return why the figures are not compared with each other throughout; "" where they are."""
    days = [long_date(day) for day in reworded_on(figures)]
    if not days:
        return ""
    return f"The question was reworded on {listed(days)}; figures before and after are not compared."
