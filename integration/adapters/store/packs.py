"""Packs, with the frozen figures of each version, and their mails: claimed before they are sent, confirmed after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, insert, select, update

from integration.adapters.clock import as_datetime, as_datetime_or_none, write_moment
from integration.adapters.store.tables import deliveries, packs, published_figures, unconfirmed_deliveries
from integration.errors import BusyError
from integration.model import (
    PUBLISHED_NUMBERS,
    FigureKey,
    MailedPack,
    PackRecord,
    PublishedFigure,
    ShownAs,
    StoredPack,
    UnconfirmedDelivery,
    UnsentPack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from integration.adapters.store.store import Database


@dataclass(frozen=True, slots=True)
class Packs:
    """Packs, version by version. Each method is one transaction."""

    _database: Database

    def save(self, authority: str, month: str, digest: str, body: str, *, built_at: datetime) -> int:
        """Keep a pack's frozen figures; return its version, the newest one's if the digest is the same."""
        query = select(packs.c.version, packs.c.digest).where(packs.c.authority == authority, packs.c.month == month)
        with self._database.writing() as connection:
            newest = connection.execute(query.order_by(packs.c.version.desc()).limit(1)).one_or_none()
            if newest and newest.digest == digest:
                return int(newest.version)
            version: int = newest.version + 1 if newest else 1
            row = {
                "authority": authority, "month": month, "version": version, "digest": digest,
                "built_at": write_moment(built_at), "body": body,
            }  # fmt: skip
            connection.execute(insert(packs), row)
        return version

    def all(self) -> list[StoredPack]:
        """Return every version of each pack, by authority, month and version."""
        own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.digest, packs.c.built_at)
        query = (
            select(*own, func.max(deliveries.c.sent_at).label("mailed_at"))
            .select_from(packs.outerjoin(deliveries, is_of_pack()))
            .group_by(*own)
            .order_by(packs.c.authority, packs.c.month, packs.c.version)
        )
        with self._database.reading() as connection:
            return [
                StoredPack(
                    row.authority, row.month, row.version, row.digest,
                    built_at=as_datetime(row.built_at), mailed_at=as_datetime_or_none(row.mailed_at),
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def records(self) -> list[PackRecord]:
        """Return the frozen figures of every version, by month, authority and version."""
        own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.body)
        query = select(*own).order_by(packs.c.month, packs.c.authority, packs.c.version)
        with self._database.reading() as connection:
            return [PackRecord(*row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """What leaders were shown of each figure on people, version by version. Each method is one transaction."""

    _database: Database

    def all(self) -> tuple[dict[FigureKey, list[PublishedFigure]], int]:
        """Return every version of each figure by its key, the oldest first; and up to which number was read."""
        table = published_figures.c
        versions: dict[FigureKey, list[PublishedFigure]] = {}
        read_to = 0
        with self._database.reading() as connection:
            for row in connection.execute(select(published_figures).order_by(table.seq)):
                numbers = dict(zip(PUBLISHED_NUMBERS, json.loads(row.numbers), strict=True))
                figure = PublishedFigure(
                    row.authority, row.measure, row.team, row.period_kind, row.period, as_datetime(row.since),
                    ShownAs(row.shown_as), row.told, **numbers,
                    answers=row.answers, persons=row.persons, reason=row.reason,
                )  # fmt: skip
                key = (row.authority, row.measure, row.team, row.period_kind, row.period)
                versions.setdefault(key, []).append(figure)
                read_to = row.seq
        return versions, read_to

    def add(self, figures: Iterable[PublishedFigure], *, read_to: int) -> int:
        """Keep what is shown from now on; return the number of the newest.

        Raises BusyError, and keeps nothing, where others were added since it was read up to that number: what was
        decided without them could tell, together with them, what one person answered.
        """
        rows = [
            {
                "authority": each.authority, "measure": each.measure, "team": each.team,
                "period_kind": each.period_kind, "period": each.period, "since": write_moment(each.since),
                "shown_as": str(each.shown_as), "told": each.told,
                "numbers": json.dumps([getattr(each, name) for name in PUBLISHED_NUMBERS]),
                "answers": each.answers, "persons": each.persons, "reason": each.reason,
            }
            for each in figures
        ]  # fmt: skip
        if not rows:
            return read_to
        newest = select(func.max(published_figures.c.seq))
        with self._database.writing() as connection:
            if (connection.execute(newest).scalar() or 0) != read_to:
                raise BusyError("Figures were published by another process meanwhile; run this again.")
            connection.execute(insert(published_figures), rows)
            return int(connection.execute(newest).scalar_one())


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Mails of packs, one a month for each recipient. Each method is one transaction, where it says nothing else."""

    _database: Database

    def claim(self, authority: str, month: str, version: int, recipient: str, message_id: str) -> bool:
        """Claim a mail before it is sent; False where this recipient was sent, or may have been sent, another.

        An unconfirmed claim of the same mail is taken over: the same mail can be sent twice safely.
        """
        same = and_(
            deliveries.c.authority == authority, deliveries.c.month == month, deliveries.c.recipient == recipient
        )
        query = select(deliveries.c.sent_at, deliveries.c.message_id).where(same)
        with self._database.writing() as connection:
            claimed = connection.execute(query).one_or_none()
            if claimed is not None:
                return claimed.sent_at is None and claimed.message_id == message_id
            row = {
                "authority": authority, "month": month, "recipient": recipient, "version": version,
                "message_id": message_id,
            }  # fmt: skip
            connection.execute(insert(deliveries), row)
        return True

    def confirm(self, message_id: str, *, sent_at: datetime) -> None:
        """Say that a claimed mail was handed over; the first time counts. Raises StoreError where it has no claim."""
        mail = deliveries.c.message_id == message_id
        unsent = update(deliveries).where(mail, deliveries.c.sent_at.is_(None)).values(sent_at=write_moment(sent_at))
        with self._database.writing() as connection:
            if connection.execute(unsent).rowcount:
                return
            is_claimed = connection.execute(select(deliveries.c.version).where(mail)).one_or_none() is not None
        if not is_claimed:
            raise self._database.error(f"has no claim for the mail {message_id}; claim a mail before sending it")

    def unconfirmed(self) -> list[UnconfirmedDelivery]:
        """Return each mail that was claimed and never confirmed, by authority, month, version and message id."""
        of_each = (deliveries.c.authority, deliveries.c.month, deliveries.c.version, deliveries.c.message_id)
        noticed = unconfirmed_deliveries
        query = (
            select(*of_each, noticed.c.since)
            .select_from(deliveries.outerjoin(noticed, noticed.c.message_id == deliveries.c.message_id))
            .where(deliveries.c.sent_at.is_(None))
            .order_by(*of_each)
        )
        with self._database.reading() as connection:
            return [
                UnconfirmedDelivery(
                    row.authority, row.month, row.version, row.message_id, as_datetime_or_none(row.since)
                )
                for row in connection.execute(query)
            ]

    def notice_unconfirmed(self, now: datetime) -> list[UnconfirmedDelivery]:
        """Return the same, and keep since when each was noticed: a claim itself has no time.

        Nothing is written where nothing has changed since the last time.
        """
        mails = self.unconfirmed()
        with self._database.reading() as connection:
            noticed = set(connection.execute(select(unconfirmed_deliveries.c.message_id)).scalars())
        if noticed != {mail.message_id for mail in mails}:
            rows = [{"message_id": mail.message_id, "since": write_moment(mail.since or now)} for mail in mails]
            with self._database.writing() as connection:
                connection.execute(delete(unconfirmed_deliveries))
                if rows:
                    connection.execute(insert(unconfirmed_deliveries), rows)
            mails = self.unconfirmed()
        return mails


def is_of_pack() -> ColumnElement[bool]:
    """Return the condition that joins a mail to the version of the pack that it brings."""
    return and_(
        deliveries.c.authority == packs.c.authority,
        deliveries.c.month == packs.c.month,
        deliveries.c.version == packs.c.version,
    )


def packs_before_within(connection: Connection, moment: str) -> list[tuple[str, str]]:
    """Return (authority, month) of each pack of which every version was built before the moment."""
    of_each = (packs.c.authority, packs.c.month)
    query = select(*of_each).group_by(*of_each).having(func.max(packs.c.built_at) < moment).order_by(*of_each)
    return [(authority, month) for authority, month in connection.execute(query)]


def mailed_packs_within(connection: Connection, first_day: str) -> list[MailedPack]:
    """Return each mail of a pack as of that day or later."""
    table = deliveries.c
    query = select(table.authority, table.month, table.version, table.recipient, table.sent_at, packs.c.body)
    query = query.join_from(deliveries, packs, is_of_pack()).order_by(table.month, table.authority, table.recipient)
    return [
        MailedPack(row.authority, row.month, row.version, row.recipient, row.sent_at or "")
        for row in connection.execute(query)
        if str(json.loads(row.body)["as_of"]) >= first_day
    ]


def erase_unsent_packs_within(connection: Connection, first_day: str) -> list[tuple[UnsentPack, bool]]:
    """Erase what is as of that day or later and was never mailed; return each, and whether it was the newest."""
    unsent = ~select(deliveries.c.version).where(is_of_pack()).exists()
    own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.body)
    query = select(*own).where(unsent).order_by(packs.c.authority, packs.c.month, packs.c.version)
    listed = connection.execute(query).all()
    of_each = (packs.c.authority, packs.c.month)
    versions = connection.execute(select(*of_each, func.max(packs.c.version)).group_by(*of_each))
    newest = {(authority, month): version for authority, month, version in versions}
    gone = []
    for authority, month, version, body in listed:
        as_of = str(json.loads(body)["as_of"])
        if as_of < first_day:
            continue
        this = and_(packs.c.authority == authority, packs.c.month == month, packs.c.version == version)
        connection.execute(delete(packs).where(this))
        gone.append((UnsentPack(authority, month, as_of), newest[authority, month] == version))
    return gone
