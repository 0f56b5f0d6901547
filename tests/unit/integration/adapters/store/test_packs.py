from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from integration.errors import StoreError
from integration.model import (
    StoredPack,
    UnconfirmedDelivery,
)
from tests.unit.integration.adapters.store.stored import LATER, NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store


def test_a_pack_has_a_new_version_only_when_its_figures_changed(store: Store) -> None:
    versions = [
        store.packs.save("northbrook", "2022-07", digest, "{}", built_at=at)
        for digest, at in [("a", NOW), ("a", LATER), ("b", LATER), ("a", LATER)]
    ]
    assert versions == [1, 1, 2, 3]
    assert store.packs.save("southmere", "2022-07", "a", "{}", built_at=NOW) == 1
    listed = [(pack.authority, pack.month, pack.version, pack.digest) for pack in store.packs.all()]
    assert listed == [
        ("northbrook", "2022-07", 1, "a"),
        ("northbrook", "2022-07", 2, "b"),
        ("northbrook", "2022-07", 3, "a"),
        ("southmere", "2022-07", 1, "a"),
    ]


def test_nobody_is_sent_a_months_pack_twice(store: Store) -> None:
    store.packs.save("northbrook", "2022-07", "a", "{}", built_at=NOW)
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>"), "nobody said that it went"
    assert store.packs.all()[0].mailed_at is None
    store.deliveries.confirm("<1@x>", sent_at=NOW)
    store.deliveries.confirm("<1@x>", sent_at=LATER)
    assert not store.deliveries.claim("northbrook", "2022-07", 1, "ada@example.org", "<1@x>")
    assert not store.deliveries.claim("northbrook", "2022-07", 2, "ada@example.org", "<2@x>")
    assert store.deliveries.claim("northbrook", "2022-07", 1, "ben@example.org", "<3@x>")
    assert store.deliveries.claim("northbrook", "2022-08", 1, "ada@example.org", "<4@x>")
    assert store.packs.all() == [StoredPack("northbrook", "2022-07", 1, "a", NOW, NOW)]


def test_a_mail_that_nobody_claimed_cannot_be_confirmed(store: Store) -> None:
    with pytest.raises(StoreError, match="no claim"):
        store.deliveries.confirm("<1@x>", sent_at=NOW)


def test_mails_that_nobody_confirmed_are_listed(store: Store) -> None:
    for recipient in ("a", "b"):
        store.deliveries.claim("northbrook", "2026-02", 1, f"{recipient}@x.example", f"<{recipient}@x.example>")
    store.deliveries.confirm("<a@x.example>", sent_at=NOW)
    assert store.deliveries.unconfirmed() == [UnconfirmedDelivery("northbrook", "2026-02", 1, "<b@x.example>")]
