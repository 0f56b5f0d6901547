"""What has been kept as long as it may: counted and erased by kind, beside people's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, or_, select

from integration.adapters.store import slot
from integration.adapters.store.tables import alerts, audit, corrections, deliveries, memories, packs, readings, runs
from integration.model import RetentionCategory

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


TO_THE_SECOND = len("2022-03-28T00:30:00")


def drop_before(connection: Connection, kind: RetentionCategory, moment: str) -> int:
    """Erase what is older than the moment and of this kind; return how much."""
    return _DROPS[kind](connection, moment)


def packs_before(connection: Connection, moment: str) -> list[tuple[str, str]]:
    """Return (authority, month) of each pack of which every version was built before the moment."""
    whose = (packs.c.authority, packs.c.month)
    old = select(*whose).group_by(*whose).having(func.max(packs.c.built_at) < moment).order_by(*whose)
    return [(authority, month) for authority, month in connection.execute(old)]


def _corrections(connection: Connection, moment: str) -> int:
    # `seen_at` is ISO text in UTC to the second or finer, so that its first characters sort with a moment's.
    old = func.substr(corrections.c.seen_at, 1, TO_THE_SECOND) < moment[:TO_THE_SECOND]
    return connection.execute(delete(corrections).where(old)).rowcount


def _sheets(connection: Connection, moment: str) -> int:
    newest = select(func.max(readings.c.seq)).group_by(readings.c.source)
    old = and_(readings.c.received_at < moment, readings.c.seq.not_in(newest.scalar_subquery()))
    return connection.execute(delete(readings).where(old)).rowcount


def _packs(connection: Connection, moment: str) -> int:
    gone = 0
    for authority, month in packs_before(connection, moment):
        this = and_(packs.c.authority == authority, packs.c.month == month)
        gone += connection.execute(delete(packs).where(this)).rowcount
        mails = and_(deliveries.c.authority == authority, deliveries.c.month == month)
        connection.execute(delete(deliveries).where(mails))
        names = (f"pack.{month}.{authority}", f"rendered.{month}.{authority}")
        connection.execute(delete(memories).where(memories.c.name.in_(names)))
    return gone


def _runs(connection: Connection, moment: str) -> int:
    newest = select(func.max(runs.c.seq)).group_by(runs.c.job)
    old = and_(runs.c.ended_at < moment, runs.c.seq.not_in(newest.scalar_subquery()))
    over = or_(alerts.c.all_clear_at < moment, and_(alerts.c.told_at.is_(None), alerts.c.cleared_at < moment))
    return (
        connection.execute(delete(runs).where(old)).rowcount
        + connection.execute(delete(alerts).where(over)).rowcount
        + slot.drop_before(connection, moment)
    )


def _audit(connection: Connection, moment: str) -> int:
    newest = select(func.max(audit.c.seq)).scalar_subquery()
    # Only from the beginning, so that what is left is one chain, also where a clock went back.
    first_kept = select(func.min(audit.c.seq)).where(or_(audit.c.at >= moment, audit.c.seq == newest)).scalar_subquery()
    return connection.execute(delete(audit).where(audit.c.seq < first_kept)).rowcount


_DROPS: dict[RetentionCategory, Callable[[Connection, str], int]] = {
    RetentionCategory.CORRECTIONS: _corrections,
    RetentionCategory.SHEETS: _sheets,
    RetentionCategory.PACKS: _packs,
    RetentionCategory.RUNS: _runs,
    RetentionCategory.AUDIT: _audit,
}
