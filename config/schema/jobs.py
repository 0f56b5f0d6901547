"""jobs.yaml: when the service does what."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from config.schema.base import JOB_PATTERN, Model, TimeOfDay, Words


class Job(Model):
    """When a job runs."""

    about: Words = Field(description="What it does, in a sentence.")
    every_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    daily_at: TimeOfDay | None = None
    monthly_on: Annotated[int, Field(ge=1, le=28)] | None = Field(
        default=None, description="Day of the month, at `daily_at`."
    )

    @model_validator(mode="after")
    def _one_schedule(self) -> Self:
        if (self.every_minutes is None) == (self.daily_at is None):
            raise PydanticCustomError("one_schedule", "say either every_minutes or daily_at")
        if self.monthly_on is not None and self.daily_at is None:
            raise PydanticCustomError("monthly_needs_time", "monthly_on needs daily_at")
        return self


class Jobs(Model):
    """jobs.yaml: every job by its name."""

    jobs: dict[Annotated[str, Field(pattern=JOB_PATTERN)], Job] = Field(min_length=1)
