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
    """Claim a mail; False where it was sent. A claim of which nobody knows that it was sent is taken over."""
    same = and_(deliveries.c.authority == authority, deliveries.c.month == month, deliveries.c.recipient == recipient)
    claimed = connection.execute(select(deliveries.c.sent_at).where(same)).one_or_none()
    mail = {"version": version, "message_id": message_id}
    if claimed is None:
        place = {"authority": authority, "month": month, "recipient": recipient}
        connection.execute(insert(deliveries), place | mail)
    elif claimed.sent_at is None:
        connection.execute(update(deliveries).where(same).values(mail))
    else:
        return False
    return True


def confirm(connection: Connection, message_id: str, sent_at: str) -> bool:
    """Say that a claimed mail was handed over, the first time counts; return whether it was ever claimed."""
    mail = deliveries.c.message_id == message_id
    unsent = update(deliveries).where(mail, deliveries.c.sent_at.is_(None)).values(sent_at=sent_at)
    if connection.execute(unsent).rowcount:
        return True
    return connection.execute(select(deliveries.c.version).where(mail)).one_or_none() is not None
