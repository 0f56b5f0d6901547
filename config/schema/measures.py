"""measures.yaml: one model a kind of measure, distinguished by `kind`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from config.schema.base import Key, Line, Model, Words


class PeriodKind(StrEnum):
    """The kinds of period a measure is cut by."""

    FORTNIGHT = "fortnight"
    WINDOW = "window"
    MONTH = "month"
    TO_DATE = "to_date"


class MeasureBase(Model):
    """What every measure has."""

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
    ShareMeasure | MeanMeasure | RatioMeanMeasure | ResponseRateMeasure | CountMeasure | OnTimeMeasure | HeldMeasure,
    Field(discriminator="kind"),
]


class Measures(Model):
    """measures.yaml: every measure by its key."""

    measures: dict[Key, MeasureSpec] = Field(min_length=1)
