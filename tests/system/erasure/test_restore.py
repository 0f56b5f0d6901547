"""A restored backup brings no forgotten person back, and the audit trail goes on."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from integration.adapters.home import RESTORE_NOTE
from integration.errors import StoreError, StoreLostError
from integration.model import Arrival, Condition, Correction, RawResponse
from integration.operations.audit import find_broken_line, record_action
from integration.operations.monitoring.conditions import find_conditions
from integration.operations.monitoring.status import describe_status, status
from integration.operations.new_store import begin_anew
from integration.operations.restore import replace_store, restore, settle_restore
from integration.operations.sync import run_sync
from tests.system.commands import run
from tests.system.erasure.small_programme import CODE, MINE, find_phrases
from tests.unit.integration.adapters.store.stored import dump

if TYPE_CHECKING:
    from pathlib import Path

    from tests.system.erasure.small_programme import SmallProgramme


@pytest.fixture
def away(programme: SmallProgramme, tmp_path: Path) -> Path:
    """Return a backup that was taken away to another machine, with a line of the audit trail in it."""
    write_down(programme, "status", "before the backup")
    taken = tmp_path / "taken away.db"
    shutil.move(programme.back_up("crescendo-away.db"), taken)
    return taken


def write_down(programme: SmallProgramme, action: str, about: str) -> None:
    service = programme.service()
    record_action(service, action, about)
    service.close()


def put_back(programme: SmallProgramme, backup: Path) -> str:
    """Restore the backup, and return what the command says."""
    service = programme.service()
    return replace_store(service, backup, now=programme.now).in_words()


def everything(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is stored, but the line that each restore writes."""
    rows = dump(f"sqlite:///{store}")
    return {name: found for name, found in rows.items() if name not in {"audit", "sqlite_sequence"}}


def trail(programme: SmallProgramme) -> list[str]:
    """Return what was done, in order; the chain holds."""
    service = programme.service()
    lines = service.store.audit.lines()
    service.close()
    assert find_broken_line(lines) is None
    return [line.action for line in lines]


def test_a_backup_that_was_taken_away_brings_nobody_back(programme: SmallProgramme, away: Path) -> None:
    programme.forget(code=CODE)
    done = trail(programme)
    said = put_back(programme, away)
    assert "stays forgotten; erased from it again: 2." in said
    assert "The audit trail goes on: 2 of its lines" in said
    assert "is back" not in said
    assert find_phrases(programme.home) == {}
    assert trail(programme) == done == ["status", "forget", "forget"]
    programme.later(hours=1).run(pack=False)
    assert find_phrases(programme.home) == {}, "no sync brings them back either"


def test_what_an_erasure_has_still_to_do_is_still_known_after_a_restore(programme: SmallProgramme, away: Path) -> None:
    service = programme.service()
    begun = service.store.erasures.erase({"pulse": [MINE[0]]}, why="forget", now=programme.now)
    service.close()
    put_back(programme, away)
    service = programme.service()
    assert service.store.state.unfinished_erasure.get() == begun
    service.close()


def test_where_nobody_was_forgotten_nothing_is_erased(programme: SmallProgramme, away: Path) -> None:
    before = find_phrases(programme.home)
    said = put_back(programme, away)
    assert "nothing of it was in the backup" in said
    assert set(find_phrases(programme.home)) == set(before)


@pytest.mark.parametrize(
    ("content", "says"), [(None, "There was no store there before"), (b"lost", "could not be read")]
)
@pytest.mark.parametrize("has_receipts", [True, False])
def test_where_nobody_can_be_asked_the_receipts_are(
    programme: SmallProgramme, away: Path, content: bytes | None, says: str, *, has_receipts: bool
) -> None:
    programme.forget(code=CODE)
    store = programme.home / "crescendo.db"
    store.unlink()
    if content is not None:
        store.write_bytes(content * 1000)
    if not has_receipts:
        shutil.rmtree(programme.home / "receipts")
    said = put_back(programme, away)
    assert says in said
    assert "no receipt lies in receipts/, is back: forget it again" in said
    assert ("stays forgotten; erased from it again: 2." in said) is has_receipts
    service = programme.service()
    assert (service.store.tombstones.erased("pulse", MINE) == set(MINE)) is has_receipts
    assert service.store.responses.ids("pulse").isdisjoint(MINE) is has_receipts
    service.close()
    if content is None:
        assert "kept nowhere here" in said
    else:
        assert "which of them were mailed" in said
        assert said.count("it stays in") == 1


def test_what_people_and_recipients_did_since_goes_on(programme: SmallProgramme, away: Path) -> None:
    """Corrections, mails of packs, answers that came by webhook alone, alerts, and what a person confirmed."""
    programme.correct(("pulse", "other-1", "team", "Rowan"), ("pulse", "other-2", "team", "Elm"))
    service, now = programme.service(), programme.now
    store = service.store
    arrived = RawResponse("by-webhook", "2021-10-01T10:00:00.000000000Z", "2021-10-01T10:00:00.000000000Z", "{}")
    store.responses.receive([Arrival("families", response=arrived)], received_at=now)
    version = store.packs.save("northbrook", "2021-10", "digest", '{"as_of": "2021-10-05"}', built_at=now)
    for person in ("ada", "ben"):
        assert store.deliveries.claim("northbrook", "2021-10", version, f"{person}@example.org", f"<{person}@x>")
    store.deliveries.confirm("<ada@x>", sent_at=now)
    store.alerts.add([Condition("failed/sync", "It failed.", "Look.")], now=now)
    store.alerts.mark_notified([1], now=now)
    store.state.gone_responses("pulse").set(frozenset({"other-3"}))
    record_action(service, "accept-shrink", "pulse")
    service.close()
    url = f"sqlite:///{programme.home / 'crescendo.db'}"
    before = dump(url)
    said = put_back(programme, away)
    assert "2 corrections" in said
    assert "2 pack mails" in said
    assert "(answers: 1 of families)" in said
    after = dump(url)
    for table in ("responses", "readings", "corrections", "packs", "deliveries", "alerts", "runs", "audit", "slots"):
        assert after[table] == before[table], table
    service = programme.service()
    store = service.store
    assert not store.deliveries.claim("northbrook", "2021-10", version, "ada@example.org", "<ada@x>"), "never twice"
    assert store.state.gone_responses("pulse").get() == frozenset({"other-3"})
    assert store.state.received_by_webhook_at("families").get() == now
    service.close()


def test_a_backup_that_holds_nothing_replaces_no_store(programme: SmallProgramme, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.db"
    nothing.touch()
    before = dump(f"sqlite:///{programme.home / 'crescendo.db'}")
    with pytest.raises(StoreError, match="holds no store of this service"):
        put_back(programme, nothing)
    assert dump(f"sqlite:///{programme.home / 'crescendo.db'}") == before


def test_a_damaged_store_hands_over_what_can_be_read_and_names_the_rest(programme: SmallProgramme, away: Path) -> None:
    service, store = programme.service(), programme.home / "crescendo.db"
    many = [
        RawResponse(f"late-{number}", "2021-10-01T10:00:00.000000000Z", "2021-10-01T10:00:00.000000000Z", "{}")
        for number in range(2000)
    ]
    service.store.responses.land("families", many, received_at=programme.now)
    service.store.corrections.add([Correction("pulse", "other-1", "team", "Rowan", programme.now.isoformat())])
    service.close()
    with closing(sqlite3.connect(store)) as connection:
        pages = [page for (page,) in connection.execute("SELECT pageno FROM dbstat WHERE name = 'responses'")]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with store.open("r+b") as file:
        file.seek((sorted(pages)[len(pages) // 2] - 1) * size)
        file.write(b"\xff" * size)
    said = put_back(programme, away)
    assert "is damaged, and may not have told everything" in said
    assert "was not carried over whole: answer versions; it stays in" in said
    service = programme.service()
    assert [each.value for each in service.store.corrections.newest() if each.key == "other-1"] == ["Rowan"]
    assert 1000 < len(service.store.responses.ids("families")) < 2000
    service.close()


def test_the_trail_of_another_store_is_left_where_it_is(programme: SmallProgramme, away: Path) -> None:
    (programme.home / "crescendo.db").unlink()
    service = programme.service()
    begin_anew(service)
    service.close()
    write_down(programme, "sync", "a store of its own")
    said = put_back(programme, away)
    assert "is another one, and was not carried over" in said
    assert trail(programme) == ["status"]


def test_what_the_receipts_say_stays_forgotten_after_a_new_beginning(programme: SmallProgramme) -> None:
    programme.forget(code=CODE)
    (programme.home / "crescendo.db").unlink()
    service = programme.service()
    assert "of 2 responses receipts/ says" in begin_anew(service).in_words()
    service.close()
    service = programme.service()
    run_sync(service)
    assert find_phrases(programme.home) == {}
    assert len(service.store.responses.ids("pulse")) == 14
    service.close()


def test_a_damaged_receipt_is_named_and_nothing_is_restored(programme: SmallProgramme, away: Path) -> None:
    programme.forget(code=CODE)
    (receipt,) = (programme.home / "receipts").iterdir()
    (receipt.parent / "our own notes.txt").write_text("no receipt")
    text = receipt.read_text(encoding="utf-8")
    before = (programme.home / "crescendo.db").read_bytes()
    heading = "nothing stores them again:\n"
    for damaged in ("", text.partition(heading)[0], text.replace(f"{heading}  ", f"{heading}\ufffd")):
        receipt.write_text(damaged, encoding="utf-8")
        with pytest.raises(StoreError, match=rf"{receipt.name} is damaged, and it says what was erased"):
            put_back(programme, away)
        assert (programme.home / "crescendo.db").read_bytes() == before
    receipt.write_text(text, encoding="utf-8")
    assert "erased from it again: 2" in put_back(programme, away)


def test_the_status_tells_of_a_damaged_receipt_as_long_as_it_is(programme: SmallProgramme) -> None:
    programme.forget(code=CODE)
    programme.later(days=1).forget(response="other-3", form="pulse")
    older, newer = sorted((programme.home / "receipts").iterdir())
    assert damaged_receipts_told(programme) == []
    text = older.read_text(encoding="utf-8")
    digest = re.search("[0-9a-f]{64}", text)
    assert digest
    damages = (
        b"",
        text.encode()[: digest.start() + 20],
        text.encode().replace(digest[0].encode(), b"\xff\xfe" * 16),
        text.replace(digest[0], digest[0][::-1]).encode(),  # nothing says so but the store, which does not know it
        "".join(line for line in text.splitlines(keepends=True) if digest[0] not in line).encode(),
    )
    for damaged in damages:
        older.write_bytes(damaged)
        assert damaged_receipts_told(programme) == [older.name]
    older.write_text(text, encoding="utf-8")
    assert damaged_receipts_told(programme) == []
    newer.unlink()
    newer.mkdir()
    assert damaged_receipts_told(programme) == [newer.name]


def damaged_receipts_told(programme: SmallProgramme) -> list[str]:
    """Return the receipts that are told as damaged, by the status in words and by conditions alike."""
    service = programme.service()
    report = status(service)
    said = describe_status(report)
    conditions = find_conditions(service, now=service.clock.now())
    service.close()
    told = [each.key.partition("/")[2] for each in conditions if each.key.startswith("damaged/")]
    assert [name for name in told if f"/receipts/{name} " not in said] == []
    assert len(told) == len(report["damaged_receipts"])
    assert not told or "Nothing needs attention" not in said
    return told


def test_a_log_whose_file_is_gone_is_kept_under_the_name_that_is_said(programme: SmallProgramme, away: Path) -> None:
    (programme.home / "crescendo.db").unlink()
    (programme.home / "crescendo.db-wal").write_bytes(b"what was stored last")
    said = put_back(programme, away)
    (kept,) = programme.home.glob("crescendo.db.before-restore-*")
    assert kept.read_bytes() == b"what was stored last"
    assert f"is kept as {kept};" in said
    assert f"it stays in {kept}, so keep that one" in said


def test_another_programs_database_was_not_asked(programme: SmallProgramme, away: Path) -> None:
    store = programme.home / "crescendo.db"
    store.unlink()
    with closing(sqlite3.connect(store)) as other:
        other.execute("CREATE TABLE notes (words)")
        other.execute("INSERT INTO notes VALUES ('x')")
        other.commit()
    said = put_back(programme, away)
    assert "none could be asked what was forgotten" in said
    assert "is back: forget it again" in said
    assert "crescendo.db.before-restore-" in said


def test_the_receipt_after_a_restore_says_one_thing_of_each_copy(programme: SmallProgramme, away: Path) -> None:
    service = programme.service()
    mailed = {"as_of": "2021-10-05", "rows": list(MINE)}
    version = service.store.packs.save("northbrook", "2021-10", "x", json.dumps(mailed), built_at=programme.now)
    service.store.deliveries.claim("northbrook", "2021-10", version, "ada@example.org", "<ada@x>")
    service.store.deliveries.confirm("<ada@x>", sent_at=programme.now)
    service.close()
    put_back(programme, away)
    (aside,) = programme.home.glob("crescendo.db.before-restore-*")
    receipt = programme.forget(code=CODE).receipt
    assert [line for line in receipt.splitlines() if aside.name in line] == [
        line for line in receipt.splitlines() if "each cleaned and checked" in line
    ]
    assert "still holds an id" not in receipt


def restore_in_a_child(programme: SmallProgramme, backup: Path) -> int:
    child = os.fork()
    if not child:
        service = programme.service()
        try:
            restore(service, backup)
        finally:
            os._exit(0)
    return child


def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one(
    programme: SmallProgramme, away: Path, restore_kills: int, tmp_path: Path
) -> None:
    chance = random.Random(13)
    programme.correct(("pulse", "other-1", "team", "Rowan"))
    kept, store = tmp_path / "kept", programme.home / "crescendo.db"
    shutil.copytree(programme.home, kept)
    old = everything(store)
    began = time.monotonic()
    os.waitpid(restore_in_a_child(programme, away), 0)
    seconds, new = time.monotonic() - began, everything(store)
    for number in range(restore_kills):
        shutil.rmtree(programme.home)
        shutil.copytree(kept, programme.home)
        child = restore_in_a_child(programme, away)
        time.sleep(seconds * (chance.uniform(0.3, 1.1) if number else 0.9))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        was_under_way = (programme.home / RESTORE_NOTE).exists()
        service = programme.service()
        sentence = settle_restore(service)
        assert bool(sentence) is was_under_way
        service.refuse_lost_store()
        service.close()
        assert not (programme.home / RESTORE_NOTE).exists()
        assert everything(store) in (old, new)
        if sentence:
            is_new = bool(list(programme.home.glob("crescendo.db.before-restore-*")))
            assert ("it is what that backup held" in sentence) is is_new
    assert settle_restore(programme.service()) == ""


@pytest.mark.parametrize("step", ["noted", "named twice", "log moved", "file moved", "exchanged"])
def test_each_step_of_the_exchange_can_be_the_last(programme: SmallProgramme, away: Path, step: str) -> None:
    """As the machine would find it after a power cut: what each step leaves is what is on the disk."""
    store = programme.home / "crescendo.db"
    old, aside = everything(store), store.with_name("crescendo.db.before-restore-x")
    note = {"backup": str(away), "aside": aside.name}
    (programme.home / RESTORE_NOTE).write_text(json.dumps(note), encoding="utf-8")
    match step:
        case "named twice":
            aside.hardlink_to(store)
        case "log moved":
            aside.hardlink_to(store)
            aside.with_name(f"{aside.name}-wal").write_bytes(b"the log of a damaged file")
        case "file moved":
            store.rename(aside)
        case "exchanged":
            aside.hardlink_to(store)
            shutil.copy(away, store.with_name("made"))
            store.with_name("made").replace(store)
    ran = run("audit", "--home", programme.home, "--config", programme.config)
    assert ran.code == 0, ran.err
    if step == "exchanged":
        assert "after the store was exchanged: it is what that backup held" in ran.err
        assert str(aside) in ran.err
        assert aside.exists()
        assert "cut short" in ran.out
        return
    assert "before the store was exchanged: the store is as it was before" in ran.err
    assert not aside.exists()
    if step != "log moved":
        assert everything(store) == old
    else:
        assert not aside.with_name(f"{aside.name}-wal").exists()
    assert run("audit", "--home", programme.home, "--config", programme.config).err == ""


def test_a_backup_that_was_copied_over_the_store_by_hand_brings_nobody_back(
    programme: SmallProgramme, away: Path
) -> None:
    programme.forget(code=CODE)
    store = programme.home / "crescendo.db"
    for path in programme.home.glob("crescendo.db-*"):
        path.unlink()
    shutil.copy(away, store)
    service = programme.service()
    with pytest.raises(StoreLostError, match="says was erased, so it is older than that"):
        run_sync(service)
    service.close()
    said = put_back(programme, store)
    assert "erased from it again: 2." in said
    assert find_phrases(programme.home) == {}, "nor does the file that was put aside hold any of it"
    service = programme.service()
    run_sync(service)
    service.close()
    assert find_phrases(programme.home) == {}


def test_an_older_store_in_place_does_not_count_instead_of_a_newer_backup(programme: SmallProgramme) -> None:
    place = ("pulse", "other-1", "team")
    programme.correct((*place, "Rowan"))
    older = programme.back_up("crescendo-older.db")
    programme.later(hours=1).correct((*place, "Elm"))
    newer = programme.back_up("crescendo-newer.db")
    with closing(sqlite3.connect(older)) as connection, connection:
        connection.execute(
            "INSERT INTO corrections (source, key, field, value, seen_at, by_whom) "
            "VALUES ('pulse', 'other-1', 'team', 'Oak', '2021-10-05T09:30:00+00:00', '')"
        )
    for path in programme.home.glob("crescendo.db-*"):
        path.unlink()
    shutil.copy(older, programme.home / "crescendo.db")
    put_back(programme, newer)
    service = programme.service()
    assert [each.value for each in service.store.corrections.newest() if each.key == "other-1"] == ["Elm"]
    service.close()
