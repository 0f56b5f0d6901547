"""What is worked out from what was received, and kept: typed chunks, since when issues are reported, what Google shows.

All of it can be made anew. Each method is one transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.store.tables import chunks, images, issues
from integration.model import TypedChunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.state import State
    from integration.adapters.store.store import Database
    from integration.model import IssueKey


SEAL_BYTES = 32
"""After the body of a chunk stands its digest."""


@dataclass(frozen=True, slots=True)
class Chunks:
    """Typed rows of each form, so that a new answer recomputes only itself."""

    _database: Database
    _state: State

    def all(self, source: str, rules: str) -> list[TypedChunk]:
        """Return the chunks kept for these rules, in order; none where one of them is not what was saved any more.

        They are made anew then: what the disk changed in one would count as an answer.
        """
        query = select(chunks.c.last_seq, chunks.c.body).where(chunks.c.source == source, chunks.c.rules == rules)
        with self._database.reading() as connection:
            kept = connection.execute(query.order_by(chunks.c.last_seq)).all()
        if any(_seal(body[:-SEAL_BYTES]) != body[-SEAL_BYTES:] for _, body in kept):
            return []
        return [TypedChunk(last_seq, body[:-SEAL_BYTES]) for last_seq, body in kept]

    def save(
        self, source: str, rules: str, chunk: TypedChunk, *, replaces_all: bool, erasures: int | None = None
    ) -> None:
        """Keep a chunk; with `replaces_all`, instead of every chunk of the source (any rules).

        It is not kept where anything was erased since there were so many `erasures`: it may hold what was erased.
        """
        replaced = delete(chunks).where(chunks.c.source == source)
        if not replaces_all:
            replaced = replaced.where(chunks.c.rules == rules, chunks.c.last_seq == chunk.last_seq)
        with self._database.writing() as connection:
            count = self._state.erasure_count.get_within(connection) or 0
            if erasures in (None, count):
                connection.execute(replaced)
                sealed = chunk.body + _seal(chunk.body)
                row = {"source": source, "rules": rules, "last_seq": chunk.last_seq, "body": sealed}
                connection.execute(insert(chunks), row)


def _seal(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


@dataclass(frozen=True, slots=True)
class Issues:
    """Since when each issue has been reported. What was found is kept as a digest alone."""

    _database: Database

    def reported_since(self, reported: Iterable[IssueKey], *, now: datetime) -> list[datetime]:
        """Return since when each issue has been reported; new ones are now.

        Issues not given are deleted: when they come back, they are new.
        """
        digests = [
            hashlib.sha256(
                msgspec.json.encode((issue.source, issue.key, issue.field, issue.code, issue.found))
            ).hexdigest()
            for issue in reported
        ]
        with self._database.writing() as connection:
            known = dict(connection.execute(select(issues.c.digest, issues.c.since)).all())
            since = {digest: known.get(digest, write_moment(now)) for digest in digests}
            gone = [{"gone": digest} for digest in known.keys() - since.keys()]
            new = [{"digest": digest, "since": write_moment(now)} for digest in since.keys() - known.keys()]
            if gone:
                connection.execute(delete(issues).where(issues.c.digest == bindparam("gone")), gone)
            if new:
                connection.execute(insert(issues), new)
        return [as_datetime(since[digest]) for digest in digests]


@dataclass(frozen=True, slots=True)
class Images:
    """Last known contents of each Google spreadsheet, used to write only differences."""

    _database: Database

    def get(self, name: str) -> bytes | None:
        """Return the contents kept under the name."""
        with self._database.reading() as connection:
            body: bytes | None = connection.execute(select(images.c.body).where(images.c.name == name)).scalar()
        return body

    def set(self, name: str, body: bytes) -> None:
        """Keep contents instead of those before."""
        with self._database.writing() as connection:
            connection.execute(delete(images).where(images.c.name == name))
            connection.execute(insert(images), {"name": name, "body": body})

    def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        """Replace the contents of each by what `change` makes of them."""
        with self._database.writing() as connection:
            rewrite_images_within(connection, change)


def rewrite_images_within(connection: Connection, change: Callable[[bytes], bytes]) -> None:
    """Do the same in a transaction that has begun."""
    for name, body in connection.execute(select(images.c.name, images.c.body).order_by(images.c.name)).all():
        connection.execute(update(images).where(images.c.name == name).values(body=change(body)))
