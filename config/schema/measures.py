"""measures.yaml: one model a kind of measure, distinguished by `kind`."""

from abc import abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from config.schema.base import Key, Line, Model, Words
from config.schema.fields import Answers


class PeriodKind(StrEnum):
    """The kinds of period a measure is cut by."""

    FORTNIGHT = "fortnight"
    WINDOW = "window"
    MONTH = "month"
    TO_DATE = "to_date"


@dataclass(frozen=True, slots=True)
class AllowedPeriods:
    """The kinds of period that a kind of measure can be cut by; `described` says them in words, with the reason."""

    kinds: frozenset[PeriodKind]
    described: str = ""


ANY_PERIOD = AllowedPeriods(frozenset(PeriodKind))


@dataclass(frozen=True, slots=True)
class NamedField:
    """A field that a measure names in its YAML.

    `steps` lead to its name, `answers` are those that such a field may have. `counted` are the answers of it that the
    measure counts, and `counted_at` the steps to them.
    """

    steps: tuple[str, ...]
    name: str
    answers: tuple[Answers, ...]
    counted: tuple[int | str, ...] = ()
    counted_at: tuple[str, ...] = ()


class MeasureBase(Model):
    """What every measure has. Below it stand the kinds, one for each `kind`.

    How a kind is worked out and shown stands in its record in `integration.kinds.measures`.
    """

    title: Line = Field(description="What a leader reads beside the figure.")
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

    reads: ClassVar[frozenset[Literal["form", "sheet"]]]
    """What its source may be."""
    is_proportion: ClassVar[bool]
    """Whether its value is a part of a whole, and so its target."""
    needs_headcounts: ClassVar[bool]
    """Whether it counts out of the teams' headcounts, which hold staff alone."""
    allowed_periods: ClassVar[AllowedPeriods]

    @abstractmethod
    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the fields that it rests on; without the date that says when a row of a sheet belongs."""

    @abstractmethod
    def find_date_field(self) -> tuple[str, str] | None:
        """Return the key in the YAML and the field's name of the date that says when a row of a sheet belongs.

        None where it has none, as for answers to a form, which belong to the day on which they were sent.
        """

    def find_phase(self) -> str | None:
        """Return the phase outside which nothing counts; None where it counts at any time."""
        return None

    def find_unit(self) -> str:
        """Return what its value is counted in, as it is written behind the number; "" for no unit."""
        return ""


class AnsweredMeasure(MeasureBase):
    """A measure of what people answered in a form."""

    reads = frozenset({"form"})

    def find_date_field(self) -> None:
        """Return None."""
        return


class NumbersMeasure(MeasureBase):
    """A measure of the numbers of one field; of tick boxes, of how many were ticked."""

    field: Key
    dated_by: Key | None = Field(default=None, description="A sheet: the date that says when a row belongs.")
    unit: str = ""

    reads = frozenset({"form", "sheet"})
    is_proportion = False
    needs_headcounts = False
    allowed_periods = ANY_PERIOD

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the field of the numbers."""
        return (NamedField(("field",), self.field, (Answers.NUMBER, Answers.STEP, Answers.TICKS)),)

    def find_date_field(self) -> tuple[str, str] | None:
        """Return `dated_by`."""
        return ("dated_by", self.dated_by) if self.dated_by is not None else None

    def find_unit(self) -> str:
        """Return `unit`."""
        return self.unit


class ShareMeasure(AnsweredMeasure):
    """Answers in a set, out of valid answers. Of a grid: people with any row in the set."""

    kind: Literal["share"]
    field: Key
    values: tuple[Annotated[int | Words, Field(union_mode="left_to_right")], ...] = Field(
        min_length=1, description="Answers: 1 to 5 of a likert5 field, numbers of a scale, names of options."
    )

    is_proportion = True
    needs_headcounts = False
    allowed_periods = ANY_PERIOD

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the field whose answers are counted."""
        answers = (Answers.STEP, Answers.OPTION, Answers.OPTION_BY_ROW)
        return (NamedField(("field",), self.field, answers, self.values, ("values",)),)


class MeanMeasure(NumbersMeasure):
    """Mean of a number; of tick boxes, of how many were ticked."""

    kind: Literal["mean"]


class RatioMeanMeasure(AnsweredMeasure):
    """Mean of a / b over responses where both are there, b > 0 and a <= b."""

    kind: Literal["ratio_mean"]
    numerator: Key
    denominator: Key

    is_proportion = True
    needs_headcounts = False
    allowed_periods = ANY_PERIOD

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the two numbers."""
        names = {"numerator": self.numerator, "denominator": self.denominator}
        return tuple(NamedField((key,), name, (Answers.NUMBER,)) for key, name in names.items())


class ResponseRateMeasure(AnsweredMeasure):
    """Counted responses out of the headcount in force on the period's first day."""

    kind: Literal["response_rate"]

    is_proportion = True
    needs_headcounts = True
    allowed_periods = AllowedPeriods(
        frozenset(PeriodKind) - {PeriodKind.TO_DATE}, "fortnight, window or month: a headcount holds for a time"
    )

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return none: it counts responses."""
        return ()


class CountMeasure(MeasureBase):
    """Rows of a sheet that satisfy every condition and whose date has come."""

    kind: Literal["count"]
    where: dict[Key, tuple[Words, ...]]
    dated_by: Key
    within_phase: Key | None = None

    reads = frozenset({"sheet"})
    is_proportion = False
    needs_headcounts = False
    allowed_periods = ANY_PERIOD

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the field of each condition."""
        steps = ((("where", name), name, answers) for name, answers in self.where.items())
        return tuple(NamedField(at, name, (Answers.OPTION, Answers.WORDS), counted, at) for at, name, counted in steps)

    def find_date_field(self) -> tuple[str, str]:
        """Return `dated_by`."""
        return "dated_by", self.dated_by

    def find_phase(self) -> str | None:
        """Return `within_phase`."""
        return self.within_phase


class OnTimeMeasure(MeasureBase):
    """Done on or before the day it was due, out of those due by the reporting date."""

    kind: Literal["on_time"]
    due: Key
    done: Key

    reads = frozenset({"sheet"})
    is_proportion = True
    needs_headcounts = False
    allowed_periods = ANY_PERIOD

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return the day on which it was done."""
        return (NamedField(("done",), self.done, (Answers.DAY,)),)

    def find_date_field(self) -> tuple[str, str]:
        """Return `due`."""
        return "due", self.due


class HeldMeasure(MeasureBase):
    """Complete months with at least one, out of complete months since the programme began."""

    kind: Literal["held"]
    dated_by: Key

    reads = frozenset({"sheet"})
    is_proportion = True
    needs_headcounts = False
    allowed_periods = AllowedPeriods(frozenset({PeriodKind.TO_DATE}), "to_date: this kind counts the months so far")

    def list_named_fields(self) -> tuple[NamedField, ...]:
        """Return none: it counts months."""
        return ()

    def find_date_field(self) -> tuple[str, str]:
        """Return `dated_by`."""
        return "dated_by", self.dated_by


MeasureSpec = Annotated[
    ShareMeasure | MeanMeasure | RatioMeanMeasure | ResponseRateMeasure | CountMeasure | OnTimeMeasure | HeldMeasure,
    Field(discriminator="kind"),
]
"""One measure, of any kind."""
MEASURE_MODELS: tuple[type[MeasureBase], ...] = get_args(get_args(MeasureSpec)[0])
"""The model of each kind of measure, in the order of `MeasureSpec`."""


def kind_name(model: type[MeasureBase]) -> str:
    """Return the `kind` under which a kind of measure is written in YAML."""
    return str(get_args(model.model_fields["kind"].annotation)[0])


class Measures(Model):
    """measures.yaml: every measure by its key."""

    measures: dict[Key, MeasureSpec] = Field(min_length=1)
