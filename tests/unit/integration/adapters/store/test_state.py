from __future__ import annotations

from contextlib import closing
from datetime import date
from threading import Thread
from typing import TYPE_CHECKING

from config.schema.fields import DetectedRewording
from integration.adapters.store import open_store

if TYPE_CHECKING:
    from integration.adapters.store import Store


def test_what_is_remembered_is_recalled_also_after_reopening(store: Store, url: str) -> None:
    assert store.state.bookmark("fingerprint").get() is None
    store.state.bookmark("fingerprint").set("one")
    store.state.bookmark("fingerprint").set("two")
    store.close()
    with closing(open_store(url)) as reopened:
        assert reopened.state.bookmark("fingerprint").get() == "two"


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


def test_rewordings_are_remembered_in_the_order_in_which_they_were_found(store: Store) -> None:
    found = (
        DetectedRewording("heard", "I am listened to", "My ideas are “heard”", date(2022, 3, 1), was_read=True),
        DetectedRewording("obstacles.meetings", "Meetings", "Réunions", date(2022, 3, 4), was_read=False),
    )
    assert store.state.rewordings("pulse").get() is None
    store.state.rewordings("pulse").set(found)
    assert store.state.rewordings("pulse").get() == found
