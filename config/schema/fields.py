"""The fields of forms and sheets, one model for each kind, which is the `type` in the YAML; and their rewordings.

1. What every field has, and what it must say of its kind (`FieldBase`).
2. What several kinds have in common: options, rows, labels that mean no answer, a pattern.
3. The kinds. What a kind is to the stages stands in its record in `integration.kinds.fields`.
4. Rewordings: changes of a question's words, and the breaks that they make in a series of figures.
"""

from __future__ import annotations

import re
import warnings
from abc import abstractmethod
from collections.abc import Iterator, Sequence  # noqa: TC003  # pydantic reads annotations
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, get_args

from pydantic import Discriminator, Field, Tag

from config.schema.base import Day, Key, Line, Model, Words
from config.spelling import fold_case, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from config.schema.settings import Settings
    from config.schema.sources import Form


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


class Answers(StrEnum):
    """What the answers of a kind of field are. By this a measure says on which fields it can rest."""

    NUMBER = "number"
    """A number, of any size."""
    STEP = "step"
    """A whole number from a short scale."""
    OPTION = "option"
    """One of a list of options."""
    OPTION_BY_ROW = "option by row"
    """One of a list of options for each of several rows."""
    TICKS = "ticks"
    """Any number of options; as a number, how many were ticked."""
    DAY = "day"
    WORDS = "words"
    OWNER = "owner"
    """The team or the authority that an answer or a row belongs to."""
    PERSON = "person"
    """What tells one respondent from another."""

    @property
    def is_numeric(self) -> bool:
        """Whether they are numbers."""
        return self in {Answers.NUMBER, Answers.STEP}


@dataclass(frozen=True, slots=True)
class PossibleAnswers:
    """The answers that a field may have, as a measure's YAML names them; `described` is what to write, in words."""

    names: range | Sequence[str]
    described: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with the value to which the steps lead, from the field on."""

    steps: tuple[str, ...]
    found: str
    allowed: str


class FieldBase(Model):
    """What every field has. Below it stand what several kinds have in common, then the kinds: one for each `type`.

    What a kind is to the stages after its YAML has been read stands in its record in `integration.kinds.fields`.
    """

    name: Key = Field(description="The column's name in data.xlsx.")
    id: str | None = Field(default=None, description="A form: the questionId of the Forms API.")
    question: Words | None = Field(default=None, description="A form: the question as people read it.")
    heading: Line | None = Field(default=None, description="A sheet: the heading of the column.")
    required: bool = False
    title: Line | None = Field(default=None, description="What leaders read above the figures, if not the name.")
    reworded: tuple[Reworded, ...] = Field(
        default=(), description="A form: each approved change of the question's words, the oldest first."
    )

    answers: ClassVar[Answers]
    distinguishes_rows: ClassVar[bool]
    """Whether it can be part of a sheet's `key`."""

    @abstractmethod
    def list_possible_answers(self) -> PossibleAnswers | None:
        """Return the answers that a measure may count; None where they cannot be listed."""

    @abstractmethod
    def find_mistakes(self) -> Iterator[Mistake]:
        """Give what is wrong with its settings taken together; each of them alone is right."""


class OpenField(FieldBase):
    """Answers that cannot be listed, and settings of which each stands for itself."""

    def list_possible_answers(self) -> None:
        """Return None."""
        return

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give none."""
        yield from ()


class NoAnswerField(FieldBase):
    """Labels that say that a respondent does not answer."""

    no_answer: tuple[Line, ...] = ()


class OptionsField(FieldBase):
    """Options to choose from."""

    options: tuple[NameOrOption, ...] = Field(min_length=1)

    def spell_options(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give each option's name with its aliases."""
        for option in self.options:
            yield (option, ()) if isinstance(option, str) else (option.name, option.aliases)

    def list_possible_answers(self) -> PossibleAnswers:
        """Return the options' names."""
        names = [name for name, _ in self.spell_options()]
        return PossibleAnswers(names, listed(names))

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give none: what is wrong with labels is found by the check of all options."""
        yield from ()


OTHER = "other"
"""The value of an answer that is none of the options."""


class SelectField(OptionsField, NoAnswerField):
    """Options of which with `other` none need fit: anything else is the value `other`, and its text is kept."""

    other: bool = False

    def list_possible_answers(self) -> PossibleAnswers:
        """Return the options' names, and `other` where that can be answered."""
        names = [name for name, _ in self.spell_options()] + ([OTHER] if self.other else [])
        return PossibleAnswers(names, listed(names))


class GridRow(Model):
    """One row of a grid: a question of its own."""

    id: str | None = None
    label: Line
    reworded: tuple[Reworded, ...] = Field(
        default=(), description="Each approved change of the label, the oldest first."
    )


class RowsField(OptionsField):
    """The same options for each of several rows, each with a column of its own."""

    rows: dict[Key, GridRow] = Field(min_length=1)


MAX_PATTERN_LENGTH = 120


class PatternField(OpenField):
    """Text that may have to match a regular expression."""

    pattern: str | None = None

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give a pattern that is too long, or no regular expression."""
        if self.pattern is None:
            return
        if len(self.pattern) > MAX_PATTERN_LENGTH:
            found = f"a pattern of {len(self.pattern)} characters"
            yield Mistake(("pattern",), found, f"a pattern of at most {MAX_PATTERN_LENGTH} characters")
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                re.compile(self.pattern)
        except (re.error, OverflowError, RecursionError, Warning) as error:
            allowed = (
                "a regular expression, such as ^[A-Z]{2}[0-9]{2}$; in single quotation marks if it has a # or a \\"
            )
            yield Mistake(("pattern",), f"{quoted(self.pattern)} ({error})", allowed)


class LikertField(NoAnswerField):
    """Five labels from strongly disagree to strongly agree, read as 1 to 5."""

    type: Literal["likert5"]

    answers = Answers.STEP
    distinguishes_rows = False

    def list_possible_answers(self) -> PossibleAnswers:
        """Return 1 to 5."""
        return PossibleAnswers(range(1, 6), "1 to 5, where 5 is the last label of likert5")

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give none."""
        yield from ()


PEOPLE, HEADCOUNT = "people", "headcount"


class NumberField(OpenField):
    """One number; `minimum` and `maximum` are allowed themselves. Of people there are whole numbers alone."""

    type: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""

    answers = Answers.NUMBER
    distinguishes_rows = True

    @property
    def counts_people(self) -> bool:
        """Whether it is a number of people: its unit says so, or it is the one by which the teams are counted."""
        return self.unit.casefold() == PEOPLE or self.name == HEADCOUNT

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give a maximum below the minimum."""
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            found = f"{self.maximum:g}, below the minimum of {self.minimum:g}"
            yield Mistake(("maximum",), found, f"{self.minimum:g} or more")


class DateField(OpenField):
    """A day, read day first."""

    type: Literal["date"]

    answers = Answers.DAY
    distinguishes_rows = True


class ScaleField(FieldBase):
    """A whole number from `low` to `high`."""

    type: Literal["scale"]
    low: int
    high: int

    answers = Answers.STEP
    distinguishes_rows = False

    def list_possible_answers(self) -> PossibleAnswers:
        """Return the numbers from low to high."""
        return PossibleAnswers(range(self.low, self.high + 1), f"whole numbers from {self.low} to {self.high}")

    def find_mistakes(self) -> Iterator[Mistake]:
        """Give a high end that is not above the low one."""
        if self.high <= self.low:
            yield Mistake(("high",), f"{self.high}, not above low ({self.low})", f"{self.low + 1} or more")


class ChoiceField(SelectField):
    """One option; with `other`, anything else is the value `other` and its text is kept."""

    type: Literal["choice"]

    answers = Answers.OPTION
    distinguishes_rows = True


class ChoicesField(SelectField):
    """Tick boxes: any number of options."""

    type: Literal["choices"]

    answers = Answers.TICKS
    distinguishes_rows = False


class GridField(RowsField):
    """A grid: the same options for each row; its columns are named `field.row`."""

    type: Literal["grid"]

    answers = Answers.OPTION_BY_ROW
    distinguishes_rows = False


class CodeField(PatternField):
    """The respondent's own code; it leaves the store only as a keyed hash."""

    type: Literal["code"]
    pattern: str = r"^[A-Z]{2}\d{2}$"

    answers = Answers.PERSON
    distinguishes_rows = False


class TextField(PatternField):
    """Words. With `pattern`, anything that does not match it is reported."""

    type: Literal["text"]

    answers = Answers.WORDS
    distinguishes_rows = True


class TeamField(OpenField):
    """One of the configured teams."""

    type: Literal["team"]

    answers = Answers.OWNER
    distinguishes_rows = True


class AuthorityField(OpenField):
    """One of the configured authorities."""

    type: Literal["authority"]

    answers = Answers.OWNER
    distinguishes_rows = True


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
"""One field, of any kind."""
FIELD_MODELS: tuple[type[FieldBase], ...] = get_args(get_args(FieldSpec)[0])
"""The model of each kind of field, in the order of `FieldSpec`."""


def type_name(model: type[FieldBase]) -> str:
    """Return the `type` under which a kind of field is written in YAML."""
    return str(get_args(model.model_fields["type"].annotation)[0])


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
