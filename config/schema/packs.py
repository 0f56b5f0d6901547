"""packs.yaml: what leaders receive, and who they are."""

from typing import Annotated, Literal

from pydantic import Field

from config.schema.base import EMAIL_PATTERN, Key, Line, Model, TimeOfDay, Words


class Person(Model):
    """A person whom the service writes to."""

    name: Line
    email: Annotated[str, Field(pattern=EMAIL_PATTERN)]


class ReviewMeeting(Model):
    """The monthly meeting at which the pack is talked over."""

    title: Line
    weekday: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    which: Annotated[int, Field(ge=1, le=4)] = Field(description="1 is the first such weekday of the next month.")
    at: TimeOfDay
    minutes: Annotated[int, Field(ge=10, le=480)]
    place: Line


class Leaders(Model):
    """The leaders of one authority: their pack's recipients and their meeting."""

    recipients: tuple[Person, ...] = Field(min_length=1)
    meeting: ReviewMeeting


class Audience(Model):
    """What an audience may see."""

    minimum_group: Annotated[int, Field(ge=6, le=50)] = 6
    show_unanimous: bool = Field(
        default=False, description="Without effect: where nearly everybody answered alike, it is told in words."
    )


class SummarySheet(Model):
    """One sheet of the leaders' summary: measures under a title."""

    title: Line
    introduction: Words
    measures: tuple[Key, ...] = Field(min_length=1)


class Packs(Model):
    """packs.yaml: what leaders receive, and who they are."""

    audience: Audience = Field(default_factory=Audience)
    settle_days: Annotated[int, Field(ge=0, le=60)] = Field(
        default=7, description="So many days after its last day figures of people of a period are first shown."
    )
    sender: Person
    hope: Words = Field(description="What we hoped, in a sentence or two: the first lines of each pack.")
    headlines: tuple[Key, ...] = Field(min_length=3, max_length=8, description="The figures of the first page.")
    summary: tuple[SummarySheet, ...] = Field(min_length=1)
    leaders: dict[Key, Leaders] = Field(min_length=1)
