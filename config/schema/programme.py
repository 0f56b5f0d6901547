"""programme.yaml: who takes part, and when."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from config.schema.base import Day, Key, Line, Model


class Team(Model):
    """A team of social workers."""

    name: Line
    aliases: tuple[Line, ...] = ()
    statutory: bool
    headcount: Annotated[int, Field(ge=1, le=500)] = Field(
        description="People in the team at the start; used only where the sheet of teams says nothing."
    )


class Authority(Model):
    """A local authority and its teams."""

    name: Line
    aliases: tuple[Line, ...] = ()
    teams: dict[Key, Team] = Field(min_length=1)


class Span(Model):
    """A named range of dates, both ends included: a phase or a window."""

    title: Line
    start: Day
    end: Day

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end < self.start:
            raise PydanticCustomError(
                "ends_before_start",
                "{found} lies before {start}",
                {"found": self.end.isoformat(), "start": self.start.isoformat()},
            )
        return self


class Programme(Model):
    """programme.yaml: who takes part, and when."""

    name: Line
    start: Day
    end: Day
    timezone: Literal["Europe/London"] = "Europe/London"
    contact: Line = Field(description="Whom a reader of a summary or a pack can ask.")
    likert5: tuple[Line, Line, Line, Line, Line] = Field(description="The five labels, from 1 to 5.")
    authorities: dict[Key, Authority] = Field(min_length=1)
    phases: dict[Key, Span] = Field(min_length=1)
    windows: dict[Key, Span] = Field(min_length=1)
    headcounts: Key | None = Field(default=None, description="The sheet that holds headcounts from a date on.")
