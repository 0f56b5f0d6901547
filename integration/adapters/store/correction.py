"""Corrections that people typed: every one is kept, the newest of each place counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from integration.adapters.store import tombstone
from integration.adapters.store.tables import corrections
from integration.model import Correction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


def add(connection: Connection, typed: Iterable[Correction]) -> int:
    """Store those whose value differs from the newest one of the same place; return how many.

    One of a response that was forgotten is never stored again, though a tab may still hold it.
    """
    values = {_place(correction): correction.value for correction in newest(connection)}
    added = 0
    for correction in typed:
        if values.get(_place(correction)) == correction.value:
            continue
        if tombstone.buried(connection, correction.source, [correction.key]):
            continue
        values[_place(correction)] = correction.value
        connection.execute(insert(corrections), _row(correction))
        added += 1
    return added


def newest(connection: Connection) -> list[Correction]:
    """Return the newest correction of each place, in the order in which they were made."""
    table = corrections.c
    newest_of_each = select(func.max(table.seq)).group_by(table.source, table.key, table.field)
    query = (
        select(table.source, table.key, table.field, table.value, table.seen_at, table.by_whom)
        .where(table.seq.in_(newest_of_each))
        .order_by(table.seq)
    )
    return [Correction(*row) for row in connection.execute(query)]


def _place(correction: Correction) -> tuple[str, str, str]:
    return correction.source, correction.key, correction.field


def _row(correction: Correction) -> dict[str, str]:
    return {
        "source": correction.source,
        "key": correction.key,
        "field": correction.field,
        "value": correction.value,
        "seen_at": correction.seen_at,
        "by_whom": correction.by,
    }
