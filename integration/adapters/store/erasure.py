"""Erasing what people answered: from every table at once, with a tombstone for each response.

What is worked out from the answers (typed chunks, unsent packs) goes with them, for it holds their words.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

import msgspec
from sqlalchemy import and_, delete, func, select

from integration.adapters.store import memory, tombstone
from integration.adapters.store.tables import chunks, corrections, deliveries, images, issues, packs, responses
from integration.model import Erasure, MailedPack, StoredVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement, Connection, Table

T = TypeVar("T")

AT_ONCE = 5000
UNFINISHED, UNSCRUBBED, COUNT = "erasing", "scrubbing", "erasures"
"""The names of memories: what has still to be erased outside the store, that only the database's files have still to be
written anew, and how often anything was erased."""


def erase(connection: Connection, doomed: Mapping[str, Collection[str]], *, why: str, now: str) -> Erasure:
    """Erase the responses by source with all that holds a word of them; return what went, also from before.

    What an erasure before this one has still to do is taken along, and both are remembered as one.
    """
    before = unfinished(connection) or Erasure(why, now)
    first_day = _first_day(connection, doomed)
    versions, typed = _erase_rows(connection, doomed, why=why, now=now)
    gone = _erase_unsent_packs(connection, first_day) if first_day else []
    whole = Erasure(
        why="+".join(_together(before.why.split("+"), [why])),
        began_at=now,
        responses=_together(
            before.responses, ((source, each) for source, ids in doomed.items() for each in sorted(ids))
        ),
        versions=before.versions + versions,
        corrections=before.corrections + typed,
        packs=_together(before.packs, gone),
        mailed=_together(before.mailed, _mailed_packs(connection, first_day) if first_day else ()),
    )
    memory.remember(connection, UNFINISHED, msgspec.json.encode(whole).decode())
    count_up(connection)
    return whole


def erase_in_copy(
    connection: Connection,
    doomed: Mapping[str, Collection[str]],
    *,
    why: str,
    now: str,
    blank: Callable[[bytes], bytes],
) -> int:
    """Erase the responses from a copy of a store; return how many versions went.

    What such a copy has worked out goes as a whole, for nobody works it out anew there; `blank` takes the cells out
    of an image.
    """
    first_day = _first_day(connection, doomed)
    versions, _ = _erase_rows(connection, doomed, why=why, now=now)
    if first_day:
        _erase_unsent_packs(connection, first_day)
    connection.execute(delete(issues))
    for name, body in connection.execute(select(images.c.name, images.c.body)).all():
        connection.execute(images.update().where(images.c.name == name).values(body=blank(body)))
    memory.drop(connection, [UNFINISHED, UNSCRUBBED])
    count_up(connection)
    return versions


def unfinished(connection: Connection) -> Erasure | None:
    """Return the erasure that was begun and has not been finished."""
    kept = memory.recall(connection, UNFINISHED)
    return msgspec.json.decode(kept, type=Erasure) if kept else None


def count(connection: Connection) -> int:
    """Return how often anything was erased."""
    return int(memory.recall(connection, COUNT) or 0)


def count_up(connection: Connection) -> None:
    """Say that something was erased on which figures may rest."""
    memory.remember(connection, COUNT, str(count(connection) + 1))


def sources(connection: Connection) -> list[str]:
    """Return every source of which responses are stored, also where no YAML knows it any more."""
    return list(connection.execute(select(responses.c.source).distinct().order_by(responses.c.source)).scalars())


def versions_of(connection: Connection, source: str, ids: Collection[str]) -> list[StoredVersion]:
    """Return every version of these responses, in the order in which they came."""
    table = responses.c
    query = select(table.seq, table.response_id, table.created_at, table.last_submitted_at, table.body)
    found = [
        StoredVersion(*row)
        for some in _batches(ids)
        for row in connection.execute(query.where(table.source == source, table.response_id.in_(some)))
    ]
    return sorted(found, key=lambda version: version.seq)


def pack_records(connection: Connection) -> list[tuple[str, str, int, str]]:
    """Return (authority, month, version, frozen record) of each pack."""
    own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.body)
    query = select(*own).order_by(packs.c.month, packs.c.authority, packs.c.version)
    return [(authority, month, version, body) for authority, month, version, body in connection.execute(query)]


def _erase_rows(
    connection: Connection, doomed: Mapping[str, Collection[str]], *, why: str, now: str
) -> tuple[int, int]:
    versions = typed = 0
    for source, ids in doomed.items():
        tombstone.bury(connection, source, ids, why=why, now=now)
        versions += _delete(connection, responses, "response_id", source, ids)
        typed += _delete(connection, corrections, "key", source, ids)
        connection.execute(delete(chunks).where(chunks.c.source == source))
        gone = json.loads(memory.recall(connection, f"gone.{source}") or "[]")
        memory.remember(connection, f"gone.{source}", json.dumps(sorted(set(gone) - set(ids))))
    return versions, typed


def _erase_unsent_packs(connection: Connection, first_day: str) -> list[tuple[str, str, str]]:
    """Erase the packs as of that day or later that were not mailed to anybody; return which, the newest of each."""
    unsent = ~select(deliveries.c.version).where(_is_of_the_pack()).exists()
    own = (packs.c.authority, packs.c.month, packs.c.version, packs.c.body)
    listed = connection.execute(select(*own).where(unsent).order_by(packs.c.authority, packs.c.month, packs.c.version))
    newest = _newest_versions(connection)
    gone = []
    for authority, month, version, body in listed.all():
        as_of = str(json.loads(body)["as_of"])
        if as_of < first_day:
            continue
        connection.execute(
            delete(packs).where(packs.c.authority == authority, packs.c.month == month, packs.c.version == version)
        )
        memory.drop(connection, [f"pack.{month}.{authority}", f"rendered.{month}.{authority}"])
        if newest[authority, month] == version:
            gone.append((authority, month, as_of))
    return gone


def _mailed_packs(connection: Connection, first_day: str) -> list[MailedPack]:
    """Return each mail of a pack as of that day or later."""
    table = deliveries.c
    query = select(table.authority, table.month, table.version, table.recipient, table.sent_at, packs.c.body).join_from(
        deliveries, packs, _is_of_the_pack()
    )
    listed = connection.execute(query.order_by(table.month, table.authority, table.recipient)).all()
    return [
        MailedPack(row.authority, row.month, row.version, row.recipient, row.sent_at or "")
        for row in listed
        if str(json.loads(row.body)["as_of"]) >= first_day
    ]


def _is_of_the_pack() -> ColumnElement[bool]:
    return and_(
        deliveries.c.authority == packs.c.authority,
        deliveries.c.month == packs.c.month,
        deliveries.c.version == packs.c.version,
    )


def _newest_versions(connection: Connection) -> dict[tuple[str, str], int]:
    whose = (packs.c.authority, packs.c.month)
    query = select(*whose, func.max(packs.c.version)).group_by(*whose)
    return {(authority, month): version for authority, month, version in connection.execute(query)}


def _first_day(connection: Connection, doomed: Mapping[str, Collection[str]]) -> str:
    """Return a day before which nothing can rest on these responses; "" where none of them is stored."""
    moments = [
        connection.execute(
            select(func.min(responses.c.created_at)).where(
                responses.c.source == source, responses.c.response_id.in_(some)
            )
        ).scalar()
        for source, ids in doomed.items()
        for some in _batches(ids)
    ]
    # The day in UTC is never after the day in London.
    return min((moment[:10] for moment in moments if moment), default="")


def _delete(connection: Connection, table: Table, column: str, source: str, ids: Collection[str]) -> int:
    return sum(
        connection.execute(delete(table).where(table.c.source == source, table.c[column].in_(some))).rowcount
        for some in _batches(ids)
    )


def _batches(ids: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(ids)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]


def _together(earlier: Iterable[T], more: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys([*earlier, *more]))
