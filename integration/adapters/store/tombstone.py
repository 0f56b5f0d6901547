"""Tombstones: what was forgotten and must never be stored again. Only a digest of its name is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from integration.adapters.store.tables import tombstones

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

AT_ONCE = 5000
_BURIED = select(tombstones.c.digest).where(tombstones.c.digest.in_(bindparam("digests", expanding=True)))


def bury(connection: Connection, source: str, response_ids: Collection[str], *, why: str, now: str) -> None:
    """Enter those that are not there yet."""
    new = set(response_ids) - buried(connection, source, response_ids)
    rows = [{"digest": digest(source, each), "source": source, "forgotten_at": now, "why": why} for each in sorted(new)]
    if rows:
        connection.execute(insert(tombstones), rows)


def buried(connection: Connection, source: str, response_ids: Collection[str]) -> set[str]:
    """Return those of the responses that were forgotten."""
    by_digest = {digest(source, each): each for each in response_ids}
    digests = list(by_digest)
    found: set[str] = set()
    for start in range(0, len(digests), AT_ONCE):
        some = connection.execute(_BURIED, {"digests": digests[start : start + AT_ONCE]})
        found.update(by_digest[each] for each in some.scalars())
    return found


def digest(source: str, response_id: str) -> str:
    """Return what stands for a response of a source."""
    return hashlib.sha256(f"{source}\0{response_id}".encode("utf-8", "surrogatepass")).hexdigest()
