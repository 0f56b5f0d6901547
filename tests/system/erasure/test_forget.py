"""A data subject is forgotten everywhere: not one byte of their words, not after the next sync either."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from integration.errors import CallError, ErasureIncompleteError
from integration.model import TypedChunk
from integration.operations.monitoring.conditions import find_conditions, unfinished_erasure_since
from integration.operations.monitoring.status import unfinished_erasure_lines
from integration.operations.personal_data.retention import apply_retention, remember_run
from tests.system.erasure.small_programme import AS_OF, CODE, MINE, PHRASES, find_phrases, mine, others

if TYPE_CHECKING:
    from tests.system.erasure.small_programme import SmallProgramme

LATE = "a correction that is not taken up yet"


def type_into_the_workbook(programme: SmallProgramme, key: str, value: str) -> None:
    path = programme.home / "data.xlsx"
    book = openpyxl.load_workbook(path)
    rows = book["needs_attention"]
    headings = [cell.value for cell in rows[1]]
    row = next(row for row in rows.iter_rows(min_row=2) if row[headings.index("key")].value == key)
    row[headings.index("correction")].value = value
    book.save(path)


def test_the_words_are_there_before(published: SmallProgramme) -> None:
    """Otherwise nothing would be shown by their being gone."""
    found = find_phrases(published.home)
    assert found["the first version"] == {"crescendo.db", "backups/crescendo-old.db", "backups/crescendo-new.db"}
    assert "data.xlsx" in found["another field"]
    assert ".data.xlsx.0a1b2c3d.writing" in found["an edit"]
    assert set(PHRASES) - set(found) == {LATE}


def test_by_code_every_version_and_correction_goes_everywhere(programme: SmallProgramme) -> None:
    type_into_the_workbook(programme, MINE[0], PHRASES[LATE])
    aside = programme.home / "crescendo.db.before-restore-2021-10-05T09-00-00Z"
    shutil.copy(programme.home / "backups" / "crescendo-old.db", aside)
    for killed in (".making-1", "backups/.making-2", ".dry-run-3"):
        (programme.home / killed).mkdir()
        shutil.copy(aside, programme.home / killed / "crescendo.db")
    programme.pack()
    assert list((programme.home / "packs").rglob("pack.json"))
    done = programme.forget(code=" qx07")
    assert {each for _, each in done.result.erasure.responses} == set(MINE)
    assert (done.result.erasure.versions, done.result.erasure.corrections) == (3, 3)
    assert done.result.packs == (f"{AS_OF:%Y-%m} northbrook", f"{AS_OF:%Y-%m} southmere")
    traces = {**PHRASES, "the code": CODE, "an id": MINE[0], "another": MINE[1]}
    assert find_phrases(programme.home, traces) == {}
    programme.run()
    assert find_phrases(programme.home, traces) == {}


def test_the_receipt_names_places_and_digests_and_no_answer(programme: SmallProgramme) -> None:
    backup, broken = programme.home / "backups" / "crescendo-old.db", programme.home / "backups" / "broken.db"
    made_at = backup.stat().st_mtime_ns
    broken.write_text("no database " * 50, encoding="utf-8")
    shutil.copy(programme.home / "data.xlsx", programme.home / "my copy.xlsx")
    done = programme.forget(code=CODE)
    assert done.path.startswith(str(programme.home / "receipts" / "forget-2021-10-05T09"))
    for word in (*PHRASES.values(), CODE, *MINE):
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


def test_by_id_only_that_response_goes(programme: SmallProgramme) -> None:
    shutil.copytree(programme.home, programme.home.with_name("another machine"))
    programme.forget(response=MINE[0])
    left = {"another answer of the same code"}
    assert set(find_phrases(programme.home)) == left
    for held_there in ("backups/crescendo-old.db", "data.xlsx"):
        shutil.copy(programme.home.with_name("another machine") / held_there, programme.home / held_there)
    assert set(find_phrases(programme.home)) != left
    again = programme.forget(response=MINE[0])
    assert set(find_phrases(programme.home)) == left
    assert "crescendo-old.db" in again.receipt
    assert "nothing was left of these responses in it" in again.receipt
    assert Path(again.path).read_text(encoding="utf-8") == again.receipt
    programme.save("pulse", [*others(programme), *mine(programme, edited=True), edited(programme)])
    programme.run(pack=False)
    assert set(find_phrases(programme.home)) == left


def edited(programme: SmallProgramme) -> dict[str, object]:
    return programme.answer(
        "pulse", MINE[0], "2021-09-14T10:00:00Z", edited="2021-10-01T10:00:00Z", team="Elm", ownership="Agree",
        going_well=PHRASES["an edit"],
    )  # fmt: skip


def test_a_backup_that_is_put_back_knows_which_responses_to_forget(programme: SmallProgramme) -> None:
    programme.forget(code=CODE)
    shutil.copy(programme.home / "backups" / "crescendo-old.db", programme.home / "crescendo.db")
    programme.run(pack=False)
    assert find_phrases(programme.home) == {}
    with closing(sqlite3.connect(programme.home / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_chunk_that_was_being_worked_out_meanwhile_is_not_kept(programme: SmallProgramme) -> None:
    """`status` looks without the lock: what it read before the erasure must not come back after it."""
    service = programme.service()
    store = service.store
    erasures, last_seq = store.state.erasure_count.get() or 0, store.responses.versions_after("pulse", 0)[-1].seq
    store.erasures.erase({"pulse": frozenset(MINE)}, why="forget", now=programme.now)
    chunk = TypedChunk(last_seq, b"what was read before")
    store.chunks.save("pulse", "rules", chunk, replaces_all=True, erasures=erasures)
    assert store.chunks.all("pulse", "rules") == []
    service.close()


def test_a_person_of_whom_nothing_is_stored_cannot_be_forgotten(programme: SmallProgramme) -> None:
    with pytest.raises(CallError, match="is stored"):
        programme.forget(code="ZZ99")
    with pytest.raises(CallError, match="either --response ID or --code CODE"):
        programme.forget()


def test_what_cannot_be_published_is_finished_later(programme: SmallProgramme) -> None:
    workbook = programme.home / "data.xlsx"
    workbook.write_text("no workbook any more", encoding="utf-8")
    with pytest.raises(ErasureIncompleteError, match="run the same command again"):
        programme.forget(code=CODE)
    old = programme.home / "outbox" / "old.eml"
    old.parent.mkdir()
    old.touch()
    os.utime(old, (0, 0))
    later = programme.later(hours=2).service()
    assert (
        "began at 05 Oct 2021 10:00 is not finished"
        in unfinished_erasure_lines(str(unfinished_erasure_since(later)))[0]
    )
    assert "unfinished/forget" in {each.key for each in find_conditions(later, now=later.clock.now())}
    remember_run(later, held=(), now=later.clock.now() - timedelta(days=1))  # it ran the night before
    with pytest.raises(ErasureIncompleteError, match="erased from the store"):
        apply_retention(later, now=later.clock.now())
    later.close()
    assert not old.exists(), "what else is old goes all the same"
    workbook.unlink()
    assert {each for _, each in programme.forget(code=CODE).result.erasure.responses} == set(MINE)
    assert find_phrases(programme.home) == {}
