"""Whether a reading is complete: an outage of a source must never look like "no data".

Before a reading lands it is compared with the one before; at a reconciliation, with all that is stored.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from config.spelling import fold_case, is_blank
from integration.landing.headings import find_headings
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from config.schema import Sheet
    from integration.model import SheetReading

UNTIL_CONFIRMED = "nothing that rests on it is replaced until a person has looked and confirms it"


def check_sheet_size(before: SheetReading | None, now: SheetReading, sheet: Sheet) -> str | None:
    """Return why a reading must replace nothing until a person confirms it; None where it may.

    Rows count that hold anything in a column that the YAML names. The sheet says which part of them may go missing
    between two readings.
    """
    if before is None:
        return None
    return check_row_count(_count_rows(before, sheet), _count_rows(now, sheet), sheet.shrink_share)


def _count_rows(reading: SheetReading, sheet: Sheet) -> int:
    headings = find_headings(reading.rows[0]) if reading.rows else {}
    named = (headings.get(fold_case(field.heading or field.name)) for field in sheet.fields)
    places = [columns[0] for columns in named if columns]
    return sum(any(place < len(row) and not is_blank(row[place]) for place in places) for row in reading.rows[1:])


def check_row_count(before: int, now: int, share: float) -> str | None:
    """Return that `now` rows are none, or too few after `before`: more than the share is missing; else None."""
    if before and not now:
        return f"It reads as empty, where {format_count(before, 'row')} stood before; {UNTIL_CONFIRMED}."
    # Rounded, because 0.29 of 100 rows is 28.999999999999996 in a computer's arithmetic.
    if before - now > round(before * share, 6):
        return f"It has {format_count(now, 'row')}, where {before} stood before; {UNTIL_CONFIRMED}."
    return None


def check_missing_responses(
    stored: Collection[str], read: Collection[str], share: float
) -> tuple[str | None, str | None]:
    """Compare the ids of the responses stored with those of a whole reading.

    Return why it must not land, or None; and a notice for the project team, or None. `share` is the part of the stored
    responses that may be missing. A response that is gone from its form still counts: it was given.
    """
    total, missing = len(set(stored)), len(set(stored).difference(read))
    if not missing:
        return None, None
    if missing == total and read:
        return (
            f"None of the {missing} answers stored before is in this reading, so all would count twice: it is another "
            f"form, or the same one read in another way (responses.json, or a CSV saved anew); {UNTIL_CONFIRMED}."
        ), None
    if missing > round(total * share, 6):
        return f"{missing} of the {total} answers stored before are gone from it; {UNTIL_CONFIRMED}.", None
    answers = format_count(missing, "answer")
    return None, f"{answers} stored before can no longer be found in the form; what was answered still counts."


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many responses of a form are where; always held = stored + missing + outdated + erased + unreadable.

    The source holds `held`. Of these are `stored` here as they are there; `missing` here; `outdated`, of which only
    older versions are here; `erased`, which were erased here for good; `unreadable`, which could not
    be read. Besides, `gone` are stored and counted here,
    and no longer in the source.
    """

    held: int
    stored: int
    missing: int
    outdated: int
    erased: int
    gone: int
    unreadable: int = 0


def compare_responses(
    held: Mapping[str, str], stored: Mapping[str, str], *, erased: Collection[str], unreadable: Collection[str] = ()
) -> Completeness:
    """Count the responses that the source holds and those that are stored; each id has its newest version's time.

    `erased` are the ids, of those that are not stored, that were erased; `unreadable` those that the source holds
    besides, and that could not be read.
    """
    in_both, only_held = held.keys() & stored.keys(), held.keys() - stored.keys()
    outdated = sum(stored[response_id] < held[response_id] for response_id in in_both)
    erased_count = len(only_held.intersection(erased))
    unread = set(unreadable).difference(held)
    return Completeness(
        held=len(held) + len(unread),
        stored=len(in_both) - outdated,
        missing=len(only_held) - erased_count,
        outdated=outdated,
        erased=erased_count,
        gone=len(stored.keys() - held.keys() - unread),
        unreadable=len(unread),
    )


def sum_completeness(forms: Iterable[Completeness]) -> Completeness:
    """Return the sums of several forms."""
    counts = [astuple(form) for form in forms]
    return Completeness(*(sum(column) for column in zip(*counts, strict=True))) if counts else Completeness(*[0] * 7)
