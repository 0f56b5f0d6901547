"""What the leaders' summary says is read back as the figures that it was written from; what is no such row is named."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from integration.disclose.leaders_view import round_figures
from integration.kinds.measures import MEASURE_KINDS, Basis
from integration.measure.figures import calculate_figures
from integration.model import LeadersView, Percent, ShownAs
from integration.publish import build_summary
from integration.publish.reading_back import index_names, read_summary
from integration.text_format import format_percent
from tests.unit.integration.cast import form_rows, sheet_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.schema import Settings
    from integration.model import EarlierFigure, FigureKey

AS_OF = date(2022, 7, 31)
NUMBERS = ("n", "numerator", "denominator", "value", "lower", "upper")
Tables = dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def frame(settings: Settings) -> pd.DataFrame:
    """Return every figure of the shipped programme, with made-up numbers, seen in every way."""
    rows = {source: sheet_rows(settings, source, []) for source in settings.sheets}
    rows |= {source: form_rows(settings, source, []) for source in settings.forms}
    figures = calculate_figures(settings, rows, AS_OF).frame
    chance = np.random.default_rng(7)
    made = [_make_up(record, settings, chance) for record in figures.to_dict("records")]
    frame = figures.assign(**{name: [each[name] for each in made] for name in made[0]})
    round_figures(frame, settings.measures)
    return frame[[end <= AS_OF for end in frame["period_end"]]].reset_index(drop=True)


def _make_up(record: dict[Any, Any], settings: Settings, chance: np.random.Generator) -> dict[str, Any]:
    spec = settings.measures[record["measure"]]
    kind, n = MEASURE_KINDS[spec.kind], float(chance.integers(8, 40))
    ways = (ShownAs.FIGURE, ShownAs.HIDDEN, ShownAs.WITHDRAWN, ShownAs.NO_ANSWERS, ShownAs.BAND)
    shown_as = ways[int(chance.integers(len(ways) - (kind.basis is not Basis.NUMERATOR)))]
    numbers = dict.fromkeys(NUMBERS, float("nan"))
    if shown_as is ShownAs.FIGURE:
        x = float(chance.integers(0, int(n) + 1))
        value = {Basis.NUMERATOR: x / n, Basis.NONE: n}.get(kind.basis, float(chance.random()) * 9)
        numbers |= {"n": n, "numerator": n if kind.basis is Basis.NONE else x, "value": value}
        numbers |= {} if kind.basis is Basis.NONE else {"denominator": n}
        numbers |= {"lower": value / 2, "upper": (1 + value) / 2} if kind.has_interval else {}
    elif shown_as is ShownAs.BAND:
        numbers |= {"n": n, "denominator": n}
    told = f"1 or fewer of {n:.0f}" if shown_as is ShownAs.BAND else ""
    return {**numbers, "shown_as": str(shown_as), "told": told, "is_older": False}


def write(frame: pd.DataFrame, settings: Settings, authority: str, cell: Callable[[Any], Any]) -> Tables:
    """Return the sheets of an authority's summary, each as rows of cells with lines above the table."""
    own = frame[frame["authority"] == authority]
    summary = build_summary(settings=settings, authority=authority, view=LeadersView(authority, AS_OF, own, ()))
    return {
        table.sheet: [
            [table.title], *([line] for line in table.subtitles), [column.name for column in table.columns],
            *([cell(each) for each in row] for row in table.cells),
        ]
        for table in summary.tables
    }  # fmt: skip


def as_shown(cell: Any) -> Any:
    """Return the cell as it is read from a workbook."""
    return format_percent(cell) if isinstance(cell, Percent) else float(cell) if isinstance(cell, int) else cell


def as_stored(cell: Any) -> Any:
    """Return the cell as Google has it."""
    return float(cell) if isinstance(cell, float) else cell


def list_written(
    frame: pd.DataFrame, settings: Settings, authority: str
) -> dict[FigureKey, tuple[str, str, dict[str, float]]]:
    """Return how each figure on people was shown, but for those without answers."""
    written = {}
    for record in frame[frame["authority"] == authority].to_dict("records"):
        if settings.measures[record["measure"]].rests_on == "people" and record["shown_as"] != ShownAs.NO_ANSWERS:
            key = tuple(str(record[name]) for name in ("authority", "measure", "team", "period_kind", "period"))
            numbers = {name: record[name] for name in NUMBERS if not pd.isna(record[name])}
            written[key] = (str(record["shown_as"]), record["told"], numbers)
    return written  # type: ignore[return-value]  # a key has five parts


def list_read(figures: list[EarlierFigure]) -> dict[FigureKey, tuple[str, str, dict[str, float]]]:
    return {each.key: (str(each.shown_as), each.told, dict(each.numbers)) for each in figures}


@pytest.mark.parametrize("cell", [as_shown, as_stored])
def test_what_is_written_is_read_back_of_every_measure_period_and_group(
    settings: Settings, frame: pd.DataFrame, cell: Callable[[Any], Any]
) -> None:
    for authority in settings.programme.authorities:
        tables = write(frame, settings, authority, cell)
        figures, unread = read_summary(tables, frame=frame, settings=settings, authority=authority)
        written = list_written(frame, settings, authority)
        assert len({key[1] for key in written}) == sum(s.rests_on == "people" for s in settings.measures.values())
        assert list_read(figures) == written
        assert unread == []


def test_no_two_figures_are_named_alike(settings: Settings, frame: pd.DataFrame) -> None:
    for authority in settings.programme.authorities:
        assert all(len(keys) == 1 for keys in index_names(frame, settings, authority).values())


@pytest.fixture
def tables(settings: Settings, frame: pd.DataFrame) -> Tables:
    return write(frame, settings, "northbrook", as_shown)


def find_row(tables: Tables, sheet: str, *, figure: str) -> list[Any]:
    """Return the first row of a sheet of history whose figure ends so."""
    return next(row for row in tables[sheet] if len(row) > 4 and str(row[3]).endswith(figure))


def read(tables: Tables, settings: Settings, frame: pd.DataFrame) -> tuple[int, list[str]]:
    figures, unread = read_summary(tables, frame=frame, settings=settings, authority="northbrook")
    return len(figures), unread


@pytest.mark.parametrize(
    "changed",
    [
        (0, "Fortnight 99, in the spring", "the period “Fortnight 99, in the spring” of “"),
        (1, "Another question", "the measure “Another question”"),
        (2, "Yew", "the group “Yew”"),
    ],
)
def test_words_that_name_no_figure_are_said(
    settings: Settings, frame: pd.DataFrame, tables: Tables, changed: tuple[int, str, str]
) -> None:
    place, typed, said = changed
    count, _ = read(tables, settings, frame)
    row = find_row(tables, "Families", figure="%")
    row[place] = typed
    found, unread = read(tables, settings, frame)
    assert (found, len(unread)) in {(count - 1, 1), (count, 1)}  # also on Headlines, where it is the newest
    assert unread[0].startswith(said)


@pytest.mark.parametrize(
    ("place", "typed"), [(3, "99%"), (3, "about a third"), (4, "many"), (5, None), (5, 0.0), (6, "?")]
)
def test_a_row_that_contradicts_itself_is_named_and_not_taken_in(
    settings: Settings, frame: pd.DataFrame, tables: Tables, place: int, typed: object
) -> None:
    row = find_row(tables, "Pulse", figure="%")
    row[place] = typed
    _, unread = read(tables, settings, frame)
    assert unread == [f"“{row[1]}”, “{row[2]}”, “{row[0]}”"]


def test_two_rows_on_one_figure_that_differ_are_named(settings: Settings, frame: pd.DataFrame, tables: Tables) -> None:
    row = find_row(tables, "Pulse", figure="%")
    tables["Pulse"].append([*row[:3], *["[c]"] * 5, row[8]])
    count, _ = read(tables, settings, frame)
    assert read(tables, settings, frame) == (count, [f"“{row[1]}”, “{row[2]}”, “{row[0]}”"])


def test_a_sheet_that_is_gone_or_has_lost_its_headings_is_named(
    settings: Settings, frame: pd.DataFrame, tables: Tables
) -> None:
    del tables["Families"]
    heading = next(row for row in tables["Pulse"] if row[0] == "Period")
    heading[3] = "Result"
    _, unread = read(tables, settings, frame)
    assert unread == ["the sheet “Pulse”", "the sheet “Families”"]


def test_an_empty_column_beside_a_table_and_a_table_without_rows_make_no_difference(
    settings: Settings, frame: pd.DataFrame, tables: Tables
) -> None:
    expected = read(tables, settings, frame)
    wider = {name: [[*row, "", None] for row in rows] for name, rows in tables.items()}
    wider["Empty"] = [["Period", *find_heading(tables)[1:]], ["[x]"] * 9]
    assert read(wider, settings, frame) == expected


def find_heading(tables: Tables) -> list[Any]:
    return next(row for row in tables["Pulse"] if row[0] == "Period")


def test_work_items_are_passed_over_under_whatever_words(
    settings: Settings, frame: pd.DataFrame, tables: Tables
) -> None:
    expected = read(tables, settings, frame)
    for row in tables["Headlines"]:
        if row[-1] != "Target" and len(row) == 9 and str(row[2]).startswith("Up to"):
            row[2] = "Up to some day"
    assert read(tables, settings, frame) == expected
