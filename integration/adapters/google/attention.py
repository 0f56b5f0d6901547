"""`needs_attention` in Google, where people type while we write: no row moves but by Google's own deleting of others.

Rows that stand there keep their place, those that are settled are taken out as rows, new ones come below. Sheets then
carries along whatever somebody is typing just now; a correction that has not been taken up keeps its row.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integration.adapters.google.live import as_cells
from integration.normalise.answers import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.object_]

ASKED = ("source", "key", "field", "code")
"""The columns by which a row is known."""
TYPED = "correction"


@dataclass(frozen=True, slots=True)
class Arranged:
    """Which rows to take out, counted from 0 with the headings, and what the tab is to hold after that."""

    deleted: tuple[int, ...]
    cells: Array


def arrange(desired: Array, live: Array, is_taken_up: Callable[[str, str, str, str], bool]) -> Arranged | None:
    """Return how the tab that stands there becomes the one desired; None where it must be left until the next run.

    `is_taken_up` says of (source, key, field, correction) whether the store has it. The tab must be left where
    people have moved its columns and a correction among them has not been taken up yet.
    """
    headings = [str(name) for name in desired[0]]
    moved = not len(live) or [as_text(cell).strip() for cell in live[0][: len(headings)]] != headings
    if moved:
        waits = any(_waiting(row, places, is_taken_up) for places in [_places(live)] if places for row in live[1:])
        return None if waits else Arranged((), desired)
    asked = [headings.index(name) for name in ASKED]
    typed = headings.index(TYPED)
    wanted = dict(zip(_identities(desired[1:], asked), desired[1:], strict=True))
    rows: list[Sequence[Any]] = [desired[0]]
    deleted: list[int] = []
    places = _places(live)
    for number, (identity, row) in enumerate(zip(_identities(live[1:], asked), live[1:], strict=True), start=1):
        now = wanted.pop(identity, None)
        waits = _waiting(row, places, is_taken_up)
        if now is None and not waits:
            deleted.append(number)
        elif now is None:
            rows.append(row)
        else:
            kept = list(now)
            kept[typed] = row[typed] if waits else now[typed]
            rows.append(kept)
    return Arranged(tuple(deleted), as_cells([*rows, *wanted.values()]))


def _identities(rows: Array, asked: Sequence[int]) -> list[tuple[str, ...]]:
    """Return by what each row is known; of rows that are known by the same, also which it is."""
    met: Counter[tuple[str, ...]] = Counter()
    identities = []
    for row in rows:
        identity = tuple(as_text(row[place]).strip() for place in asked)
        met[identity] += 1
        identities.append((*identity, str(met[identity])))
    return identities


def _places(cells: Array) -> list[int]:
    """Return where source, key, field and the correction stand; nothing where one of them is gone."""
    headings = [as_text(cell).strip() for cell in cells[0]] if len(cells) else []
    wanted = (*ASKED[:3], TYPED)
    return [headings.index(name) for name in wanted] if set(wanted) <= set(headings) else []


def _waiting(row: Sequence[Any], places: Sequence[int], is_taken_up: Callable[[str, str, str, str], bool]) -> bool:
    """Say whether somebody typed something here that we have not taken up."""
    if not places:
        return False
    source, key, field, value = (as_text(row[place]).strip() for place in places)
    return bool(value) and not is_taken_up(source, key, field, value)
