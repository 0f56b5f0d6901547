"""programme.yaml: who takes part, and when."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from config.schema.base import Day, Key, Line, Model


class Member(Model):
    """What a team and an authority have in common: a name, and the days on which they take part."""

    name: Line
    aliases: tuple[Line, ...] = ()
    from_day: Day | None = Field(
        default=None, alias="from", description="Its first day; without it, that of the programme."
    )
    until_day: Day | None = Field(
        default=None, alias="until", description="Its last day; without it, that of the programme."
    )

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.from_day and self.until_day and self.until_day < self.from_day:
            raise PydanticCustomError(
                "ends_before_start",
                "{found} lies before {start}",
                {"found": self.until_day.isoformat(), "start": self.from_day.isoformat()},
            )
        return self


class Team(Member):
    """A team of social workers."""

    statutory: bool
    headcount: Annotated[int, Field(ge=1, le=500)] = Field(
        description="People in the team at the start; used only where the sheet of teams says nothing."
    )


class Authority(Member):
    """A local authority and its teams."""

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

    def find_days(self, authority: str, team: str = "") -> tuple[date, date]:
        """Return the first and the last day on which a team, or (team "") a whole authority, takes part; by keys.

        Where nothing is said these are the calendar's: a row of a sheet may be dated before the programme. A team
        takes part no longer than its authority does.
        """
        owner = self.authorities[authority]
        members = (owner, owner.teams[team]) if team else (owner,)
        return (
            max([date.min, *(member.from_day for member in members if member.from_day)]),
            min([date.max, *(member.until_day for member in members if member.until_day)]),
        )
