"""Has a reading shrunk? An outage must never look like "no data"."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from integration.model import is_blank

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from integration.model import SheetReading

UNTIL_CONFIRMED = "nothing that rests on it is replaced until a person has looked and confirms it"


def check_sheet_size(before: SheetReading | None, now: SheetReading, share: float) -> str | None:
    """Say why a reading must replace nothing until a person confirms it; None where it may.

    Rows with any value count, without the heading. `share` is the part of the rows that may go missing
    between two readings.
    """
    return None if before is None else check_row_count(_filled_rows(before), _filled_rows(now), share)


def check_row_count(before: int, now: int, share: float) -> str | None:
    """Say that something went from `before` rows to `now`, where it is empty or lost more than the share."""
    if before and not now:
        return f"It reads as empty, where {_rows(before)} stood before; {UNTIL_CONFIRMED}."
    # Rounded, because 0.29 of 100 rows is 28.999999999999996 in a computer's arithmetic.
    if before - now > round(before * share, 6):
        return f"It has {_rows(now)}, where {before} stood before; {UNTIL_CONFIRMED}."
    return None


def _filled_rows(reading: SheetReading) -> int:
    return sum(any(not is_blank(cell) for cell in row) for row in reading.rows[1:])


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def check_missing_responses(
    stored: Collection[str], read: Collection[str], share: float
) -> tuple[str | None, str | None]:
    """Compare the ids of the responses stored with those of a whole reading.

    Return why it must not land, or None, and what a person should know, or None. `share` is the part of the stored
    responses that may go missing. A response that is gone from its form still counts: it was given.
    """
    lost = len(set(stored).difference(read))
    if not lost:
        return None, None
    if lost == len(set(stored)) and read:
        return (
            f"None of the {lost} answers stored before is in this reading, so all would count twice: it is another "
            f"form, or the same one read in another way (responses.json, or a CSV saved anew); {UNTIL_CONFIRMED}."
        ), None
    if lost > round(len(set(stored)) * share, 6):
        return f"{lost} of the {len(set(stored))} answers stored before are gone from it; {UNTIL_CONFIRMED}.", None
    answers = "1 answer" if lost == 1 else f"{lost} answers"
    return None, f"{answers} stored before can no longer be found in the form; what was answered still counts."


@dataclass(frozen=True, slots=True)
class Completeness:
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


def compare_responses(held: Mapping[str, str], stored: Mapping[str, str], *, erased: Collection[str]) -> Completeness:
    """Count the responses that the source holds and those that are stored; each id has its newest version's moment.

    `erased` are the ids, of those that are not stored, that were forgotten.
    """
    known = held.keys() & stored.keys()
    outdated = sum(stored[each] < held[each] for each in known)
    unknown = held.keys() - stored.keys()
    buried = len(unknown.intersection(erased))
    return Completeness(
        held=len(held),
        stored=len(known) - outdated,
        missing=len(unknown) - buried,
        outdated=outdated,
        erased=buried,
        gone=len(stored.keys() - held.keys()),
    )


def sum_completeness(forms: Iterable[Completeness]) -> Completeness:
    """Return the sums of several forms."""
    counts = [astuple(each) for each in forms]
    return (
        Completeness(*(sum(column) for column in zip(*counts, strict=True)))
        if counts
        else Completeness(0, 0, 0, 0, 0, 0)
    )
