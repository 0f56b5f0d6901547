from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from integration.model import (
    AlertMail,
    AlertMailStatus,
    Condition,
)
from tests.unit.integration.adapters.store.stored import LATER, NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store

SYNC_FAILED = Condition("failed/sync", "sync failed.", "Run it again.")

SILENT = Condition("silent/pulse", "Nothing came from pulse for 9 days.", "Ask the team.")


def test_a_trouble_is_one_alert_as_long_as_it_lasts(store: Store) -> None:
    book = store.alerts
    book.add([SYNC_FAILED, SILENT, SYNC_FAILED], now=NOW)
    book.add([SYNC_FAILED], now=LATER)
    failed, silent = book.unsettled()
    assert (failed.condition, failed.since, silent.condition) == (SYNC_FAILED, NOW, SILENT)
    assert failed.notified_at is None
    book.mark_notified([failed.seq], now=NOW)
    book.mark_notified([failed.seq, silent.seq], now=LATER)
    assert [alert.notified_at for alert in book.unsettled()] == [NOW, LATER]


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
    assert store.alerts.unsettled()[0].notified_at is None


def test_of_several_that_begin_a_mail_at_once_one_succeeds(store: Store) -> None:
    mail = AlertMail(AlertMailStatus.UNDER_WAY, wrong=(1, 4), over=(2,), dated_at=NOW, tried_at=NOW, tries=1)
    with ThreadPoolExecutor(4) as callers:
        begun = list(callers.map(lambda _: store.alerts.begin_mail(AlertMail(), mail), range(4)))
    assert sorted(begun) == [False, False, False, True]
    assert store.alerts.last_mail() == mail
    store.alerts.save_mail(replace(mail, status=AlertMailStatus.SENT))
    assert not store.alerts.begin_mail(mail, mail)
    assert store.alerts.last_mail().seqs == frozenset()
