"""Alerts, the audit trail, tombstones, and what a landing asks for, in either database."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from integration.adapters.store import audit
from integration.model import AlertMail, Condition, LandingResult, SheetReading, Slot, SlotState
from tests.unit.integration.adapters.stored import EVENING, LATER, NOW, dump, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.store import Store
    from integration.model import RawResponse

SYNC_FAILED = Condition("failed/sync", "sync failed.", "Run it again.")
SILENT = Condition("silent/pulse", "Nothing came from pulse for 9 days.", "Ask the team.")


def test_a_new_store_is_empty(store: Store) -> None:
    assert (store.ledger.open_entries(), store.alerts.unsettled(), store.audit.lines()) == ([], [], [])
    assert store.alerts.last_mail() == AlertMail()
    assert store.tombstones.erased("pulse", ["R1"]) == set()


# --- what a landing asks for ------------------------------------------------------------------------------


def test_a_landing_of_anything_new_asks_for_a_job_once(store: Store) -> None:
    store.responses.land("pulse", [response()], received_at=NOW, wake="publish")
    store.responses.land("pulse", [response("R2")], received_at=LATER, wake="publish")
    store.sheets.land("teams", SheetReading((("Team",),)), received_at=LATER, wake="publish")
    assert store.ledger.ready(now=LATER) == [Slot(NOW, "publish")]


def test_a_landing_of_nothing_new_asks_for_nothing(store: Store, url: str) -> None:
    reading = SheetReading((("Team",),))
    store.responses.land("pulse", [response()], received_at=NOW)
    store.sheets.land("teams", reading, received_at=NOW)
    before = dump(url)
    store.responses.land("pulse", [response()], received_at=LATER, wake="publish")
    store.sheets.land("teams", reading, received_at=LATER, wake="publish")
    assert dump(url) == before


def test_what_comes_while_the_job_runs_asks_for_it_once_more(store: Store) -> None:
    store.responses.land("pulse", [response()], received_at=NOW, wake="publish")
    assert store.ledger.begin(Slot(NOW, "publish"), by="ada", now=NOW) == 1
    for number in range(2, 5):
        store.responses.land("pulse", [response(f"R{number}")], received_at=LATER, wake="publish")
    assert store.ledger.ready(now=LATER) == [Slot(LATER, "publish")]


def test_what_is_asked_for_at_one_moment_by_two_is_one_slot(store: Store) -> None:
    store.ledger.request("publish", now=NOW)
    store.ledger.begin(Slot(NOW, "publish"), by="ada", now=NOW)
    store.ledger.request("publish", now=NOW)
    assert [(entry.slot, entry.state) for entry in store.ledger.open_entries()] == [
        (Slot(NOW, "publish"), SlotState.RUNNING)
    ]  # fmt: skip


def test_a_landing_that_fails_asks_for_nothing(store: Store) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield response()
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        store.responses.land("pulse", arriving(), received_at=NOW, wake="publish")
    assert store.ledger.open_entries() == []


# --- what was forgotten -----------------------------------------------------------------------------------


def test_what_was_forgotten_never_lands_again(store: Store) -> None:
    store.tombstones.add("pulse", ["R1", "R3"], why="asked", now=NOW)
    arrived = [response("R1"), response("R2"), response("R1", EVENING)]
    landed = store.responses.land("pulse", arrived, received_at=LATER, wake="publish")
    assert landed == LandingResult(new=1, duplicates=0, erased=2)
    assert [version.response_id for version in store.responses.versions_after("pulse", 0)] == ["R2"]
    assert store.responses.land("families", [response("R1")], received_at=LATER).new == 1, "another form's R1"


def test_only_what_was_forgotten_wakes_nobody(store: Store) -> None:
    store.tombstones.add("pulse", ["R1"], why="asked", now=NOW)
    assert store.responses.land("pulse", [response("R1")], received_at=LATER, wake="publish").new == 0
    assert store.ledger.open_entries() == []


def test_a_tombstone_holds_no_name_and_stays_as_it_was_first_made(store: Store, url: str) -> None:
    names = [f"R{number}" for number in range(6000)]
    store.tombstones.add("pulse", names, why="asked", now=NOW)
    before = dump(url)
    store.tombstones.add("pulse", names[:100], why="kept long enough", now=LATER)
    assert dump(url) == before
    assert store.tombstones.erased("pulse", ["R1", "R5999", "R6000"]) == {"R1", "R5999"}
    assert "R5999" not in repr(before)


# --- alerts -----------------------------------------------------------------------------------------------


def test_a_trouble_is_one_alert_as_long_as_it_lasts(store: Store) -> None:
    book = store.alerts
    book.add([SYNC_FAILED, SILENT, SYNC_FAILED], now=NOW)
    book.add([SYNC_FAILED], now=LATER)
    failed, silent = book.unsettled()
    assert (failed.condition, failed.since, silent.condition) == (SYNC_FAILED, NOW, SILENT)
    assert failed.told_at is None
    book.mark_notified([failed.seq], now=NOW)
    book.mark_notified([failed.seq, silent.seq], now=LATER)
    assert [alert.told_at for alert in book.unsettled()] == [NOW, LATER]


def test_an_alert_that_is_over_stays_until_the_owner_knows_and_then_may_come_again(store: Store) -> None:
    book = store.alerts
    book.add([SYNC_FAILED], now=NOW)
    (failed,) = book.unsettled()
    book.mark_cleared([failed.seq], now=LATER)
    (over,) = book.unsettled()
    assert (over.cleared_at, over.all_clear_at) == (LATER, None)
    book.add([SYNC_FAILED], now=LATER)
    assert len(book.unsettled()) == 2, "it has come back, before the all-clear was told"
    book.mark_all_clear([failed.seq], now=LATER)
    (again,) = book.unsettled()
    assert (again.condition, again.since) == (SYNC_FAILED, LATER)
    assert again.seq > failed.seq


def test_an_alert_says_what_is_so_now_until_it_is_over(store: Store) -> None:
    book, now = store.alerts, Condition(SYNC_FAILED.key, "It is given up.", "Run it.")
    book.add([SYNC_FAILED, SILENT], now=NOW)
    failed, _ = book.unsettled()
    book.reword([(failed.seq, now)])
    assert [alert.condition for alert in book.unsettled()] == [now, SILENT]
    book.mark_cleared([failed.seq], now=LATER)
    book.reword([(failed.seq, SYNC_FAILED)])
    assert book.unsettled()[0].condition == now


def test_no_alerts_are_marked_where_none_are_named(store: Store) -> None:
    store.alerts.add([], now=NOW)
    store.alerts.add([SILENT], now=NOW)
    store.alerts.mark_notified([], now=NOW)
    assert store.alerts.unsettled()[0].told_at is None


# --- who did what -----------------------------------------------------------------------------------------


def test_each_line_of_the_trail_is_chained_to_the_one_before(store: Store) -> None:
    first = store.audit.write(who="ada", action="forget", about="pulse/R1", detail="3 versions", now=NOW)
    second = store.audit.write(who="Жanna", action="approve", about="northbrook 2022-07", detail="", now=LATER)
    assert store.audit.lines() == [first, second]
    assert (first.previous, second.previous) == ("", first.digest)
    for line in (first, second):
        assert line.digest == audit.line_digest(
            line.previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail
        )


def test_a_line_that_was_changed_no_longer_fits_its_digest(store: Store) -> None:
    store.audit.write(who="ada", action="forget", about="pulse/R1", detail="3 versions", now=NOW)
    with store.database.writing() as connection:  # somebody with a tool
        connection.execute(text("UPDATE audit SET who = 'ben'"))
    (line,) = store.audit.lines()
    found = audit.line_digest(
        line.previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail
    )
    assert found != line.digest


def test_two_lines_that_say_the_same_are_two_lines(store: Store) -> None:
    for _ in range(2):
        store.audit.write(who="ada", action="look", about="x", detail="", now=NOW)
    assert len({line.digest for line in store.audit.lines()}) == 2


# --- slots that have ended --------------------------------------------------------------------------------


def test_old_slots_are_dropped_but_never_a_jobs_newest(store: Store) -> None:
    ledger = store.ledger
    for day in range(4):
        store.ledger.request("sync", now=NOW + timedelta(days=day))
        slot = Slot(NOW + timedelta(days=day), "sync")
        ledger.begin(slot, by="ada", now=slot.due_at)
        ledger.finish(slot, now=slot.due_at, note="done")
    assert ledger.drop_before(NOW + timedelta(days=2)) == 2
    assert ledger.drop_before(NOW + timedelta(days=20)) == 1
    assert ledger.last_ended()["sync"].slot == Slot(NOW + timedelta(days=3), "sync")
