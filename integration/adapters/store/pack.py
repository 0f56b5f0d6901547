"""Packs: the frozen figures of each, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, select

from integration.adapters.clock import as_datetime, as_datetime_or_none
from integration.adapters.store.tables import deliveries, packs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def save(  # noqa: PLR0913  # a pack has so many parts
    connection: Connection, authority: str, month: str, *, digest: str, body: str, built_at: str
) -> int:
    """Keep a pack; return its version, the newest one's if the digest is the same."""
    query = select(packs.c.version, packs.c.digest).where(packs.c.authority == authority, packs.c.month == month)
    newest = connection.execute(query.order_by(packs.c.version.desc()).limit(1)).one_or_none()
    if newest and newest.digest == digest:
        return int(newest.version)
    version = newest.version + 1 if newest else 1
    row = {
        "authority": authority,
        "month": month,
        "version": version,
        "digest": digest,
        "built_at": built_at,
        "body": body,
    }
    connection.execute(insert(packs), row)
    return version


def kept(connection: Connection) -> list[tuple[str, str, int, str, datetime, datetime | None]]:
    """Return (authority, month, version, digest, built at, last mailed at) of each, in that order."""
    mails = and_(
        deliveries.c.authority == packs.c.authority,
        deliveries.c.month == packs.c.month,
        deliveries.c.version == packs.c.version,
    )
    own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.digest, packs.c.built_at)
    query = (
        select(*own, func.max(deliveries.c.sent_at).label("mailed_at"))
        .select_from(packs.outerjoin(deliveries, mails))
        .group_by(*own)
        .order_by(packs.c.authority, packs.c.month, packs.c.version)
    )
    return [
        (
            row.authority,
            row.month,
            row.version,
            row.digest,
            as_datetime(row.built_at),
            as_datetime_or_none(row.mailed_at),
        )
        for row in connection.execute(query)
    ]
