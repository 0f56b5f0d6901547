"""The models of every YAML file: what may be written there, and what it means.

The models know one file at a time; what must agree between files is in `config.agree`.
"""

from __future__ import annotations

import re
from datetime import date, time  # pydantic reads these at run time
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
JOB_PATTERN = r"^[a-z][a-z-]*$"
EMAIL_PATTERN = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=40)]
"""A key: lower-case letters, digits and underscores; it appears in files, tabs and commands."""

Words = Annotated[str, Field(min_length=1)]


def _written_as(pattern: str, error: str) -> BeforeValidator:
    """Let a text through only in this form: pydantic would read a bare number as seconds since 1970 or midnight."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value.strip()):
            raise PydanticCustomError(error, "not written as it should be")
        return value

    return BeforeValidator(check)


Day = Annotated[date, _written_as(DAY_PATTERN, "day_form")]
"""A day, written `YYYY-MM-DD`."""

TimeOfDay = Annotated[
    time,
    _written_as(TIME_PATTERN, "time_form"),
    # JSON Schema's own format for times asks for seconds and a zone, and would refuse 07:00 in an editor.
    WithJsonSchema({"type": "string", "pattern": TIME_PATTERN}),
]
"""A time of day, written `HH:MM`."""


class Model(BaseModel):
    """Every model: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
        defer_build=True,  # each model is built once, inside the file that it belongs to
    )


# --- programme.yaml ---------------------------------------------------------------------------------


class Team(Model):
    """A team of social workers."""

    name: Words
    aliases: tuple[Words, ...] = ()
    statutory: bool
    headcount: Annotated[int, Field(ge=1, le=500)] = Field(
        description="People in the team at the start; used only where the sheet of teams says nothing."
    )


class Authority(Model):
    """A local authority and its teams."""

    name: Words
    aliases: tuple[Words, ...] = ()
    teams: dict[Key, Team] = Field(min_length=1)


class Span(Model):
    """A named range of dates, both ends included: a phase or a window."""

    title: Words
    start: Day
    end: Day

    @model_validator(mode="after")
    def _ends_after_start(self) -> Span:
        if self.end < self.start:
            raise PydanticCustomError(
                "ends_before_start",
                "{found} lies before {start}",
                {"found": self.end.isoformat(), "start": self.start.isoformat()},
            )
        return self


class Programme(Model):
    """programme.yaml: who takes part, and when."""

    name: Words
    start: Day
    end: Day
    timezone: Literal["Europe/London"] = "Europe/London"
    contact: Words = Field(description="Whom a reader of a summary or a pack can ask.")
    likert5: tuple[Words, Words, Words, Words, Words] = Field(description="The five labels, from 1 to 5.")
    authorities: dict[Key, Authority] = Field(min_length=1)
    phases: dict[Key, Span] = Field(min_length=1)
    windows: dict[Key, Span] = Field(min_length=1)
    headcounts: Key | None = Field(default=None, description="The sheet that holds headcounts from a date on.")


# --- forms/*.yaml and sheets/*.yaml ------------------------------------------------------------------


class Option(Model):
    """One of the answers of a choice: its name, and other spellings of it."""

    name: Words
    aliases: tuple[Words, ...] = ()


def _form_of_option(value: object) -> str:
    return "name" if isinstance(value, str) or value is None else "option"


NameOrOption = Annotated[
    Annotated[Words, Tag("name")] | Annotated[Option, Tag("option")],
    Discriminator(_form_of_option),
]
"""An option, or only its name."""


class FieldBase(Model):
    """What every field has."""

    name: Key = Field(description="The column's name in data.xlsx.")
    id: str | None = Field(default=None, description="A form: the questionId of the Forms API.")
    question: Words | None = Field(default=None, description="A form: the question as people read it.")
    heading: Words | None = Field(default=None, description="A sheet: the heading of the column.")
    required: bool = False
    title: Words | None = Field(default=None, description="What leaders read above the figures, if not the name.")


class LikertField(FieldBase):
    """Five labels from strongly disagree to strongly agree, read as 1 to 5."""

    type: Literal["likert5"]
    no_answer: tuple[Words, ...] = ()


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
    no_answer: tuple[Words, ...] = ()


class ChoicesField(FieldBase):
    """Tick boxes: any number of options."""

    type: Literal["choices"]
    options: tuple[NameOrOption, ...] = Field(min_length=1)
    other: bool = False
    no_answer: tuple[Words, ...] = ()


class GridRow(Model):
    """One row of a grid: a question of its own."""

    id: str | None = None
    label: Words


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


class Form(Model):
    """forms/<key>.yaml: one web form."""

    title: Words
    asks: Literal["staff", "families"] = Field(description="Who answers it.")
    one_per: Literal["fortnight"] | None = Field(
        default=None, description="Of two answers of one person in one fortnight the later counts."
    )
    test_codes: tuple[Words, ...] = Field(default=(), description="Codes that mark a test submission.")
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

    title: Words
    spreadsheet: Key = Field(description="Which spreadsheet: its file is sheets/<spreadsheet>.xlsx.")
    tab: Words
    key: tuple[Key, ...] = Field(min_length=1, max_length=2, description="The fields that tell one row from another.")
    shrink_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.2, description="A reading smaller by more than this share replaces nothing."
    )
    shows: Shows | None = None
    fields: tuple[FieldSpec, ...] = Field(min_length=1)


# --- measures.yaml -----------------------------------------------------------------------------------


class PeriodKind(StrEnum):
    """The kinds of period a measure is cut by."""

    FORTNIGHT = "fortnight"
    WINDOW = "window"
    MONTH = "month"
    TO_DATE = "to_date"


class MeasureBase(Model):
    """What every measure has."""

    title: Words = Field(description="What a leader reads beside the figure.")
    outcome: Words = Field(description="The hope of the programme that it speaks of.")
    definition: Words = Field(description="In words: who or what is counted, out of what.")
    source: Key
    periods: tuple[PeriodKind, ...] = Field(min_length=1)
    hoped: Literal["up", "down"] = "up"
    target: float | None = None
    target_for: Literal["authority", "each"] = "each"
    rests_on: Literal["people", "things"] = Field(
        description="Figures on people are hidden for small groups; figures on things are not."
    )


class ShareMeasure(MeasureBase):
    """Answers in a set, out of valid answers. Of a grid: people with any row in the set."""

    kind: Literal["share"]
    field: Key
    values: tuple[Annotated[int | Words, Field(union_mode="left_to_right")], ...] = Field(
        min_length=1, description="Answers: 1 to 5 of a likert5 field, numbers of a scale, names of options."
    )


class MeanMeasure(MeasureBase):
    """Mean of a number; of tick boxes, of how many were ticked."""

    kind: Literal["mean"]
    field: Key
    dated_by: Key | None = Field(default=None, description="A sheet: the date that says when a row belongs.")
    unit: str = ""


class RatioMeanMeasure(MeasureBase):
    """Mean of a / b over responses where both are there, b > 0 and a <= b."""

    kind: Literal["ratio_mean"]
    numerator: Key
    denominator: Key


class ResponseRateMeasure(MeasureBase):
    """Counted responses out of the headcount in force on the period's first day."""

    kind: Literal["response_rate"]


class CountMeasure(MeasureBase):
    """Rows of a sheet that satisfy every condition and whose date has come."""

    kind: Literal["count"]
    where: dict[Key, tuple[Words, ...]]
    dated_by: Key
    within_phase: Key | None = None


class OnTimeMeasure(MeasureBase):
    """Done on or before the day it was due, out of those due by the reporting date."""

    kind: Literal["on_time"]
    due: Key
    done: Key


class HeldMeasure(MeasureBase):
    """Complete months with at least one, out of complete months since the programme began."""

    kind: Literal["held"]
    dated_by: Key


MeasureSpec = Annotated[
    ShareMeasure
    | MeanMeasure
    | RatioMeanMeasure
    | ResponseRateMeasure
    | CountMeasure
    | OnTimeMeasure
    | HeldMeasure,
    Field(discriminator="kind"),
]


class Measures(Model):
    """measures.yaml: every measure by its key."""

    measures: dict[Key, MeasureSpec] = Field(min_length=1)


# --- packs.yaml --------------------------------------------------------------------------------------


class Person(Model):
    """Somebody whom the service writes to."""

    name: Words
    email: Annotated[str, Field(pattern=EMAIL_PATTERN)]


class ReviewMeeting(Model):
    """The monthly meeting at which the pack is talked over."""

    title: Words
    weekday: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    which: Annotated[int, Field(ge=1, le=4)] = Field(description="1 is the first such weekday of the next month.")
    at: TimeOfDay
    minutes: Annotated[int, Field(ge=10, le=480)]
    place: Words


class Leaders(Model):
    """The leaders of one authority: their pack's recipients and their meeting."""

    recipients: tuple[Person, ...] = Field(min_length=1)
    meeting: ReviewMeeting


class Audience(Model):
    """What an audience may see."""

    minimum_group: Annotated[int, Field(ge=6, le=50)] = 6
    show_unanimous: bool = Field(default=False, description="Show a share of exactly 0% or 100% of people.")


class SummarySheet(Model):
    """One sheet of the leaders' summary: measures under a title."""

    title: Words
    introduction: Words
    measures: tuple[Key, ...] = Field(min_length=1)


class Packs(Model):
    """packs.yaml: what leaders receive, and who they are."""

    audience: Audience = Field(default_factory=Audience)
    sender: Person
    hope: Words = Field(description="What we hoped, in a sentence or two: the first lines of each pack.")
    headlines: tuple[Key, ...] = Field(min_length=3, max_length=8, description="The figures of the first page.")
    summary: tuple[SummarySheet, ...] = Field(min_length=1)
    leaders: dict[Key, Leaders] = Field(min_length=1)


# --- jobs.yaml ---------------------------------------------------------------------------------------


class Job(Model):
    """When a job runs."""

    about: Words = Field(description="What it does, in a sentence.")
    every_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    daily_at: TimeOfDay | None = None
    monthly_on: Annotated[int, Field(ge=1, le=28)] | None = Field(
        default=None, description="Day of the month, at `daily_at`."
    )

    @model_validator(mode="after")
    def _one_schedule(self) -> Job:
        if (self.every_minutes is None) == (self.daily_at is None):
            raise PydanticCustomError("one_schedule", "say either every_minutes or daily_at")
        if self.monthly_on is not None and self.daily_at is None:
            raise PydanticCustomError("monthly_needs_time", "monthly_on needs daily_at")
        return self


class Jobs(Model):
    """jobs.yaml: every job by its name."""

    jobs: dict[Annotated[str, Field(pattern=JOB_PATTERN)], Job] = Field(min_length=1)


# --- all together ------------------------------------------------------------------------------------


class Settings(Model):
    """The whole configuration, read and agreed; what every other part is given."""

    programme: Programme
    forms: dict[Key, Form]
    sheets: dict[Key, Sheet]
    measures: dict[Key, MeasureSpec]
    packs: Packs
    jobs: dict[str, Job]
    digest: str = Field(description="SHA-256 over the files, to know whether anything changed.")


# --- beside a sample ---------------------------------------------------------------------------------


class Sample(Model):
    """sample.yaml: what belongs to a sample of answers, and not to the programme."""

    as_of: Day = Field(description="The reporting date of the demo, where none is given.")
