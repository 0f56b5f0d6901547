"""What erasing asks of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from integration.model import Erasure, Kept, StoredVersion


class Erasures(Protocol):
    """Erases for good: people's answers, and what has been kept as long as it may."""

    def sources(self) -> list[str]:
        """Return every source of which responses are stored, also where no YAML knows it any more."""
        ...

    def versions_of(self, source: str, response_ids: Collection[str]) -> list[StoredVersion]:
        """Return every version of these responses, in the order in which they came."""
        ...

    def erase(self, doomed: Mapping[str, Collection[str]], *, why: str, now: datetime) -> Erasure:
        """Erase responses by source with all that holds a word of them, and never store them again.

        All of it is one transaction: versions, corrections, typed chunks, the unsent packs as of a day when one of
        them may have counted; a tombstone for each stays. What is to be erased outside the store is remembered until
        `finish`; what an erasure before has still to do is taken along, and then `why` holds both, with a + between.
        """
        ...

    def unfinished(self) -> Erasure | None:
        """Return the erasure that was begun and has not been finished."""
        ...

    def finish(self, note: str) -> None:
        """Say that everything outside the store was erased as well: the ids are let go.

        Until `scrubbed` the note, which holds none, says that the database's files have still to be written anew.
        """
        ...

    def unscrubbed(self) -> str | None:
        """Return the note of an erasure after which the database's files have still to be written anew."""
        ...

    def scrubbed(self) -> None:
        """Say that they were."""
        ...

    def count(self) -> int:
        """Return how often anything was erased."""
        ...

    def blank_images(self, blank: Callable[[bytes], bytes]) -> None:
        """Replace each image by what `blank` makes of it."""
        ...

    def pack_records(self) -> list[tuple[str, str, int, str]]:
        """Return (authority, month, version, frozen record as JSON) of each pack kept."""
        ...

    def packs_before(self, moment: datetime) -> list[tuple[str, str]]:
        """Return (authority, month) of each pack of which every version was built before the moment."""
        ...

    def drop_before(self, kind: Kept, moment: datetime) -> int:
        """Erase what is older than the moment and of this kind; return how much."""
        ...

    def count_before(self, kind: Kept, moment: datetime) -> int:
        """Return how much `drop_before` would erase."""
        ...

    def scrub(self) -> bool:
        """Have nothing that was erased left in the database's files; return whether that is sure.

        On PostgreSQL the right to write a checkpoint may be missing: then it is gone soon, by itself. The server's
        own log of changes and its backups are never touched.
        """
        ...
