"""forms/*.yaml and sheets/*.yaml: the fields (one model for each `type`), forms and sheets.

Also the rewordings: approved changes of a question's words, and the breaks that they make in a series of figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Discriminator, Field, Tag

from config.schema.base import Day, Key, Line, Model, Words
from config.spelling import fold_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from config.schema.settings import Settings


class Option(Model):
    """One of the answers of a choice: its name, and other spellings of it."""

    name: Line
    aliases: tuple[Line, ...] = ()


NameOrOption = Annotated[
    Annotated[Line, Tag("name")] | Annotated[Option, Tag("option")],
    Discriminator(lambda value: "name" if isinstance(value, str) or value is None else "option"),
]
"""An option, or only its name."""


class Reworded(Model):
    """An approved change of a question's words: since when, by whom, and whether it still asks the same."""

    on: Day = Field(description="The first day of the new words.")
    by: Line = Field(description="Who approved the change.")
    was: Words = Field(description="The words before it, as people read them.")
    same: bool = Field(
        default=False, description="Yes: it still asks the same and the series goes on. No: a new series begins."
    )


class FieldBase(Model):
    """What every field has."""

    name: Key = Field(description="The column's name in data.xlsx.")
    id: str | None = Field(default=None, description="A form: the questionId of the Forms API.")
    question: Words | None = Field(default=None, description="A form: the question as people read it.")
    heading: Line | None = Field(default=None, description="A sheet: the heading of the column.")
    required: bool = False
    title: Line | None = Field(default=None, description="What leaders read above the figures, if not the name.")
    reworded: tuple[Reworded, ...] = Field(
        default=(), description="A form: each approved change of the question's words, the oldest first."
    )


class LikertField(FieldBase):
    """Five labels from strongly disagree to strongly agree, read as 1 to 5."""

    type: Literal["likert5"]
    no_answer: tuple[Line, ...] = ()


class NumberField(FieldBase):
    """One number; `minimum` and `maximum` are allowed themselves."""

    type: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""


class DateField(FieldBase):
    """A day, read day first."""

    type: Literal["date"]


class ScaleField(FieldBase):
    """A whole number from `low` to `high`."""

    type: Literal["scale"]
    low: int
    high: int


class ChoiceField(FieldBase):
    """One option; with `other`, anything else is the value `other` and its text is kept."""

    type: Literal["choice"]
    options: tuple[NameOrOption, ...] = Field(min_length=1)
    other: bool = False
    no_answer: tuple[Line, ...] = ()


class ChoicesField(FieldBase):
    """Tick boxes: any number of options."""

    type: Literal["choices"]
    options: tuple[NameOrOption, ...] = Field(min_length=1)
    other: bool = False
    no_answer: tuple[Line, ...] = ()


class GridRow(Model):
    """One row of a grid: a question of its own."""

    id: str | None = None
    label: Line
    reworded: tuple[Reworded, ...] = Field(
        default=(), description="Each approved change of the label, the oldest first."
    )


class GridField(FieldBase):
    """A grid: the same options for each row; its columns are named `field.row`."""

    type: Literal["grid"]
    options: tuple[NameOrOption, ...] = Field(min_length=1)
    rows: dict[Key, GridRow] = Field(min_length=1)


class CodeField(FieldBase):
    """The respondent's own code; it leaves the store only as a keyed hash."""

    type: Literal["code"]
    pattern: str = r"^[A-Z]{2}\d{2}$"


class TextField(FieldBase):
    """Words. With `pattern`, anything that does not match it is reported."""

    type: Literal["text"]
    pattern: str | None = None


class TeamField(FieldBase):
    """One of the configured teams."""

    type: Literal["team"]


class AuthorityField(FieldBase):
    """One of the configured authorities."""

    type: Literal["authority"]


FieldSpec = Annotated[
    LikertField
    | NumberField
    | DateField
    | ScaleField
    | ChoiceField
    | ChoicesField
    | GridField
    | CodeField
    | TextField
    | TeamField
    | AuthorityField,
    Field(discriminator="type"),
]


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
    if isinstance(field, GridField):
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
