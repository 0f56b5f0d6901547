"""Mails of packs: claimed before they are sent, confirmed after, one a month for each recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from integration.adapters.store.tables import deliveries

if TYPE_CHECKING:
    from sqlalchemy import Connection


def claim(  # noqa: PLR0913  # a delivery has so many parts
    connection: Connection, authority: str, month: str, *, version: int, recipient: str, message_id: str
) -> bool:
    """Claim a mail; False where this month's was sent to the recipient, or may have been in another version.

    A claim of the same mail of which nobody knows that it was sent is taken over: it can be sent again safely.
    """
    same = and_(deliveries.c.authority == authority, deliveries.c.month == month, deliveries.c.recipient == recipient)
    claimed = connection.execute(select(deliveries.c.sent_at, deliveries.c.message_id).where(same)).one_or_none()
    if claimed is not None:
        return claimed.sent_at is None and claimed.message_id == message_id
    place = {"authority": authority, "month": month, "recipient": recipient}
    connection.execute(insert(deliveries), place | {"version": version, "message_id": message_id})
    return True


def confirm(connection: Connection, message_id: str, sent_at: str) -> bool:
    """Say that a claimed mail was handed over, the first time counts; return whether it was ever claimed."""
    mail = deliveries.c.message_id == message_id
    unsent = update(deliveries).where(mail, deliveries.c.sent_at.is_(None)).values(sent_at=sent_at)
    if connection.execute(unsent).rowcount:
        return True
    return connection.execute(select(deliveries.c.version).where(mail)).one_or_none() is not None


def unconfirmed(connection: Connection) -> list[tuple[str, str, int, str]]:
    """Return (authority, month, version, message id) of each claimed mail of which nobody said that it was sent."""
    of_each = (deliveries.c.authority, deliveries.c.month, deliveries.c.version, deliveries.c.message_id)
    query = select(*of_each).where(deliveries.c.sent_at.is_(None)).order_by(*of_each)
    return [(row.authority, row.month, row.version, row.message_id) for row in connection.execute(query)]
