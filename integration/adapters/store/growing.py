"""The numbers of rows, which only grow: where a table stands, and how another is made to stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from integration.adapters.store.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_SEQUENCE = "pg_get_serial_sequence(:name, 'seq')"


def growing_tables() -> list[Table]:
    """Return the tables whose rows are numbered."""
    return [table for table in metadata.sorted_tables if "seq" in table.c]


def last_number(connection: Connection, table: Table) -> int:
    """Return the greatest number ever given to a row of the table, also to one that was erased since; 0 for none."""
    query = (
        f"SELECT pg_sequence_last_value(CAST({_SEQUENCE} AS regclass))"
        if connection.dialect.name == "postgresql"
        else "SELECT seq FROM sqlite_sequence WHERE name = :name"
    )
    given = connection.execute(text(query), {"name": table.name}).scalar()
    there = connection.execute(select(func.max(table.c.seq))).scalar()
    return max(given or 0, there or 0)


def set_last_number(connection: Connection, table: Table, number: int) -> None:
    """Let the table's next row have the number after this one."""
    if not number:
        return
    given = {"name": table.name, "number": number}
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT setval({_SEQUENCE}, :number, true)"), given)
        return
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), given)
    connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), given)
