from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from integration.adapters.store.tables import chunks
from integration.model import (
    IssueKey,
    TypedChunk,
)
from tests.unit.integration.adapters.store.stored import LATER, NOW

if TYPE_CHECKING:
    from integration.adapters.store import Store


def test_an_issue_is_known_since_it_was_first_reported_and_forgotten_when_it_is_not(store: Store) -> None:
    one, other = (IssueKey("pulse", "R1", "team", "unknown_team", found) for found in ("Elmm", "Okk"))
    assert store.issues.reported_since([one], now=NOW) == [NOW]
    assert store.issues.reported_since([other, one, other], now=LATER) == [LATER, NOW, LATER]
    assert store.issues.reported_since([], now=LATER) == []
    assert store.issues.reported_since([one], now=LATER) == [LATER]


def test_chunks_are_kept_by_their_rules_in_order(store: Store) -> None:
    store.chunks.save("pulse", "rules", TypedChunk(20, b"second"), replaces_all=False)
    store.chunks.save("pulse", "rules", TypedChunk(10, b"first"), replaces_all=False)
    store.chunks.save("pulse", "other rules", TypedChunk(10, b"other"), replaces_all=False)
    store.chunks.save("families", "rules", TypedChunk(10, b"families"), replaces_all=False)
    store.chunks.save("pulse", "rules", TypedChunk(10, b"first again"), replaces_all=False)
    assert store.chunks.all("pulse", "rules") == [TypedChunk(10, b"first again"), TypedChunk(20, b"second")]
    store.chunks.save("pulse", "new rules", TypedChunk(20, b"all"), replaces_all=True)
    assert store.chunks.all("pulse", "rules") == store.chunks.all("pulse", "other rules") == []
    assert store.chunks.all("pulse", "new rules") == [TypedChunk(20, b"all")]
    assert store.chunks.all("families", "rules") == [TypedChunk(10, b"families")]


@pytest.mark.parametrize("damaged", [b"secons", b"", b"second and more"])
def test_a_chunk_that_the_disk_changed_is_made_anew_with_those_before(store: Store, damaged: bytes) -> None:
    for last_seq, body in ((10, b"first"), (20, b"second")):
        store.chunks.save("pulse", "rules", TypedChunk(last_seq, body), replaces_all=False)
    with store.database.writing() as connection:
        of_second = chunks.c.last_seq == 20
        body = connection.execute(select(chunks.c.body).where(of_second)).scalar_one()
        assert body.startswith(b"second")
        connection.execute(update(chunks).where(of_second).values(body=damaged + body.removeprefix(b"second")))
    assert store.chunks.all("pulse", "rules") == []
