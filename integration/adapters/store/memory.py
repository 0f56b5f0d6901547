"""Short texts remembered under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from integration.adapters.store.tables import memories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_RECALL = select(memories.c.value).where(memories.c.name == bindparam("called"))
_CHANGE = update(memories).where(memories.c.name == bindparam("called")).values(value=bindparam("now"))


def recall(connection: Connection, name: str) -> str | None:
    """Return what was remembered under the name."""
    value: str | None = connection.execute(_RECALL, {"called": name}).scalar()
    return value


def exchange(connection: Connection, name: str, before: str | None, after: str) -> bool:
    """Remember a text, where what was remembered is still `before`; return whether it was."""
    if recall(connection, name) != before:
        return False
    remember(connection, name, after)
    return True


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember a text under the name, instead of the one before."""
    changed = connection.execute(_CHANGE, {"called": name, "now": value})
    if not changed.rowcount:
        connection.execute(insert(memories), {"name": name, "value": value})


def drop(connection: Connection, names: Sequence[str]) -> None:
    """Forget what was remembered under these names."""
    connection.execute(delete(memories).where(memories.c.name.in_(names)))
