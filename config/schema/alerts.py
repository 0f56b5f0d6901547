"""alerts.yaml: who receives alerts, and what expires on a day that the service cannot find out."""

from typing import Annotated

from pydantic import Field

from config.schema.base import Day, Duration, Key, Line, Model, ShortDuration, Words
from config.schema.packs import Person

TWO_WEEKS = Duration(14, "day")


class Expiry(Model):
    """Something that ends on a day, of which the service cannot know by itself."""

    what: Annotated[Line, Field(max_length=120)] = Field(description="What ends, such as a password.")
    on: Day = Field(description="The last day on which it is good.")
    to_do: Words = Field(description="What to do about it, in a sentence.")


class Alerts(Model):
    """alerts.yaml: who is told when something goes wrong, and what is to be looked after."""

    owner: Person | None = Field(default=None, description="Who is told, by mail; without it alerts are only shown.")
    expires_within: ShortDuration = Field(default=TWO_WEEKS, description="How early to be told of what ends.")
    silent_after: dict[Key, ShortDuration] = Field(
        default_factory=dict, description="A form from which nothing came for so long is told of."
    )
    expiries: tuple[Expiry, ...] = Field(default=(), description="What ends, and nobody can look up.")
