"""The leaders' summary read back: which figure each of its rows is, and what stood there.

Words become keys by writing every figure's words with the functions that wrote them (`figure_tables`), and looking for
the same. What is not found again, or cannot be what was written, is named; nothing is guessed.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.kinds.measures import MEASURE_KINDS, Basis
from integration.model import EarlierFigure, ShownAs
from integration.publish.figure_tables import (
    HISTORY_COLUMNS,
    LATEST_COLUMNS,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    SYMBOLS,
    format_measure_title,
    name_figure,
)
from integration.publish.summary import HEADLINES, choose_sheet_names
from integration.text_format import quote, round_as_shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd

    from config.schema import MeasureSpec, Settings
    from integration.model import FigureKey

Row = dict[str, object]
Names = tuple[str, str, str]

_HEADINGS = tuple(tuple(column.name for column in columns) for columns in (HISTORY_COLUMNS, LATEST_COLUMNS))


def read_summary(
    tables: Mapping[str, Sequence[Sequence[object]]], *, frame: pd.DataFrame, settings: Settings, authority: str
) -> tuple[list[EarlierFigure], list[str]]:
    """Return the figures on people in the sheets of an authority's summary, and the names of what could not be read.

    `frame` has every figure as of the day of the summary. A figure without answers, `[x]`, is left out.
    """
    keys, people = index_names(frame, settings, authority), _list_titles_of_people(settings)
    found: dict[FigureKey, EarlierFigure] = {}
    unread: list[str] = [f"the sheet {quote(name)}" for name in _list_missing(tables, settings)]
    for row in _list_rows(tables):
        period, measure, who = names = str(row["Period"]), str(row["Measure"]), str(row["Who"])
        matching = [key for key in keys.get(names, ()) if settings.measures[key[1]].rests_on == "people"]
        if len(matching) == 1:
            figure = _read_figure(matching[0], row, settings.measures[matching[0][1]])
            if figure is None or found.setdefault(figure.key, figure) != figure:
                unread.append(f"{quote(measure)}, {quote(who)}, {quote(period)}")
        elif people.get(measure, True):  # work items tell nothing of people, under whatever name
            unread.append(_name_unknown(names, keys, people))
    return [figure for figure in found.values() if figure.shown_as is not ShownAs.NO_ANSWERS], unread


def index_names(frame: pd.DataFrame, settings: Settings, authority: str) -> dict[Names, list[FigureKey]]:
    """Return the keys of the authority's figures by what a row says of their period, their measure and their group."""
    keys: dict[Names, list[FigureKey]] = {}
    for record in frame[frame["authority"] == authority].to_dict("records"):
        named = {str(name): value for name, value in record.items()}
        key = (authority, named["measure"], named["team"], str(named["period_kind"]), named["period"])
        keys.setdefault(name_figure(named, settings), []).append(key)
    return keys


def _list_titles_of_people(settings: Settings) -> dict[str, bool]:
    """Return of each title whether a measure of people has it."""
    titles: dict[str, bool] = {}
    for spec in settings.measures.values():
        title = format_measure_title(spec)
        titles[title] = titles.get(title, False) or spec.rests_on == "people"
    return titles


def _name_unknown(names: Names, keys: Iterable[Names], people: Mapping[str, bool]) -> str:
    """Return which part of a row no figure is named by."""
    period, measure, who = names
    if measure not in people:
        return f"the measure {quote(measure)}"
    if not any(who == its_group for _, _, its_group in keys):
        return f"the group {quote(who)}"
    return f"the period {quote(period)} of {quote(measure)}"


def _list_missing(tables: Mapping[str, Sequence[Sequence[object]]], settings: Settings) -> Iterator[str]:
    """Yield each sheet that should hold figures on people, and has no table of figures."""
    there = {name.casefold() for name, rows in tables.items() if any(_is_heading(row) for row in rows)}
    sheets = settings.packs.summary
    for name, sheet in zip(choose_sheet_names(sheet.title for sheet in sheets), sheets, strict=True):
        specs = [settings.measures[key] for key in sheet.measures]
        lists_work_items = all(spec.periods == (PeriodKind.TO_DATE,) for spec in specs)
        if any(spec.rests_on == "people" for spec in specs) and not lists_work_items and name.casefold() not in there:
            yield name
    if HEADLINES.casefold() not in there:
        yield HEADLINES


def _is_heading(row: Sequence[object]) -> bool:
    return _trim(row) in _HEADINGS


def _trim(row: Sequence[object]) -> tuple[object, ...]:
    """Return the row without empty cells at its end."""
    cells = list(row)
    while cells and cells[-1] in {None, ""}:
        cells.pop()
    return tuple(cells)


def _list_rows(tables: Mapping[str, Sequence[Sequence[object]]]) -> Iterator[Row]:
    """Yield each row under the headings of a table of figures, by these."""
    for rows in tables.values():
        headings: tuple[object, ...] = ()
        for row in map(_trim, rows):
            if row in _HEADINGS:
                headings = row
            elif headings and set(row) not in ({NOT_AVAILABLE}, set()):  # the row of a table without any
                yield {str(name): row[place] if place < len(row) else "" for place, name in enumerate(headings)}


_COLUMNS: Mapping[Basis, Mapping[str, str]] = {
    Basis.NUMERATOR: {"value": "Figure", "numerator": "Number", "denominator": "Out of", "n": "Out of"},
    Basis.ANSWERS: {"value": "Figure", "denominator": "Out of", "n": "Out of"},
    Basis.NONE: {"value": "Figure", "numerator": "Figure", "n": "Figure"},
}
"""In which column which number of a figure stands, by what it rests on."""

_RANGE = {"lower": "Likely range, from", "upper": "Likely range, to"}


def _read_figure(key: FigureKey, row: Row, spec: MeasureSpec) -> EarlierFigure | None:
    """Return what the row says of the figure; None where that cannot be what was written."""
    shown = row["Figure"]
    symbols: dict[object, ShownAs] = {symbol: shown_as for shown_as, symbol in SYMBOLS.items()}
    symbols[NOT_AVAILABLE] = ShownAs.NO_ANSWERS
    if shown in symbols:
        return EarlierFigure(key, symbols[shown], "", {})
    try:
        if isinstance(shown, str) and shown == row["Number"]:
            told_of = _read_number(row["Out of"])
            return EarlierFigure(key, ShownAs.BAND, shown, {"n": told_of, "denominator": told_of})
        numbers = {name: _read_number(row[column]) for name, column in _COLUMNS[MEASURE_KINDS[spec.kind].basis].items()}
        ends = {name: row[column] for name, column in _RANGE.items()}
        numbers |= {name: _read_number(end) for name, end in ends.items() if end not in {NOT_APPLICABLE, NOT_AVAILABLE}}
    except (ValueError, InvalidOperation):
        return None
    return EarlierFigure(key, ShownAs.FIGURE, "", numbers) if _agrees(numbers, spec) else None


def _read_number(cell: object) -> float:
    """Return the number in a cell, that of "36%" as a part of 1. Raises ValueError or InvalidOperation for another."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    shown, sign, rest = str(cell).partition("%")
    if not sign or rest:
        raise ValueError(cell)
    return float(Decimal(shown).scaleb(-2))


def _agrees(numbers: Mapping[str, float], spec: MeasureSpec) -> bool:
    """Return whether a share is the quotient of the two numbers beside it, as it is shown."""
    if MEASURE_KINDS[spec.kind].basis is not Basis.NUMERATOR:
        return True
    if not numbers["denominator"]:
        return False
    share, shown = numbers["numerator"] / numbers["denominator"], numbers["value"]
    return round_as_shown(share, places=_PLACES) == round_as_shown(shown, places=_PLACES)


_PLACES = 2
"""A share is shown as a whole per cent."""
