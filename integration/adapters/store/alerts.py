"""Alerts, each condition once as long as it lasts, and the mail about them that was begun last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, insert, or_, select, update

from integration.adapters.clock import as_datetime, as_datetime_or_none, write_moment
from integration.adapters.store.tables import alert_mail_parts, alert_mails, alerts
from integration.model import Alert, AlertMail, AlertMailStatus, Condition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.store import Database


@dataclass(frozen=True, slots=True)
class Alerts:
    """Conditions: found, the owner notified of them, over. Each method is one transaction."""

    _database: Database

    def unsettled(self) -> list[Alert]:
        """Return the alerts that are not cleared, and those whose all-clear the owner has not had, oldest first."""
        last = or_(alerts.c.cleared_at.is_(None), alerts.c.all_clear_at.is_(None))
        query = select(alerts).where(last).order_by(alerts.c.seq)
        with self._database.reading() as connection:
            return [
                Alert(
                    row.seq, Condition(row.key, row.says, row.to_do), as_datetime(row.since),
                    notified_at=as_datetime_or_none(row.told_at), cleared_at=as_datetime_or_none(row.cleared_at),
                    all_clear_at=as_datetime_or_none(row.all_clear_at),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def add(self, conditions: Iterable[Condition], *, now: datetime) -> None:
        """Enter conditions of which none with the same key is open."""
        if not (listed := list(conditions)):
            return
        with self._database.writing() as connection:
            there = set(connection.execute(select(alerts.c.key).where(alerts.c.cleared_at.is_(None))).scalars())
            for each in listed:
                if each.key not in there:
                    there.add(each.key)
                    row = {"key": each.key, "says": each.description, "to_do": each.advice, "since": write_moment(now)}
                    connection.execute(insert(alerts), row)

    def reword(self, conditions: Iterable[tuple[int, Condition]]) -> None:
        """Let these alerts, by their numbers, say what is so now; one that is over stays as it was."""
        if not (listed := list(conditions)):
            return
        with self._database.writing() as connection:
            for seq, each in listed:
                this = and_(alerts.c.seq == seq, alerts.c.key == each.key, alerts.c.cleared_at.is_(None))
                connection.execute(update(alerts).where(this).values(says=each.description, to_do=each.advice))

    def mark_notified(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner was notified of these."""
        self._mark("told_at", seqs, now)

    def mark_cleared(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that these are over."""
        self._mark("cleared_at", seqs, now)

    def mark_all_clear(self, seqs: Collection[int], *, now: datetime) -> None:
        """Say that the owner knows that these are over."""
        self._mark("all_clear_at", seqs, now)

    def last_mail(self) -> AlertMail:
        """Return the mail that was begun last."""
        with self._database.reading() as connection:
            return _last_mail(connection)

    def begin_mail(self, before: AlertMail, mail: AlertMail) -> bool:
        """Keep that a mail is about to be handed over, if the last one is still `before`.

        Of several callers at once, one succeeds.
        """
        with self._database.writing() as connection:
            if _last_mail(connection) != before:
                return False
            _replace_mail(connection, mail)
            return True

    def save_mail(self, mail: AlertMail) -> None:
        """Keep how far the mail has got."""
        if self.last_mail() != mail:
            with self._database.writing() as connection:
                _replace_mail(connection, mail)

    def _mark(self, column: str, seqs: Collection[int], now: datetime) -> None:
        """Write a moment into a column of some alerts, where there is none yet."""
        if seqs:
            these = and_(alerts.c.seq.in_(sorted(seqs)), alerts.c[column].is_(None))
            with self._database.writing() as connection:
                connection.execute(update(alerts).where(these).values({column: write_moment(now)}))


def _last_mail(connection: Connection) -> AlertMail:
    row = connection.execute(select(alert_mails)).one_or_none()
    if row is None:
        return AlertMail()
    parts = connection.execute(select(alert_mail_parts).order_by(alert_mail_parts.c.alert_seq)).all()
    return AlertMail(
        status=AlertMailStatus(row.status),
        wrong=tuple(part.alert_seq for part in parts if not part.is_over),
        over=tuple(part.alert_seq for part in parts if part.is_over),
        dated_at=as_datetime_or_none(row.dated_at),
        tried_at=as_datetime_or_none(row.tried_at),
        tries=row.tries,
        problem=row.problem,
    )


def _replace_mail(connection: Connection, mail: AlertMail) -> None:
    connection.execute(delete(alert_mails))
    connection.execute(delete(alert_mail_parts))
    row = {
        "status": mail.status, "dated_at": mail.dated_at and write_moment(mail.dated_at),
        "tried_at": mail.tried_at and write_moment(mail.tried_at), "tries": mail.tries, "problem": mail.problem,
    }  # fmt: skip
    connection.execute(insert(alert_mails), row)
    parts = [{"alert_seq": seq, "is_over": int(seq in mail.over)} for seq in (*mail.wrong, *mail.over)]
    if parts:
        connection.execute(insert(alert_mail_parts), parts)
