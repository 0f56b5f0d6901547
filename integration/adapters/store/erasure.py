"""Erasing for good: what people answered, from every table at once, and what has been kept as long as it may.

What is worked out from the answers (typed chunks, unsent packs) goes with them, for it holds their words; a tombstone
for each response stays. What is done with each table is what the table says (`ErasureRule` in `tables.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import and_, delete, func, or_, select

from integration.adapters.clock import write_moment
from integration.adapters.store.derived import rewrite_images_within
from integration.adapters.store.ledger import drop_slots_within
from integration.adapters.store.packs import erase_unsent_packs_within, mailed_packs_within, packs_before_within
from integration.adapters.store.received import bury_within, in_batches
from integration.adapters.store.tables import (
    alerts,
    audit,
    chunks,
    corrections,
    deliveries,
    issues,
    metadata,
    packs,
    readings,
    responses,
    runs,
    slots,
)
from integration.model import Erasure, RetentionCategory, UnsentPack

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from integration.adapters.store.state import State
    from integration.adapters.store.store import Database

T = TypeVar("T")

_TABLES_OF: dict[RetentionCategory, tuple[Table, ...]] = {
    RetentionCategory.CORRECTIONS: (corrections,),
    RetentionCategory.SHEETS: (readings,),
    RetentionCategory.PACKS: (packs,),
    RetentionCategory.RUNS: (runs, slots, alerts),
    RetentionCategory.AUDIT: (audit,),
}

TO_THE_SECOND = len("2022-03-28T00:30:00")


@dataclass(frozen=True, slots=True)
class Erasures:
    """Erases answers, and remembers what has still to be erased outside the store. Each method is one transaction."""

    _database: Database
    _state: State

    def erase(self, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime) -> Erasure:
        """Erase responses by source with all that holds a word of them, and never store them again.

        All of it is one transaction: versions, corrections, typed chunks, the unsent packs as of a day when one of
        them may have counted; a tombstone for each stays. What is to be erased outside the store is remembered until
        `finish`; what an erasure before has still to do is taken along, and then `why` holds both, with a + between.
        """
        began_at = write_moment(now)
        with self._database.writing() as connection:
            before = self._state.unfinished_erasure.get_within(connection) or Erasure(why, began_at)
            first_day = _first_day(connection, doomed)
            versions, typed = self._erase_rows(connection, doomed, why=why, now=began_at)
            gone = self._erase_unsent_packs(connection, first_day) if first_day else []
            whole = Erasure(
                why="+".join(_union(before.why.split("+"), [why])),
                began_at=began_at,
                responses=_union(
                    before.responses, ((source, each) for source, ids in doomed.items() for each in sorted(ids))
                ),
                versions=before.versions + versions,
                corrections=before.corrections + typed,
                packs=_union(before.packs, gone),
                mailed=_union(before.mailed, mailed_packs_within(connection, first_day) if first_day else ()),
            )
            self._state.unfinished_erasure.set_within(connection, whole)
            self._count_up(connection)
        return whole

    def erase_from_copy(
        self, connection: Connection, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime,
        blank: Callable[[bytes], bytes],
    ) -> int:  # fmt: skip
        """Erase responses from a copy of a store, in a transaction that has begun; return how many versions went.

        What such a copy has worked out is deleted as a whole, for no job works it out anew there; `blank` takes the
        cells out of an image.
        """
        first_day = _first_day(connection, doomed)
        versions, _ = self._erase_rows(connection, doomed, why=why, now=write_moment(now))
        if first_day:
            self._erase_unsent_packs(connection, first_day)
        connection.execute(delete(issues))
        rewrite_images_within(connection, blank)
        self._state.unfinished_erasure.drop_within(connection)
        self._state.vacuum_note.drop_within(connection)
        self._count_up(connection)
        return versions

    def finish(self, note: str) -> None:
        """Say that everything outside the store was erased as well: the ids are let go.

        Until `finish_vacuum` the note, which holds none, says that the database's files have still to be written anew.
        """
        with self._database.writing() as connection:
            self._state.unfinished_erasure.drop_within(connection)
            self._state.vacuum_note.set_within(connection, note)

    def vacuum(self) -> bool:
        """Have nothing that was erased left in the database's files; return whether that is sure.

        On PostgreSQL the right to write a checkpoint may be missing: then the server does it soon, by itself. The
        server's own log of changes and its backups are never touched.
        """
        return self._database.vacuum(tuple(metadata.tables))

    def finish_vacuum(self) -> None:
        """Say that they were."""
        with self._database.writing() as connection:
            self._state.vacuum_note.drop_within(connection)

    def packs_before(self, moment: datetime) -> list[tuple[str, str]]:
        """Return (authority, month) of each pack of which every version was built before the moment."""
        with self._database.reading() as connection:
            return packs_before_within(connection, write_moment(moment))

    def drop_before(self, kind: RetentionCategory, moment: datetime, *, now: datetime) -> int:
        """Erase what is older than the moment and of this kind; return how much."""
        with self._database.writing() as connection:
            gone = self._drop_before(connection, kind, write_moment(moment), now=write_moment(now))
            if gone and kind is RetentionCategory.CORRECTIONS:
                self._count_up(connection)
            return gone

    def count_before(self, kind: RetentionCategory, moment: datetime, *, now: datetime) -> int:
        """Return how much `drop_before` would erase."""
        with self._database.writing() as connection:
            tried = connection.begin_nested()
            count = self._drop_before(connection, kind, write_moment(moment), now=write_moment(now))
            tried.rollback()
            return count

    def _count_up(self, connection: Connection) -> None:
        count = self._state.erasure_count
        count.set_within(connection, (count.get_within(connection) or 0) + 1)

    def _erase_rows(
        self, connection: Connection, doomed: Mapping[str, Collection[str]], *, why: str, now: str
    ) -> tuple[int, int]:
        """Erase the responses, and what was typed and worked out of them; return how many versions and corrections."""
        versions = typed = 0
        for source, ids in doomed.items():
            bury_within(connection, source, ids, why=why, now=now)
            versions += _delete(connection, responses, "response_id", source, ids)
            typed += _delete(connection, corrections, "key", source, ids)
            connection.execute(delete(chunks).where(chunks.c.source == source))
            gone = self._state.gone_responses(source)
            gone.set_within(connection, (gone.get_within(connection) or frozenset()) - set(ids))
            unreadable = self._state.unreadable_responses(source)
            if listed := unreadable.get_within(connection):
                unreadable.set_within(connection, tuple(each for each in listed if each.key not in ids))
        return versions, typed

    def _erase_unsent_packs(self, connection: Connection, first_day: str) -> list[UnsentPack]:
        """Erase the packs as of that day or later that were mailed to no recipient; return the newest of each."""
        gone = erase_unsent_packs_within(connection, first_day)
        for pack, _ in gone:
            self._forget_pack(connection, pack.authority, pack.month)
        return [pack for pack, is_newest in gone if is_newest]

    def _forget_pack(self, connection: Connection, authority: str, month: str) -> None:
        self._state.pack(month, authority).drop_within(connection)
        self._state.rendered_pack(month, authority).drop_within(connection)

    def count(self, kind: RetentionCategory) -> int:
        """Return how much of this kind is stored; what stays in any case too."""
        tables = _TABLES_OF[kind]
        query = select(*(select(func.count()).select_from(table).scalar_subquery() for table in tables))
        with self._database.reading() as connection:
            return sum(connection.execute(query).one())

    def _drop_before(self, connection: Connection, kind: RetentionCategory, moment: str, *, now: str) -> int:
        match kind:
            case RetentionCategory.CORRECTIONS:
                # `seen_at` is ISO text in UTC to the second or finer: its first characters sort with a moment's.
                is_old = func.substr(corrections.c.seen_at, 1, TO_THE_SECOND) < moment[:TO_THE_SECOND]
                return connection.execute(delete(corrections).where(is_old)).rowcount
            case RetentionCategory.SHEETS:
                newest = select(func.max(readings.c.seq)).group_by(readings.c.source).scalar_subquery()
                is_old = and_(readings.c.received_at < moment, readings.c.seq.not_in(newest))
                return connection.execute(delete(readings).where(is_old)).rowcount
            case RetentionCategory.PACKS:
                gone = 0
                for authority, month in packs_before_within(connection, moment):
                    this = and_(packs.c.authority == authority, packs.c.month == month)
                    gone += connection.execute(delete(packs).where(this)).rowcount
                    mails = and_(deliveries.c.authority == authority, deliveries.c.month == month)
                    connection.execute(delete(deliveries).where(mails))
                    self._forget_pack(connection, authority, month)
                return gone
            case RetentionCategory.RUNS:
                newest = select(func.max(runs.c.seq)).group_by(runs.c.job).scalar_subquery()
                is_old = and_(runs.c.ended_at < moment, runs.c.seq.not_in(newest))
                is_over = or_(
                    alerts.c.all_clear_at < moment, and_(alerts.c.told_at.is_(None), alerts.c.cleared_at < moment)
                )
                return (
                    connection.execute(delete(runs).where(is_old)).rowcount
                    + connection.execute(delete(alerts).where(is_over)).rowcount
                    + drop_slots_within(connection, moment)
                )
            case RetentionCategory.AUDIT:
                # Only from the beginning, so that what is left is one chain. A line of a time to come, which a clock
                # wrote that was ahead, is at most as old as the line before it, and keeps none that follows it.
                has_come = audit.c.at <= now
                newest = select(func.max(audit.c.seq)).scalar_subquery()
                is_kept = or_(and_(audit.c.at >= moment, has_come), audit.c.seq == newest)
                first_kept = select(func.min(audit.c.seq)).where(is_kept).scalar_subquery()
                last_old = select(func.max(audit.c.seq)).where(audit.c.seq < first_kept, has_come).scalar_subquery()
                return connection.execute(delete(audit).where(audit.c.seq <= last_old)).rowcount


def _first_day(connection: Connection, doomed: Mapping[str, Collection[str]]) -> str:
    """Return a day before which nothing can rest on these responses; "" where none of them is stored."""
    earliest = select(func.min(responses.c.created_at))
    moments = [
        connection.execute(earliest.where(responses.c.source == source, responses.c.response_id.in_(some))).scalar()
        for source, ids in doomed.items()
        for some in in_batches(ids)
    ]
    # The day in UTC is never after the day in London.
    return min((moment[:10] for moment in moments if moment), default="")


def _delete(connection: Connection, table: Table, column: str, source: str, ids: Collection[str]) -> int:
    return sum(
        connection.execute(delete(table).where(table.c.source == source, table.c[column].in_(some))).rowcount
        for some in in_batches(ids)
    )


def _union(earlier: Iterable[T], more: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys([*earlier, *more]))
