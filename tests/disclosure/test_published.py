"""A publication is read cell by cell, and what its workbook and its pack say against each other is noticed."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.disclosure.cells import Cell, Question, State
from tests.disclosure.handmade import AUTHORITY, QUESTIONS, make_programme, read_place
from tests.disclosure.published import read_folder

if TYPE_CHECKING:
    from pathlib import Path

    from tests.disclosure.published import Publication

COLUMNS = ("Period", "Measure", "Who", "Figure", "Number", "Out of", "Likely range, from", "Likely range, to", "Target")
PROGRAMME = make_programme(["elm", "oak"])
PROGRAMME.questions.clear()
PROGRAMME.questions.update({
    question.key: Question(question.key, question.form, question.kind, title=f"What is {question.key}",
        high=question.high, step=question.step, rounding=question.rounding, asks=question.asks)
    for question in QUESTIONS
})  # fmt: skip
FORTNIGHT = "Fortnight 3, 4 to 17 October 2021"
HIDDEN = ("[c]", "[c]", "[c]", "[c]", "[c]", "[z]")
SHOWN = (0.57, 4, 7, 0.25, 0.84, "[z]")


def write_summary(folder: Path, *rows: tuple[Any, ...]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    cover = book.create_sheet("Cover")
    cover.append(["Summary"])
    cover.append(["The figures are those known on 31 July 2022. Periods that had not ended by then are left out."])
    sheet = book.create_sheet("Pulse")
    sheet.append(["Pulse: Northbrook"])
    sheet.append(COLUMNS)
    for row in rows:
        sheet.append(row)
    book.save(folder / f"summary-{AUTHORITY}.xlsx")


def write_pack(folder: Path, *figures: dict[str, Any], chart: str = "", audience: str = "") -> None:
    record = {
        "as_of": "2022-07-31", "month": "2022-07", "headlines": [], "decisions": [], "changes": [], "preheader": "",
        "charts": [{"title": "What is heard", "alt": chart, "note": "", "columns": [], "rows": []}],
        "figures": list(figures),
    }  # fmt: skip
    path = folder / "packs" / "2022-07" / AUTHORITY / audience / "pack.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(record), encoding="utf-8")


def make_figure(**parts: Any) -> dict[str, Any]:
    return {
        "measure": "heard", "team": "elm", "period_kind": "fortnight", "period": "3", "period_start": "2021-10-04",
        "period_end": "2021-10-17", "value": None, "numerator": None, "denominator": None, "n": None, "lower": None,
        "upper": None, "shown": "[c]", "hidden": False, "told": None, "ids": [],
    } | parts  # fmt: skip


def read(folder: Path) -> Publication:
    (publication,) = read_folder(folder, PROGRAMME)
    return publication


def cell_at(publication: Publication, words: str) -> Cell:
    return publication.cells[read_place(PROGRAMME, words)]


def test_every_state_of_a_row_is_read(tmp_path: Path) -> None:
    write_summary(
        tmp_path,
        (FORTNIGHT, "What is heard", "Northbrook, all teams", *SHOWN),
        (FORTNIGHT, "What is heard", "Elm", *HIDDEN),
        (FORTNIGHT, "What is heard", "Oak", "[x]", "[x]", "[x]", "[x]", "[x]", "[z]"),
        (FORTNIGHT, "What is against", "Oak", "[x]", 0, 0, "[x]", "[x]", "[z]"),
        (FORTNIGHT, "What is ownership", "Elm", "1 or fewer of 12", "1 or fewer of 12", 12, "[z]", "[z]", "[z]"),
        (FORTNIGHT, "What is ownership", "Oak", "11 or more of 12", "11 or more of 12", 12, "[z]", "[z]", "[z]"),
        (FORTNIGHT, "What is time", "Elm", 3.6, "[z]", 8, "[z]", "[z]", "[z]"),
        ("Before the start, 6 September to 3 October 2021", "What is heard", "Elm", *HIDDEN[:5], "[z]"),
        ("July 2022", "What is heard", "Elm", "[w]", "[w]", "[w]", "[w]", "[w]", "[z]"),
        ("Up to 31 July 2022", "What is heard", "Elm", *SHOWN),
    )
    publication = read(tmp_path)
    assert publication.problems == []
    assert publication.as_of == date(2022, 7, 31)
    assert cell_at(publication, "heard all 3") == Cell(State.SHOWN, n=7, numerator=4, figure=0.57)
    assert cell_at(publication, "heard elm 3") == Cell(State.HIDDEN)
    assert cell_at(publication, "heard oak 3") == cell_at(publication, "against oak 3") == Cell(State.NOT_AVAILABLE)
    assert cell_at(publication, "ownership elm 3") == Cell(State.BAND, n=12)
    assert cell_at(publication, "ownership oak 3") == Cell(State.BAND, n=12, is_high=True)
    assert cell_at(publication, "time elm 3") == Cell(State.SHOWN, n=8, figure=3.6)
    assert cell_at(publication, "heard elm baseline") == Cell(State.HIDDEN)
    kinds = {place.period.kind: cell.state for place, cell in publication.cells.items()}
    assert kinds["month"] is State.WITHDRAWN
    assert kinds["to_date"] is State.SHOWN


@pytest.mark.parametrize(("row", "problem"), [
    ((0.5714285714, 4, 7, 0.25, 0.84, "[z]"), "not rounded at the door"),
    ((0.57, 4, 7, 0.2512, 0.84, "[z]"), "not rounded at the door"),
    (("[c]", "[c]", 7, "[c]", "[c]", "[z]"), "yet [7] stands beside it"),
    (("1 or fewer of 12", "1 or fewer of 12", 12, 0.01, 0.3, "[z]"), "yet a range"),
    (("1 or fewer of 12", 1, 12, "[z]", "[z]", "[z]"), "but Number says 1"),
    ((0.43, 4, 7, 0.25, 0.84, "[z]"), "is not 4 of 7"),
])  # fmt: skip
def test_a_row_that_says_more_than_it_may_is_named(tmp_path: Path, row: tuple[Any, ...], problem: str) -> None:
    write_summary(tmp_path, (FORTNIGHT, "What is heard", "Elm", *row))
    (found,) = read(tmp_path).problems
    assert problem in found
    assert "heard of elm in fortnight 3" in found


def test_a_period_that_had_not_ended_is_named(tmp_path: Path) -> None:
    write_summary(tmp_path, ("Fortnight 24, 25 July to 7 August 2022", "What is heard", "Elm", *HIDDEN))
    (found,) = read(tmp_path).problems
    assert "ends on 2022-08-07, after the reporting date" in found


def test_words_that_no_period_has_are_an_error_and_no_silence(tmp_path: Path) -> None:
    write_summary(tmp_path, ("Some time ago", "What is heard", "Elm", *SHOWN))
    with pytest.raises(ValueError, match="'Some time ago' is none that the auditor knows"):
        read(tmp_path)


@pytest.mark.parametrize(("figure", "cell"), [
    (make_figure(shown="57% (4 of 7)", value=0.57, numerator=4, denominator=7, n=7), Cell(State.SHOWN, 7, 4, 0.57)),
    (make_figure(hidden=True), Cell(State.HIDDEN)),
    (make_figure(shown="[x]"), Cell(State.NOT_AVAILABLE)),
    (make_figure(shown="[x]", numerator=0, denominator=0, n=0), Cell(State.NOT_AVAILABLE)),
    (make_figure(shown="[w]"), Cell(State.WITHDRAWN)),
    (make_figure(shown="1 or fewer of 12", told="1 or fewer of 12", denominator=12, n=12), Cell(State.BAND, 12)),
])  # fmt: skip
def test_every_state_of_a_figure_of_a_pack_is_read(tmp_path: Path, figure: dict[str, Any], cell: Cell) -> None:
    write_pack(tmp_path, figure)
    publication = read(tmp_path)
    assert publication.problems == []
    assert cell_at(publication, "heard elm 3") == cell


@pytest.mark.parametrize(("figure", "problem"), [
    (make_figure(hidden=True, numerator=3), "yet {'numerator': 3} stands beside it"),
    (make_figure(hidden=True, n=5), "yet {'n': 5} stands beside it"),
    (make_figure(told="1 or fewer of 12", shown="", denominator=12, n=12, upper=0.3), "stands beside them"),
    (make_figure(hidden=True, ids=["a", "b"]), "1 figures name the responses"),
    (make_figure(shown="57%", value=4 / 7, numerator=4, denominator=7, n=7), "not rounded at the door"),
])  # fmt: skip
def test_a_figure_of_a_pack_that_says_more_than_it_may_is_named(
    tmp_path: Path, figure: dict[str, Any], problem: str
) -> None:
    write_pack(tmp_path, figure)
    (found,) = read(tmp_path).problems
    assert problem in found


def test_a_pack_against_its_summary_is_named_and_the_intruder_knows_both(tmp_path: Path) -> None:
    write_summary(tmp_path, (FORTNIGHT, "What is heard", "Elm", *HIDDEN))
    write_pack(tmp_path, make_figure(shown="57% (4 of 7)", value=0.57, numerator=4, denominator=7, n=7))
    publication = read(tmp_path)
    (found,) = publication.problems
    assert "heard of elm in fortnight 3 is 4 of 7, elsewhere [c]" in found
    assert cell_at(publication, "heard elm 3").numerator == 4


def test_a_figure_of_another_authority_is_named(tmp_path: Path) -> None:
    write_summary(tmp_path, (FORTNIGHT, "What is heard", "Rowan", *SHOWN))
    write_pack(tmp_path, make_figure(team="rowan", shown="57% (4 of 7)", value=0.57, numerator=4, denominator=7, n=7))
    publication = read(tmp_path)
    assert publication.cells == {}
    assert ["Rowan" in one or "rowan" in one for one in publication.problems] == [True, True]


def test_a_chart_that_says_what_no_figure_shows_is_named(tmp_path: Path) -> None:
    write_pack(tmp_path, make_figure(hidden=True), chart="Line chart. Elm: lowest 0% (0 of 5).")
    (found,) = read(tmp_path).problems
    assert "a text says '0 of 5'" in found


def test_a_team_that_gets_a_pack_shares_what_it_says_and_the_project_does_not(tmp_path: Path) -> None:
    write_pack(tmp_path, make_figure(hidden=True))
    write_pack(tmp_path, make_figure(shown="57% (4 of 7)", value=0.57, numerator=4, denominator=7, n=7), audience="elm")
    write_pack(tmp_path, make_figure(shown="[x]"), audience="core_team")
    assert cell_at(read(tmp_path), "heard elm 3").numerator == 4
