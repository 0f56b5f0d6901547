"""Responses: every version of each, in the order in which they came."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, insert, select

from integration.adapters.store import tombstone
from integration.adapters.store.tables import responses
from integration.model import LandingResult, RawResponse, StoredVersion

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

AT_ONCE = 5000
"""Rows handed to the database in one call."""

# Made once: making a statement costs more than running it.
_INSERT = insert(responses)
_STORED = select(responses.c.response_id, responses.c.last_submitted_at).where(
    responses.c.source == bindparam("of"), responses.c.response_id.in_(bindparam("ids", expanding=True))
)


def land(connection: Connection, source: str, arrived: Iterable[RawResponse], received_at: str) -> LandingResult:
    """Store the versions that are new; say how many were, how many were there, and how many were forgotten."""
    remaining = iter(arrived)
    new = seen = forgotten = 0
    while batch := list(islice(remaining, AT_ONCE)):
        stored, buried = _add(connection, source, batch, received_at)
        new += len(stored)
        seen += len(batch)
        forgotten += buried
    return LandingResult(new=new, duplicates=seen - new - forgotten, erased=forgotten)


def receive(connection: Connection, source: str, arrived: Sequence[RawResponse], received_at: str) -> list[bool]:
    """Store the versions that are new; say of each, in order, whether it was stored."""
    stored, _ = _add(connection, source, arrived, received_at)
    left = {_version(response) for response in stored}
    was_stored = []
    for response in arrived:
        was_stored.append(_version(response) in left)
        left.discard(_version(response))
    return was_stored


def after(connection: Connection, source: str, seq: int) -> list[StoredVersion]:
    """Return the source's versions with a greater `seq`, in its order."""
    table = responses.c
    query = (
        select(table.seq, table.response_id, table.created_at, table.last_submitted_at, table.body)
        .where(table.source == source, table.seq > seq)
        .order_by(table.seq)
    )
    return [StoredVersion(*row) for row in connection.execute(query)]


def ids(connection: Connection, source: str, submitted_from: str, until_seq: int | None) -> set[str]:
    """Return the ids of the source's responses with a version last submitted at that moment or later.

    With `until_seq` only versions up to that number count.
    """
    table = responses.c
    query = select(table.response_id).where(table.source == source, table.last_submitted_at >= submitted_from)
    if until_seq is not None:
        query = query.where(table.seq <= until_seq)
    return {response_id for (response_id,) in connection.execute(query)}


def newest_seq(connection: Connection, source: str) -> int:
    """Return the number of the source's newest version; 0 where there is none."""
    query = select(func.max(responses.c.seq)).where(responses.c.source == source)
    return connection.execute(query).scalar() or 0


def newest_versions(connection: Connection, source: str) -> dict[str, str]:
    """Return when each of the source's responses was last submitted, by its id."""
    table = responses.c
    query = select(table.response_id, func.max(table.last_submitted_at))
    found = connection.execute(query.where(table.source == source).group_by(table.response_id))
    return dict(found.all())


def came_between(connection: Connection, source: str, after: str, until: str) -> int:
    """Return how many responses have a version submitted last after a moment, and stored after it until another."""
    table = responses.c
    # An index tells the submitted ones; so only of these few the rows are read, which are large.
    submitted = select(table.seq).where(table.source == source, table.last_submitted_at > after)
    query = select(func.count(table.response_id.distinct())).where(
        table.seq.in_(submitted), table.received_at > after, table.received_at <= until
    )
    return int(connection.execute(query).scalar_one())


def newest_received(connection: Connection) -> dict[str, str]:
    """Return the moment at which each source's newest version was stored."""
    newest = select(func.max(responses.c.seq)).group_by(responses.c.source)
    query = select(responses.c.source, responses.c.received_at).where(responses.c.seq.in_(newest))
    return dict(connection.execute(query).all())


def _add(
    connection: Connection, source: str, batch: Sequence[RawResponse], received_at: str
) -> tuple[list[RawResponse], int]:
    """Store the versions that are new; return them, and how many others were forgotten before."""
    fresh = _unknown(connection, source, batch)
    buried = tombstone.buried(connection, source, {each.response_id for each in fresh}) if fresh else set()
    kept = [each for each in fresh if each.response_id not in buried]
    if kept:
        connection.execute(_INSERT, [_row(source, response, received_at) for response in kept])
    return kept, len(fresh) - len(kept)


def _unknown(connection: Connection, source: str, batch: Sequence[RawResponse]) -> list[RawResponse]:
    """Return the versions that are not stored yet, each once. No other writer can store one meanwhile."""
    # Asked for, rather than refused by the database: an INSERT that is refused still uses up a `seq`.
    ids = list({response.response_id for response in batch})
    stored = connection.execute(_STORED, {"of": source, "ids": ids})
    known = {(response_id, last_submitted_at) for response_id, last_submitted_at in stored}
    fresh: dict[tuple[str, str], RawResponse] = {}
    for response in batch:
        if _version(response) not in known:
            fresh.setdefault(_version(response), response)
    return list(fresh.values())


def _version(response: RawResponse) -> tuple[str, str]:
    return response.response_id, response.last_submitted_at


def _row(source: str, response: RawResponse, received_at: str) -> dict[str, str]:
    return {
        "source": source,
        "response_id": response.response_id,
        "last_submitted_at": response.last_submitted_at,
        "created_at": response.created_at,
        "received_at": received_at,
        "body": response.body,
    }
