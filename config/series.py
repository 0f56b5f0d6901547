"""Series of answers: where a question was reworded a new one begins, unless the YAML says that it asks the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.fold import fold
from config.schema import GridField

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from config.schema import FieldSpec, Form, Settings
    from config.schema.fields import Reworded


@dataclass(frozen=True, slots=True)
class Rewording:
    """A change of words as a reading of the form first saw it, on the day `on`.

    `field` is the field's name, or `field.row` for the label of a grid's row. `was_read`: the form itself was read
    with the words `was` before; if not, they are only the YAML's, and may never have been asked.
    """

    field: str
    was: str
    now: str
    on: date
    was_read: bool


@dataclass(frozen=True, slots=True)
class ApprovedChange:
    """A change of words that stands in the YAML. `field` as in `Rewording`."""

    source: str
    field: str
    on: date
    by: str
    was: str
    now: str
    same: bool


def breaks(form: Form, seen: Iterable[Rewording] = ()) -> Mapping[str, tuple[date, ...]]:
    """Return for each field that has more than one series the first days of all but the first, in order.

    A rewording that was seen counts until the YAML has it. A grid's rows break the series of the whole grid.
    """
    days: dict[str, set[date]] = {}
    for field in form.fields:
        days[field.name] = {entry.on for _, _, entries in _worded(field) for entry in entries if not entry.same}
    for rewording in unapproved(form, seen):
        days[rewording.field.partition(".")[0]].add(rewording.on)
    return {name: tuple(sorted(of_field)) for name, of_field in days.items() if of_field}


def unapproved(form: Form, seen: Iterable[Rewording]) -> tuple[Rewording, ...]:
    """Return the rewordings of which the YAML does not say yet, in an entry with the old words, what they mean.

    One whose old words were never read in the form is settled as well when the YAML's words are put right.
    """
    fields = {field.name: field for field in form.fields}
    return tuple(
        rewording
        for rewording in seen
        if (field := fields.get(rewording.field.partition(".")[0])) and not _is_settled(rewording, field)
    )


def approved_changes(settings: Settings) -> tuple[ApprovedChange, ...]:
    """Return every change of words that the YAML records, form by form, in the order of the fields and the days."""
    return tuple(
        ApprovedChange(source, name, entry.on, entry.by, entry.was, now, entry.same)
        for source, form in settings.forms.items()
        for field in form.fields
        for name, words, entries in _worded(field)
        for entry, now in with_new_words(entries, words)
    )


def with_new_words(entries: Sequence[Reworded], words: str) -> Iterator[tuple[Reworded, str]]:
    """Give each recorded change with the words that it led to; `words` are those of now."""
    for place, entry in enumerate(entries, start=1):
        yield entry, entries[place].was if place < len(entries) else words


def _worded(field: FieldSpec) -> Iterator[tuple[str, str, tuple[Reworded, ...]]]:
    """Give the name, the words and the recorded changes of a field, and of each row of a grid."""
    yield field.name, field.question or "", field.reworded
    if isinstance(field, GridField):
        for key, row in field.rows.items():
            yield f"{field.name}.{key}", row.label, row.reworded


def _is_settled(rewording: Rewording, field: FieldSpec) -> bool:
    recorded = {fold(entry.was) for _, _, entries in _worded(field) for entry in entries}
    words = {name: fold(words) for name, words, _ in _worded(field)}
    is_put_right = not rewording.was_read and words.get(rewording.field) == fold(rewording.now)
    return is_put_right or fold(rewording.was) in recorded
