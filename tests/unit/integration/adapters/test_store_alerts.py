"""What alerts ask of the store: an exchange that one alone wins, mails nobody confirmed, since when a job fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

from integration.model import PlannedSlot, Slot, UnconfirmedDelivery

if TYPE_CHECKING:
    from integration.adapters.store import Store

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_of_several_exchanges_at_once_one_is_done(store: Store) -> None:
    won: list[str] = []

    def exchange(name: str) -> None:
        if store.state.bookmark("mail").exchange(None, name):
            won.append(name)

    threads = [Thread(target=exchange, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert won == [store.state.bookmark("mail").get()]
    assert not store.state.bookmark("mail").exchange("another", "mine")
    assert store.state.bookmark("mail").exchange(won[0], "mine")
    assert store.state.bookmark("mail").get() == "mine"


def test_mails_that_nobody_confirmed_are_listed(store: Store) -> None:
    for recipient in ("a", "b"):
        store.deliveries.claim("northbrook", "2026-02", 1, f"{recipient}@x.example", f"<{recipient}@x.example>")
    store.deliveries.confirm("<a@x.example>", sent_at=NOW)
    assert store.deliveries.unconfirmed() == [UnconfirmedDelivery("northbrook", "2026-02", 1, "<b@x.example>")]


def test_a_job_fails_since_the_first_slot_after_the_last_that_went_well(store: Store) -> None:
    ledger = store.ledger
    assert ledger.failing() == {}
    slots = [Slot(NOW + minutes * MINUTE, "sync") for minutes in range(6)]
    ledger.plan([PlannedSlot(slot) for slot in slots], now=NOW)
    ledger.fail(slots[0], now=NOW, note="before", retryable=False, retry_at=None)
    ledger.finish(slots[1], now=NOW, note="")
    assert ledger.failing() == {}
    ledger.fail(slots[2], now=NOW, note="first", retryable=True, retry_at=None)
    ledger.begin(slots[3], by="here", now=NOW)
    assert ledger.failing()["sync"].newest.note == "first"
    ledger.fail(slots[3], now=NOW, note="again", retryable=True, retry_at=NOW + MINUTE)
    failing = ledger.failing()["sync"]
    assert (failing.since, failing.newest.note, failing.is_for_good) == (slots[2].due_at, "again", False)
    ledger.fail(slots[3], now=NOW, note="for good", retryable=False, retry_at=None)
    assert ledger.failing()["sync"].is_for_good
    ledger.finish(slots[5], now=NOW, note="")
    assert ledger.failing() == {}
