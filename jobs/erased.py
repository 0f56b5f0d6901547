"""What was erased, and where from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integration.model import Erasure


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, and where from. `unscrubbed` are sentences on backups that could not be opened.

    `rewritten` are the names of what was published anew, `still` are files in the home folder that hold ids of the
    responses and are not ours, `in_use` are copies there that a living process works on. `is_sure` says whether the
    database's own files are clean already, None: they are still to be written anew. `only_here` says that the database
    held nothing of them any more: only this home folder was cleaned.
    """

    erasure: Erasure
    backups: tuple[str, ...]
    unscrubbed: tuple[str, ...]
    rewritten: tuple[str, ...]
    packs: tuple[str, ...]
    still: tuple[str, ...]
    in_use: tuple[str, ...] = ()
    is_sure: bool | None = None
    only_here: bool = False

    def in_words(self) -> str:
        """Return how much went, in a sentence."""
        cleaned = f"{counted(len(self.backups), 'old copy of the store')} cleaned"
        if self.only_here:
            return f"nothing was left in the store of what was forgotten before; {cleaned} in this home folder"
        gone = self.erasure
        parts = [
            counted(len(gone.responses), "response"),
            counted(gone.versions, "version"),
            counted(gone.corrections, "correction"),
            counted(len(gone.packs), "unsent pack"),
        ]
        return f"erased {', '.join(parts)}; {cleaned}"


@dataclass(frozen=True, slots=True)
class Done:
    """What was erased, its receipt, and where that is kept."""

    erased: Erased
    receipt: str
    place: str


def by_source(erasure: Erasure) -> Mapping[str, frozenset[str]]:
    """Return the erased response ids by their form."""
    sources = dict.fromkeys(source for source, _ in erasure.responses)
    return {each: frozenset(i for source, i in erasure.responses if source == each) for each in sources}
