"""Images of what was written elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from integration.adapters.store.tables import images

if TYPE_CHECKING:
    from sqlalchemy import Connection


def kept(connection: Connection, name: str) -> bytes | None:
    """Return the image kept under the name."""
    body: bytes | None = connection.execute(select(images.c.body).where(images.c.name == name)).scalar()
    return body


def keep(connection: Connection, name: str, body: bytes) -> None:
    """Keep an image, instead of the one before."""
    connection.execute(delete(images).where(images.c.name == name))
    connection.execute(insert(images), {"name": name, "body": body})


def names(connection: Connection) -> list[str]:
    """Return the names of all images."""
    return list(connection.execute(select(images.c.name).order_by(images.c.name)).scalars())
