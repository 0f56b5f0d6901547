"""The fields of forms and sheets: one model a type, told apart by `type`."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from config.schema.base import Day, Key, Line, Model, Words


class Option(Model):
    """One of the answers of a choice: its name, and other spellings of it."""

    name: Line
    aliases: tuple[Line, ...] = ()


def _form_of_option(value: object) -> str:
    return "name" if isinstance(value, str) or value is None else "option"


NameOrOption = Annotated[
    Annotated[Line, Tag("name")] | Annotated[Option, Tag("option")],
    Discriminator(_form_of_option),
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
