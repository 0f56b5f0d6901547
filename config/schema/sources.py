"""forms/*.yaml and sheets/*.yaml: forms and sheets, of which the fields stand in `config.schema.fields`.

Also the rewordings: approved changes of a question's words, and the breaks that they make in a series of figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from config.schema.base import Key, Line, Model, Words
from config.schema.fields import FieldSpec, RowsField
from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from config.schema.fields import Reworded
    from config.schema.settings import Settings


@dataclass(frozen=True, slots=True)
class DetectedRewording:
    """A change of a question's words, detected when the form was read on the day `on`.

    `field` is the field's name, or `field.row` for the label of a grid's row. `was_read`: the form itself was read
    with the words `was` before; if not, they are only the YAML's, and may never have been asked.
    """

    field: str
    was: str
    now: str
    on: date
    was_read: bool


@dataclass(frozen=True, slots=True)
class ApprovedRewording:
    """A change of words that stands in the YAML. `field` as in `DetectedRewording`."""

    source: str
    field: str
    on: date
    by: str
    was: str
    now: str
    same: bool


def find_series_breaks(form: Form, detected: Iterable[DetectedRewording] = ()) -> Mapping[str, tuple[date, ...]]:
    """Return for each field that has more than one series the first days of all but the first, in order.

    A detected rewording counts until the YAML has it. A grid's rows break the series of the whole grid.
    """
    days: dict[str, set[date]] = {}
    for field in form.fields:
        days[field.name] = {entry.on for _, _, entries in _wordings(field) for entry in entries if not entry.same}
    for rewording in find_unapproved_rewordings(form, detected):
        days[rewording.field.partition(".")[0]].add(rewording.on)
    return {name: tuple(sorted(of_field)) for name, of_field in days.items() if of_field}


def find_unapproved_rewordings(form: Form, detected: Iterable[DetectedRewording]) -> tuple[DetectedRewording, ...]:
    """Return the rewordings of which the YAML does not say yet, in an entry with the old words, what they mean.

    One whose old words were never read in the form is settled as well when the YAML's words are corrected.
    """

    def is_settled(rewording: DetectedRewording, field: FieldSpec) -> bool:
        if fold_case(rewording.was) == fold_case(rewording.now):
            return True  # found by an earlier release, to which an invisible character was another word
        approved = {fold_case(entry.was) for _, _, entries in _wordings(field) for entry in entries}
        wordings = {name: fold_case(wording) for name, wording, _ in _wordings(field)}
        is_corrected = not rewording.was_read and wordings.get(rewording.field) == fold_case(rewording.now)
        return is_corrected or fold_case(rewording.was) in approved

    fields = {field.name: field for field in form.fields}
    return tuple(
        rewording
        for rewording in detected
        if (field := fields.get(rewording.field.partition(".")[0])) and not is_settled(rewording, field)
    )


def list_approved_rewordings(settings: Settings) -> tuple[ApprovedRewording, ...]:
    """Return every change of words that the YAML records, form by form, in the order of the fields and the days."""
    return tuple(
        ApprovedRewording(source, name, entry.on, entry.by, entry.was, now, entry.same)
        for source, form in settings.forms.items()
        for field in form.fields
        for name, wording, entries in _wordings(field)
        for entry, now in pair_with_new_wording(entries, wording)
    )


def pair_with_new_wording(entries: Sequence[Reworded], wording: str) -> Iterator[tuple[Reworded, str]]:
    """Give each recorded change with the words that it led to; `wording` is the present one."""
    for place, entry in enumerate(entries, start=1):
        yield entry, entries[place].was if place < len(entries) else wording


def _wordings(field: FieldSpec) -> Iterator[tuple[str, str, tuple[Reworded, ...]]]:
    """Give the name, the present words and the recorded changes of a field, and of each row of a grid."""
    yield field.name, field.question or "", field.reworded
    if isinstance(field, RowsField):
        for key, row in field.rows.items():
            yield f"{field.name}.{key}", row.label, row.reworded


Share = Annotated[
    float, Field(gt=0, le=1, description="A reading that lost more than this share of what it had waits for a person.")
]
SHRINK_SHARE = 0.2


class Form(Model):
    """forms/<key>.yaml: one web form."""

    title: Line
    asks: Literal["staff", "families"] = Field(description="Who answers it.")
    one_per: Literal["fortnight"] | None = Field(
        default=None, description="Of two answers of one person in one fortnight the later counts."
    )
    test_codes: tuple[Words, ...] = Field(default=(), description="Codes that mark a test submission.")
    shrink_share: Share = SHRINK_SHARE
    fields: tuple[FieldSpec, ...] = Field(min_length=1)


class Shows(Model):
    """What leaders see of a sheet's rows, beside the figures: which field plays which part. Words are redacted."""

    kind: Literal["small_change", "milestone", "action"]
    title: Key = Field(description="The field with the words; a row without them is not shown.")
    stage: Key | None = None
    owner: Key | None = None
    on: Key | None = Field(default=None, description="The day it began or was agreed.")
    due_on: Key | None = None
    done_on: Key | None = None


class Sheet(Model):
    """sheets/<key>.yaml: one tab of a shared spreadsheet."""

    title: Line
    spreadsheet: Key = Field(description="Which spreadsheet: its file is sheets/<spreadsheet>.xlsx.")
    tab: Line
    key: tuple[Key, ...] = Field(min_length=1, max_length=2, description="The fields that tell one row from another.")
    shrink_share: Share = SHRINK_SHARE
    shows: Shows | None = None
    fields: tuple[FieldSpec, ...] = Field(min_length=1)
