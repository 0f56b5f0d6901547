"""What was received: versions of responses, readings of shared sheets, corrections, and what must never come back.

Nothing here is ever changed: a new version, reading or correction is a new row, and the newest one counts. Each method
is one transaction, but for those ending in `_within`, which take part in one that has begun.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, func, insert, select

from integration.adapters.clock import write_moment
from integration.adapters.store.tables import corrections, readings, responses, tombstones
from integration.model import (
    Correction,
    IntakeOutcome,
    LandingResult,
    RawResponse,
    SheetCell,
    SheetReading,
    StoredVersion,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.ledger import Ledger
    from integration.adapters.store.state import State
    from integration.adapters.store.store import Database
    from integration.model import Arrival

AT_ONCE = 5000
"""Rows handed to the database in one call."""
PUBLISH = "publish"

# Made once: making a statement costs more than running it.
_INSERT = insert(responses)
_STORED = select(responses.c.response_id, responses.c.last_submitted_at).where(
    responses.c.source == bindparam("of"), responses.c.response_id.in_(bindparam("ids", expanding=True))
)
_VERSIONS = select(
    responses.c.seq, responses.c.response_id, responses.c.created_at, responses.c.last_submitted_at, responses.c.body
)
_ERASED = select(tombstones.c.digest).where(tombstones.c.digest.in_(bindparam("digests", expanding=True)))
_CELLS = msgspec.json.Decoder(tuple[tuple[SheetCell, ...], ...])


@dataclass(frozen=True, slots=True)
class Responses:
    """Every version of each response, in the order in which they came."""

    _database: Database
    _ledger: Ledger
    _state: State

    def land(
        self, source: str, arrived: Iterable[RawResponse], *, received_at: datetime, wake: str = ""
    ) -> LandingResult:
        """Store what is new by (source, response id, last submitted), and request the job `wake` if anything was.

        All of it is one transaction. What was erased is never stored again. The iterable must not read from the store.
        """
        remaining, moment = iter(arrived), write_moment(received_at)
        new = count = erased = 0
        with self._database.writing() as connection:
            while batch := list(islice(remaining, AT_ONCE)):
                stored, gone = _add(connection, source, batch, moment)
                new += len(stored)
                count += len(batch)
                erased += gone
            if wake and new:
                self._ledger.request_within(connection, wake, received_at)
        return LandingResult(new=new, duplicates=count - new - erased, erased=erased)

    def receive(self, arrivals: Sequence[Arrival], *, received_at: datetime) -> list[IntakeOutcome]:
        """Store what webhooks brought, all in one transaction, and request the jobs that it makes due.

        A new version of a response makes `publish` due, a hint the job that it names. When each source was last heard
        of by webhook is remembered. What was erased is never stored again. Returns the receipt of each, in order.
        """
        receipts = [IntakeOutcome.NOTED] * len(arrivals)
        due = dict.fromkeys(arrival.job for arrival in arrivals if arrival.response is None)
        with self._database.writing() as connection:
            for source in dict.fromkeys(arrival.source for arrival in arrivals):
                versions = [
                    (place, each.response)
                    for place, each in enumerate(arrivals)
                    if each.source == source and each.response is not None
                ]
                added, _ = _add(connection, source, [version for _, version in versions], write_moment(received_at))
                left = {_version_key(version) for version in added}
                for place, version in versions:  # of two that are the same the first is stored
                    is_new = _version_key(version) in left
                    left.discard(_version_key(version))
                    receipts[place] = IntakeOutcome.STORED if is_new else IntakeOutcome.DUPLICATE
                self._state.received_by_webhook_at(source).set_within(connection, received_at)
            if IntakeOutcome.STORED in receipts:
                due[PUBLISH] = None
            for job in due:
                self._ledger.request_within(connection, job, received_at)
        return receipts

    def sources(self) -> list[str]:
        """Return every source of which responses are stored, also where no YAML knows it any more."""
        query = select(responses.c.source).distinct().order_by(responses.c.source)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def versions_after(self, source: str, seq: int) -> list[StoredVersion]:
        """Return all versions of the source's responses with a greater `seq`, in its order."""
        query = _VERSIONS.where(responses.c.source == source, responses.c.seq > seq).order_by(responses.c.seq)
        with self._database.reading() as connection:
            return [StoredVersion(*row) for row in connection.execute(query)]

    def versions_of(self, source: str, response_ids: Collection[str]) -> list[StoredVersion]:
        """Return every version of these responses, in the order in which they came."""
        query = _VERSIONS.where(responses.c.source == source)
        with self._database.reading() as connection:
            versions = [
                StoredVersion(*row)
                for ids in in_batches(response_ids)
                for row in connection.execute(query.where(responses.c.response_id.in_(ids)))
            ]
        return sorted(versions, key=lambda version: version.seq)

    def ids(self, source: str, submitted_from: str = "", *, until_seq: int | None = None) -> set[str]:
        """Return the ids of the source's responses with a version last submitted at that moment or later.

        With `until_seq` only versions up to that number count.
        """
        query = select(responses.c.response_id).where(
            responses.c.source == source, responses.c.last_submitted_at >= submitted_from
        )
        if until_seq is not None:
            query = query.where(responses.c.seq <= until_seq)
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def newest_seq(self, source: str) -> int:
        """Return the number of the source's newest version; 0 where there is none."""
        query = select(func.max(responses.c.seq)).where(responses.c.source == source)
        with self._database.reading() as connection:
            return connection.execute(query).scalar() or 0

    def last_submitted(self, source: str) -> dict[str, str]:
        """Return when each of the source's responses was last submitted, as far as it is stored, by its id."""
        query = select(responses.c.response_id, func.max(responses.c.last_submitted_at))
        query = query.where(responses.c.source == source).group_by(responses.c.response_id)
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def count_between(self, source: str, *, after: datetime, until: datetime) -> int:
        """Return how many responses have a version submitted last after a moment, and stored after it until another."""
        table = responses.c
        moment = write_moment(after)
        # An index tells the submitted ones; so only of these few the rows are read, which are large.
        submitted = select(table.seq).where(table.source == source, table.last_submitted_at > moment)
        query = select(func.count(table.response_id.distinct())).where(
            table.seq.in_(submitted), table.received_at > moment, table.received_at <= write_moment(until)
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Sheets:
    """Readings of shared sheets: every one that differed from the one before."""

    _database: Database
    _ledger: Ledger

    def land(self, source: str, reading: SheetReading, *, received_at: datetime, wake: str = "") -> bool:
        """Store the reading if it differs from the newest one, and request the job `wake`; return whether it did."""
        cells = msgspec.json.encode(reading.rows)
        digest = hashlib.sha256(cells).hexdigest()
        with self._database.writing() as connection:
            if digest == _newest_reading(connection, source, "digest"):
                return False
            moment = write_moment(received_at)
            row = {"source": source, "digest": digest, "received_at": moment, "cells": cells.decode()}
            connection.execute(insert(readings), row)
            if wake:
                self._ledger.request_within(connection, wake, received_at)
            return True

    def newest(self, source: str) -> SheetReading | None:
        """Return the newest stored reading of a sheet."""
        with self._database.reading() as connection:
            cells = _newest_reading(connection, source, "cells")
        return None if cells is None else SheetReading(_CELLS.decode(cells))


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections that people typed: every one is kept, the newest of each place counts."""

    _database: Database

    def add(self, typed: Iterable[Correction]) -> int:
        """Store those whose value differs from the newest one of the same source, key and field; return how many.

        One of a response that was erased is never stored again, though a tab may still hold it.
        """
        listed = list(typed)
        if not listed:
            return 0
        added = 0
        with self._database.writing() as connection:
            values = {(each.source, each.key, each.field): each.value for each in _newest_corrections(connection)}
            for each in listed:
                place = (each.source, each.key, each.field)
                if values.get(place) == each.value or erased_within(connection, each.source, [each.key]):
                    continue
                values[place] = each.value
                row = {
                    "source": each.source, "key": each.key, "field": each.field, "value": each.value,
                    "seen_at": each.seen_at, "by_whom": each.by,
                }  # fmt: skip
                connection.execute(insert(corrections), row)
                added += 1
        return added

    def find_replaced(self, typed: Iterable[Correction]) -> list[Correction]:
        """Return those that were stored before, and that a later one of the same source, key and field has replaced."""
        with self._database.reading() as connection:
            newest = {(each.source, each.key, each.field): each.value for each in _newest_corrections(connection)}
            columns = (corrections.c.source, corrections.c.key, corrections.c.field, corrections.c.value)
            stored = {tuple(row) for row in connection.execute(select(*columns))}
        places = [((each.source, each.key, each.field), each) for each in typed]
        return [each for place, each in places if newest.get(place) != each.value and (*place, each.value) in stored]

    def newest(self) -> list[Correction]:
        """Return the newest correction of each source, key and field, in the order in which they were made."""
        with self._database.reading() as connection:
            return _newest_corrections(connection)


@dataclass(frozen=True, slots=True)
class Tombstones:
    """What was erased and must never come back. Only a digest of its name is kept."""

    _database: Database

    def add(self, source: str, response_ids: Collection[str], *, why: str, now: datetime) -> None:
        """Never store these responses of the source again."""
        with self._database.writing() as connection:
            bury_within(connection, source, response_ids, why=why, now=write_moment(now))

    def add_rows(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Never store again what these rows, such as receipts give them, stand for; those that are known stay."""
        with self._database.writing() as connection:
            known = set(connection.execute(select(tombstones.c.digest)).scalars())
            if new := [dict(row) for row in rows if row["digest"] not in known]:
                connection.execute(insert(tombstones), new)

    def are_known(self, digests: Collection[str]) -> bool:
        """Return whether each of these digests stands for something that was erased from this store."""
        with self._database.reading() as connection:
            batches = (connection.execute(_ERASED, {"digests": some}).scalars() for some in in_batches(digests))
            return len({digest for batch in batches for digest in batch}) == len(digests)

    def erased(self, source: str, response_ids: Collection[str]) -> set[str]:
        """Return those of the responses that were erased."""
        with self._database.reading() as connection:
            return erased_within(connection, source, response_ids)

    @staticmethod
    def digest(source: str, response_id: str) -> str:
        """Return what stands for a response where its id must not."""
        return hashlib.sha256(f"{source}\0{response_id}".encode("utf-8", "surrogatepass")).hexdigest()


def bury_within(connection: Connection, source: str, response_ids: Collection[str], *, why: str, now: str) -> None:
    """Enter a tombstone for each response that has none yet."""
    new = set(response_ids) - erased_within(connection, source, response_ids)
    row = {"source": source, "forgotten_at": now, "why": why}
    if new:
        rows = [{"digest": Tombstones.digest(source, each), **row} for each in sorted(new)]
        connection.execute(insert(tombstones), rows)


def erased_within(connection: Connection, source: str, response_ids: Collection[str]) -> set[str]:
    """Return those of the responses that were erased."""
    by_digest = {Tombstones.digest(source, each): each for each in response_ids}
    return {
        by_digest[digest]
        for digests in in_batches(by_digest)
        for digest in connection.execute(_ERASED, {"digests": digests}).scalars()
    }


def in_batches(ids: Collection[str]) -> Iterator[list[str]]:
    """Give the ids in lists that one statement can name."""
    listed = sorted(ids)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def _add(
    connection: Connection, source: str, batch: Sequence[RawResponse], received_at: str
) -> tuple[list[RawResponse], int]:
    """Store the versions that are new, each once; return them, and how many others were erased before.

    No other writer can store one meanwhile.
    """
    # Asked for, rather than refused by the database: an INSERT that is refused still uses up a `seq`.
    stored = connection.execute(_STORED, {"of": source, "ids": list({response.response_id for response in batch})})
    known = {(response_id, last_submitted_at) for response_id, last_submitted_at in stored}
    fresh: dict[tuple[str, str], RawResponse] = {}
    for response in batch:
        if _version_key(response) not in known:
            fresh.setdefault(_version_key(response), response)
    erased = erased_within(connection, source, {each.response_id for each in fresh.values()})
    kept = [each for each in fresh.values() if each.response_id not in erased]
    if kept:
        rows = [
            {
                "source": source, "response_id": each.response_id, "last_submitted_at": each.last_submitted_at,
                "created_at": each.created_at, "received_at": received_at, "body": each.body,
            }
            for each in kept
        ]  # fmt: skip
        connection.execute(_INSERT, rows)
    return kept, len(fresh) - len(kept)


def _version_key(response: RawResponse) -> tuple[str, str]:
    return response.response_id, response.last_submitted_at


def _newest_reading(connection: Connection, source: str, column: str) -> str | None:
    query = select(readings.c[column]).where(readings.c.source == source).order_by(readings.c.seq.desc()).limit(1)
    newest: str | None = connection.execute(query).scalar()
    return newest


def _newest_corrections(connection: Connection) -> list[Correction]:
    table = corrections.c
    newest_of_each = select(func.max(table.seq)).group_by(table.source, table.key, table.field)
    query = select(table.source, table.key, table.field, table.value, table.seen_at, table.by_whom)
    newest = query.where(table.seq.in_(newest_of_each)).order_by(table.seq)
    return [Correction(*row) for row in connection.execute(newest)]
