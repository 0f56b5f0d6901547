"""Alerts: each condition once as long as it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, or_, select, update

from integration.adapters.clock import as_datetime, as_datetime_or_none
from integration.adapters.store.tables import alerts
from integration.model import Alert, Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection, Row


def unsettled(connection: Connection) -> list[Alert]:
    """Return those that are not over, and those of whose end the owner does not know yet; oldest first."""
    last = or_(alerts.c.cleared_at.is_(None), alerts.c.all_clear_at.is_(None))
    return [_alert(row) for row in connection.execute(select(alerts).where(last).order_by(alerts.c.seq))]


def add(connection: Connection, conditions: Iterable[Condition], now: str) -> None:
    """Enter those whose key is not open."""
    query = select(alerts.c.key).where(alerts.c.cleared_at.is_(None))
    there = set(connection.execute(query).scalars())
    for condition in conditions:
        if condition.key not in there:
            there.add(condition.key)
            row = {"key": condition.key, "says": condition.description, "to_do": condition.advice, "since": now}
            connection.execute(insert(alerts), row)


def reword(connection: Connection, conditions: Iterable[tuple[int, Condition]]) -> None:
    """Change what these alerts say, where they are not over."""
    for seq, condition in conditions:
        this = and_(alerts.c.seq == seq, alerts.c.key == condition.key, alerts.c.cleared_at.is_(None))
        connection.execute(update(alerts).where(this).values(says=condition.description, to_do=condition.advice))


def mark(connection: Connection, column: str, seqs: Collection[int], now: str) -> None:
    """Write a moment into a column of some alerts, where there is none yet."""
    these = alerts.c.seq.in_(sorted(seqs))
    connection.execute(update(alerts).where(these, alerts.c[column].is_(None)).values({column: now}))


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        seq=row.seq,
        condition=Condition(row.key, row.says, row.to_do),
        since=as_datetime(row.since),
        told_at=as_datetime_or_none(row.told_at),
        cleared_at=as_datetime_or_none(row.cleared_at),
        all_clear_at=as_datetime_or_none(row.all_clear_at),
    )
