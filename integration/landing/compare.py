"""What a form holds at its source, held against what is stored of it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Compared:
    """How many responses of a form are where; always held = stored + missing + outdated + erased.

    The source holds `held`. Of these are `stored` here as they are there; `missing` here; `outdated`, of which only
    older versions are here; `erased`, which were forgotten here and never come back. Besides, `gone` are stored and
    counted here, and not in the source any more.
    """

    held: int
    stored: int
    missing: int
    outdated: int
    erased: int
    gone: int


def compare(held: Mapping[str, str], stored: Mapping[str, str], *, erased: Collection[str]) -> Compared:
    """Count the responses that the source holds and those that are stored; each id has its newest version's moment.

    `erased` are the ids, of those that are not stored, that were forgotten.
    """
    known = held.keys() & stored.keys()
    outdated = sum(stored[each] < held[each] for each in known)
    unknown = held.keys() - stored.keys()
    buried = len(unknown.intersection(erased))
    return Compared(
        held=len(held),
        stored=len(known) - outdated,
        missing=len(unknown) - buried,
        outdated=outdated,
        erased=buried,
        gone=len(stored.keys() - held.keys()),
    )


def together(forms: Iterable[Compared]) -> Compared:
    """Return the sums of several forms."""
    counts = [astuple(each) for each in forms]
    return Compared(*(sum(column) for column in zip(*counts, strict=True))) if counts else Compared(0, 0, 0, 0, 0, 0)
