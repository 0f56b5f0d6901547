"""Whoever is forgotten is forgotten everywhere: not one byte of their words, not after the next sync either."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from integration.errors import CallError
from tests.jobs.erasing.household import CODE, MINE, WORDS, begin, live_in, places_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jobs.erasing.household import Household


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Household:
    """Return a programme in which everybody has answered; it is only looked at."""
    household = begin(tmp_path_factory.mktemp("lived"))
    live_in(household)
    (household.home / ".data.xlsx.0a1b2c3d.writing").write_text(WORDS["an edit"], encoding="utf-8")
    return household


@pytest.fixture
def household(lived: Household, tmp_path: Path) -> Household:
    """Return a copy of it, to do things with."""
    shutil.copytree(lived.home, tmp_path / "home")
    shutil.copytree(lived.data, tmp_path / "data")
    return replace(lived, home=tmp_path / "home", data=tmp_path / "data")


def type_into_the_workbook(household: Household, key: str, value: str) -> None:
    path = household.home / "data.xlsx"
    book = openpyxl.load_workbook(path)
    rows = book["needs_attention"]
    headings = [cell.value for cell in rows[1]]
    row = next(row for row in rows.iter_rows(min_row=2) if row[headings.index("key")].value == key)
    row[headings.index("correction")].value = value
    book.save(path)


def test_the_words_are_there_before(lived: Household) -> None:
    """Else nothing is shown by their being gone."""
    found = places_of(lived.home)
    assert found["the first version"] == {"crescendo.db", "backups/crescendo-old.db", "backups/crescendo-new.db"}
    assert "data.xlsx" in found["another field"]
    assert ".data.xlsx.0a1b2c3d.writing" in found["an edit"]
    assert set(WORDS) - set(found) == {"a correction that is not taken up yet"}


def test_by_code_every_version_and_correction_goes_everywhere(household: Household) -> None:
    type_into_the_workbook(household, MINE[0], WORDS["a correction that is not taken up yet"])
    done = household.forget(code=" qx07")
    assert {each for _, each in done.erased.erasure.responses} == set(MINE)
    assert (done.erased.erasure.versions, done.erased.erasure.corrections) == (3, 3)
    assert places_of(household.home) == {}
    household.run()
    assert places_of(household.home) == {}
    assert places_of(household.home, {"the code": CODE, "an id": MINE[0], "another": MINE[1]}) == {}


def test_by_id_only_that_response_goes(household: Household) -> None:
    household.forget(response=MINE[0])
    left = {"another answer of the same code": WORDS["another answer of the same code"]}
    assert set(places_of(household.home)) == set(left)
    household.run()
    assert set(places_of(household.home)) == set(left)


def test_an_edit_after_the_forgetting_is_not_stored_either(household: Household) -> None:
    household.forget(code=CODE)
    again = household.answer(
        "pulse", MINE[0], "2021-09-14T10:00:00Z", edited="2021-10-01T10:00:00Z", team="Elm", ownership="Agree",
        going_well=WORDS["an edit"],
    )  # fmt: skip
    household.save("pulse", [again])
    with suppress(Exception):  # so much is gone from the form that a person would have to confirm it
        household.run()
    assert places_of(household.home) == {}


def test_the_receipt_names_places_and_digests_and_no_answer(household: Household) -> None:
    done = household.forget(code=CODE)
    assert done.place.startswith(str(household.home / "receipts" / "forget-2021-10-05T09"))
    for word in (*WORDS.values(), CODE, *MINE):
        assert word not in done.receipt
    assert "2 responses of pulse" in done.receipt
    assert "crescendo-old.db, " in done.receipt or "crescendo-new.db, crescendo-old.db" in done.receipt
    assert "the response in the form pulse itself" in done.receipt
    assert all(each in done.in_full() for each in MINE)


def test_a_backup_that_cannot_be_opened_is_named(household: Household) -> None:
    (household.home / "backups" / "broken.db").write_text("no database " * 50, encoding="utf-8")
    done = household.forget(code=CODE)
    (sentence,) = done.erased.unscrubbed
    assert sentence.startswith("broken.db: ")
    assert "broken.db" in done.receipt
    assert (household.home / "backups" / "broken.db").read_text(encoding="utf-8").startswith("no database")


def test_a_backup_that_is_put_back_knows_whom_to_forget(household: Household) -> None:
    household.forget(code=CODE)
    shutil.copy(household.home / "backups" / "crescendo-old.db", household.home / "crescendo.db")
    household.run()
    assert places_of(household.home) == {}
    with closing(sqlite3.connect(household.home / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_keeps_its_time(household: Household) -> None:
    path = household.home / "backups" / "crescendo-old.db"
    before = path.stat().st_mtime_ns
    household.forget(code=CODE)
    assert path.stat().st_mtime_ns == before


def test_a_copy_that_somebody_saved_in_the_home_folder_is_named(household: Household) -> None:
    shutil.copy(household.home / "data.xlsx", household.home / "my copy.xlsx")
    assert household.forget(code=CODE).erased.still == ("my copy.xlsx",)


def test_whoever_is_not_there_cannot_be_forgotten(household: Household) -> None:
    with pytest.raises(CallError, match="is stored"):
        household.forget(code="ZZ99")
