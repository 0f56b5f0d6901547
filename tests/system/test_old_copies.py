"""An old copy of data.xlsx is saved again: what was typed into it counts, and what it brings back is said."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.system.commands import SAMPLE, run

if TYPE_CHECKING:
    from pathlib import Path

SYNC, PUBLISH = ("run", "sync", "--data", SAMPLE), ("run", "publish", "--as-of", "2022-07-31")
BACK = "Corrections that later ones had replaced count again (pulse hours_total: 1)"


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo's home folder."""
    return shutil.copytree(home, tmp_path / "own")


def rows(book: Path, tab: str) -> list[dict[str, Any]]:
    heading, *found = openpyxl.load_workbook(book)[tab].iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in found]


def copy_with(book: Path, to: Path, key: str, value: str) -> Path:
    """Save a copy in which a person typed the hours of a week."""
    opened = openpyxl.load_workbook(book)
    tab = opened["needs_attention"]
    columns = {cell.value: number for number, cell in enumerate(tab[1])}
    (row,) = [
        row
        for row in tab.iter_rows(min_row=2)
        if (row[columns["key"]].value, row[columns["field"]].value) == (key, "hours_total")
    ]
    row[columns["correction"]].value = value
    opened.save(to)
    return to


def save(own: Path, book: Path) -> str:
    """Save the copy as data.xlsx; return what the sync says of it."""
    shutil.copy(book, own / "data.xlsx")
    said = run(*SYNC, "--home", own)
    assert said.code == 0, said.err
    published = run(*PUBLISH, "--home", own)
    assert published.code == 0, published.err
    return said.out


def hours(own: Path, key: str) -> float:
    (row,) = [row for row in rows(own / "data.xlsx", "pulse") if row["response_id"] == key]
    return float(row["hours_total"])


def test_what_an_old_copy_brings_back_is_said(own: Path, tmp_path: Path) -> None:
    monday = tmp_path / "monday.xlsx"
    shutil.copy(own / "data.xlsx", monday)
    first, second = [
        str(row["key"])
        for row in rows(monday, "needs_attention")
        if (row["source"], row["field"], row["code"]) == ("pulse", "hours_total", "not_a_number")
    ][:2]
    by_ana = copy_with(monday, tmp_path / "by Ana.xlsx", first, "11")
    by_ben = copy_with(monday, tmp_path / "by Ben.xlsx", first, "22")
    assert BACK not in save(own, by_ana)
    assert hours(own, first) == 11
    assert BACK not in save(own, by_ben)
    assert hours(own, first) == 22
    assert "nothing new" in save(own, monday), "an old copy in which nothing was typed takes nothing back"
    assert hours(own, first) == 22
    assert BACK in save(own, by_ana)
    assert hours(own, first) == 11, "what was saved last counts"
    assert BACK in run("status", "--home", own).out
    assert BACK not in save(own, copy_with(by_ana, tmp_path / "later.xlsx", second, "7"))
    assert (hours(own, first), hours(own, second)) == (11, 7)
    assert BACK not in run("status", "--home", own).out


@pytest.mark.long
def test_an_old_copy_brings_no_forgotten_person_back(own: Path, tmp_path: Path) -> None:
    monday = tmp_path / "monday.xlsx"
    shutil.copy(own / "data.xlsx", monday)
    key = next(str(row["key"]) for row in rows(monday, "needs_attention") if row["field"] == "hours_total")
    assert run("forget", "--response", key, "--yes", "--home", own).code == 0
    save(own, copy_with(monday, tmp_path / "typed.xlsx", key, "9"))
    for tab in ("pulse", "needs_attention"):
        assert key not in {row.get("response_id", row.get("key")) for row in rows(own / "data.xlsx", tab)}
