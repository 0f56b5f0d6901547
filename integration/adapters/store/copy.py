"""Carries everything of one store into another, whichever databases they lie in, and compares it afterwards."""

from __future__ import annotations

import hashlib
import marshal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from integration.adapters.store.growing import growing_tables, last_number, set_last_number
from integration.adapters.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection, Table

    from integration.adapters.store.database import Database

AT_ONCE = 500
"""Rows handed over in one call."""
_WHOLE = 2**256


@dataclass(frozen=True, slots=True)
class Carried:
    """How much was carried over."""

    tables: int
    rows: int

    def in_words(self) -> str:
        """Return how much, in words."""
        return f"{self.rows} rows of {self.tables} tables"


def copy_store(source: Database, target: Database) -> Carried:
    """Copy every row of one state of the source into the target, in one transaction: all of it, or nothing.

    Both must be of today's version. Afterwards the target gives new rows the numbers that the source would have given.
    Raises StoreError where the target holds anything, or where what it holds afterwards is not what was read.
    """
    rows = 0
    with source.reading() as read, target.writing() as write:
        refuse_filled(target, write)
        for table in metadata.sorted_tables:
            sent = _Sum()
            for batch in _batches(source, read, table):
                write.execute(insert(table), [dict(row._mapping) for row in batch])  # noqa: SLF001  # its public name
                sent.add(batch)
            came = _Sum()
            for batch in _batches(target, write, table):
                came.add(batch)
            if sent != came:
                raise target.error(
                    f"does not hold what was copied into its table {table.name}; nothing was kept, try again"
                )
            rows += sent.rows
        for table in growing_tables():
            with source.explained():
                number = last_number(read, table)
            set_last_number(write, table, number)
    return Carried(len(metadata.tables), rows)


def empty_store(database: Database) -> None:
    """Take every row out of the store again, which was empty before it was copied into."""
    with database.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def refuse_filled(target: Database, connection: Connection) -> None:
    """Raise StoreError where the store holds anything."""
    filled = [t.name for t in metadata.sorted_tables if connection.execute(select(t).limit(1)).first() is not None]
    if filled:
        raise target.error(f"is not empty: there are rows in {', '.join(filled)}; name an empty database")


def _batches(database: Database, connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    with database.explained():
        result = connection.execute(select(table), execution_options={"yield_per": AT_ONCE})
    while True:
        with database.explained():
            batch = result.fetchmany(AT_ONCE)
        if not batch:
            return
        yield batch


class _Sum:
    """The count of rows and the sum of their digests, which is the same in whatever order they come."""

    def __init__(self) -> None:
        self.rows = 0
        self._digests = 0

    def add(self, batch: Sequence[Any]) -> None:
        self.rows += len(batch)
        for row in batch:
            # As bytes that tell text from numbers and from nothing; halves of surrogate pairs have them too.
            digest = hashlib.sha256(marshal.dumps(tuple(row), 2)).digest()
            self._digests = (self._digests + int.from_bytes(digest, "big")) % _WHOLE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and (self.rows, self._digests) == (other.rows, other._digests)

    def __hash__(self) -> int:
        return hash((self.rows, self._digests))
