"""Erasing for good: what `ports.Erasures` promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.clock import write_moment
from integration.adapters.store import erasure, image, memory, outdated
from integration.model import RetentionCategory

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from integration.adapters.store.database import Database
    from integration.model import Erasure, StoredVersion

TOUCHED = (
    "responses", "readings", "corrections", "chunks", "issues", "memories", "images", "packs", "deliveries", "runs",
    "slots", "alerts",
)  # fmt: skip
"""The tables from which anything may have been erased."""


class SqlErasures:
    """Obeys `ports.Erasures`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> list[str]:
        """Return every source of which responses are stored."""
        with self._database.reading() as connection:
            return erasure.sources(connection)

    def versions_of(self, source: str, response_ids: Collection[str]) -> list[StoredVersion]:
        """Return every version of these responses, in the order in which they came."""
        with self._database.reading() as connection:
            return erasure.versions_of(connection, source, response_ids)

    def erase(self, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime) -> Erasure:
        """Erase responses by source with all that holds a word of them, and never store them again."""
        with self._database.writing() as connection:
            return erasure.erase(connection, doomed, why=why, now=write_moment(now))

    def unfinished(self) -> Erasure | None:
        """Return the erasure that was begun and has not been finished."""
        with self._database.reading() as connection:
            return erasure.unfinished(connection)

    def finish(self, note: str) -> None:
        """Say that everything outside the store was erased as well; the note stays until `scrubbed`."""
        with self._database.writing() as connection:
            memory.drop(connection, [erasure.UNFINISHED])
            memory.remember(connection, erasure.UNSCRUBBED, note)

    def unscrubbed(self) -> str | None:
        """Return the note of an erasure after which the database's files have still to be written anew."""
        with self._database.reading() as connection:
            return memory.recall(connection, erasure.UNSCRUBBED)

    def scrubbed(self) -> None:
        """Say that they were."""
        with self._database.writing() as connection:
            memory.drop(connection, [erasure.UNSCRUBBED])

    def count(self) -> int:
        """Return how often anything was erased."""
        with self._database.reading() as connection:
            return erasure.count(connection)

    def blank_images(self, blank: Callable[[bytes], bytes]) -> None:
        """Replace each image by what `blank` makes of it."""
        with self._database.writing() as connection:
            for name in image.names(connection):
                image.keep(connection, name, blank(image.kept(connection, name) or b""))

    def pack_records(self) -> list[tuple[str, str, int, str]]:
        """Return (authority, month, version, frozen record as JSON) of each pack kept."""
        with self._database.reading() as connection:
            return erasure.pack_records(connection)

    def packs_before(self, moment: datetime) -> list[tuple[str, str]]:
        """Return (authority, month) of each pack of which every version was built before the moment."""
        with self._database.reading() as connection:
            return outdated.packs_before(connection, write_moment(moment))

    def drop_before(self, kind: RetentionCategory, moment: datetime) -> int:
        """Erase what is older than the moment and of this kind; return how much."""
        with self._database.writing() as connection:
            gone = outdated.drop_before(connection, kind, write_moment(moment))
            if gone and kind is RetentionCategory.CORRECTIONS:
                erasure.count_up(connection)
            return gone

    def count_before(self, kind: RetentionCategory, moment: datetime) -> int:
        """Return how much `drop_before` would erase."""
        with self._database.writing() as connection:
            tried = connection.begin_nested()
            count = outdated.drop_before(connection, kind, write_moment(moment))
            tried.rollback()
            return count

    def scrub(self) -> bool:
        """Have nothing that was erased left in the database's files; return whether that is sure."""
        return self._database.scrub(TOUCHED)
