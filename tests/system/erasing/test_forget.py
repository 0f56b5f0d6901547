"""Whoever is forgotten is forgotten everywhere: not one byte of their words, not after the next sync either."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from integration.errors import CallError, ErasureIncompleteError
from integration.operations.conditions import find_conditions, unfinished_erasure_lines, unfinished_erasure_since
from integration.operations.retention import apply_retention
from tests.system.erasing.household import AS_OF, CODE, MINE, WORDS, mine, others, places_of

if TYPE_CHECKING:
    from tests.system.erasing.household import Household

LATE = "a correction that is not taken up yet"


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
    assert set(WORDS) - set(found) == {LATE}


def test_by_code_every_version_and_correction_goes_everywhere(household: Household) -> None:
    type_into_the_workbook(household, MINE[0], WORDS[LATE])
    aside = household.home / "crescendo.db.before-restore-2021-10-05T09-00-00Z"
    shutil.copy(household.home / "backups" / "crescendo-old.db", aside)
    for killed in (".making-1", "backups/.making-2", ".dry-run-3"):
        (household.home / killed).mkdir()
        shutil.copy(aside, household.home / killed / "crescendo.db")
    household.pack()
    assert list((household.home / "packs").rglob("pack.json"))
    done = household.forget(code=" qx07")
    assert {each for _, each in done.result.erasure.responses} == set(MINE)
    assert (done.result.erasure.versions, done.result.erasure.corrections) == (3, 3)
    assert done.result.packs == (f"{AS_OF:%Y-%m} northbrook", f"{AS_OF:%Y-%m} southmere")
    traces = {**WORDS, "the code": CODE, "an id": MINE[0], "another": MINE[1]}
    assert places_of(household.home, traces) == {}
    household.run()
    assert places_of(household.home, traces) == {}


def test_the_receipt_names_places_and_digests_and_no_answer(household: Household) -> None:
    backup, broken = household.home / "backups" / "crescendo-old.db", household.home / "backups" / "broken.db"
    made_at = backup.stat().st_mtime_ns
    broken.write_text("no database " * 50, encoding="utf-8")
    shutil.copy(household.home / "data.xlsx", household.home / "my copy.xlsx")
    done = household.forget(code=CODE)
    assert done.path.startswith(str(household.home / "receipts" / "forget-2021-10-05T09"))
    for word in (*WORDS.values(), CODE, *MINE):
        assert word not in done.receipt
    assert "2 responses of pulse" in done.receipt
    assert "crescendo-new.db, crescendo-old.db" in done.receipt
    assert "the response in the form pulse itself" in done.receipt
    assert "the file my copy.xlsx in the home folder still holds an id" in done.receipt
    (sentence,) = done.result.not_cleaned
    assert sentence.startswith("broken.db: ")
    assert sentence in done.receipt
    assert ".writing" not in sentence
    assert broken.read_text(encoding="utf-8").startswith("no database")
    assert backup.stat().st_mtime_ns == made_at
    assert all(each in done.in_full() for each in MINE)


def test_by_id_only_that_response_goes(household: Household) -> None:
    shutil.copytree(household.home, household.home.with_name("another machine"))
    household.forget(response=MINE[0])
    left = {"another answer of the same code"}
    assert set(places_of(household.home)) == left
    for held_there in ("backups/crescendo-old.db", "data.xlsx"):
        shutil.copy(household.home.with_name("another machine") / held_there, household.home / held_there)
    assert set(places_of(household.home)) != left
    again = household.forget(response=MINE[0])
    assert set(places_of(household.home)) == left
    assert "crescendo-old.db" in again.receipt
    assert "nothing was left of these responses in it" in again.receipt
    assert Path(again.path).read_text(encoding="utf-8") == again.receipt
    household.save("pulse", [*others(household), *mine(household, edited=True), edited(household)])
    household.run(pack=False)
    assert set(places_of(household.home)) == left


def edited(household: Household) -> dict[str, object]:
    return household.answer(
        "pulse", MINE[0], "2021-09-14T10:00:00Z", edited="2021-10-01T10:00:00Z", team="Elm", ownership="Agree",
        going_well=WORDS["an edit"],
    )  # fmt: skip


def test_a_backup_that_is_put_back_knows_whom_to_forget(household: Household) -> None:
    household.forget(code=CODE)
    shutil.copy(household.home / "backups" / "crescendo-old.db", household.home / "crescendo.db")
    household.run(pack=False)
    assert places_of(household.home) == {}
    with closing(sqlite3.connect(household.home / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_chunk_that_was_being_worked_out_meanwhile_is_not_kept(household: Household) -> None:
    """`status` looks without the lock: what it read before the erasure must not come back after it."""
    service = household.service()
    store = service.store
    erasures, last_seq = store.erasures.count(), store.versions_after("pulse", 0)[-1].seq
    store.erasures.erase({"pulse": frozenset(MINE)}, why="forget", now=household.now)
    store.save_chunk("pulse", "rules", last_seq, b"what was read before", replaces_all=True, erasures=erasures)
    assert store.chunks("pulse", "rules") == []
    service.close()


def test_whoever_is_not_there_cannot_be_forgotten(household: Household) -> None:
    with pytest.raises(CallError, match="is stored"):
        household.forget(code="ZZ99")
    with pytest.raises(CallError, match="either --response ID or --code CODE"):
        household.forget()


def test_what_cannot_be_published_is_finished_later(household: Household) -> None:
    workbook = household.home / "data.xlsx"
    workbook.write_text("no workbook any more", encoding="utf-8")
    with pytest.raises(ErasureIncompleteError, match="run the same command again"):
        household.forget(code=CODE)
    old = household.home / "outbox" / "old.eml"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (0, 0))
    later = household.later(hours=2).service()
    assert (
        "began at 05 Oct 2021 10:00 is not finished"
        in unfinished_erasure_lines(str(unfinished_erasure_since(later)))[0]
    )
    assert "unfinished/forget" in {each.key for each in find_conditions(later, now=later.clock.now())}
    with pytest.raises(ErasureIncompleteError, match="erased from the store"):
        apply_retention(later, now=later.clock.now())
    later.close()
    assert not old.exists(), "what else is old goes all the same"
    workbook.unlink()
    assert {each for _, each in household.forget(code=CODE).result.erasure.responses} == set(MINE)
    assert places_of(household.home) == {}
