"""Typed chunks: what normalising has worked out, kept so that a new answer recomputes only itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from integration.adapters.store import erasure
from integration.adapters.store.tables import chunks

if TYPE_CHECKING:
    from sqlalchemy import Connection


def kept(connection: Connection, source: str, rules: str) -> list[tuple[int, bytes]]:
    """Return the chunks kept for these rules as (last seq in it, bytes), in order."""
    query = select(chunks.c.last_seq, chunks.c.body).where(chunks.c.source == source, chunks.c.rules == rules)
    return [(last_seq, body) for last_seq, body in connection.execute(query.order_by(chunks.c.last_seq))]


def save(  # noqa: PLR0913  # a chunk has so many parts
    connection: Connection, source: str, rules: str, *, last_seq: int, body: bytes, alone: bool, erasures: int | None
) -> None:
    """Keep a chunk: `alone` instead of all of the source, else instead of one that ended at the same seq.

    It is not kept where anything was erased since there were so many `erasures`: it may hold what is gone.
    """
    if erasures is not None and erasure.count(connection) != erasures:
        return
    replaced = delete(chunks).where(chunks.c.source == source)
    if not alone:
        replaced = replaced.where(chunks.c.rules == rules, chunks.c.last_seq == last_seq)
    connection.execute(replaced)
    row = {"source": source, "rules": rules, "last_seq": last_seq, "body": body}
    connection.execute(insert(chunks), row)
