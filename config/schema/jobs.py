"""jobs.yaml: when the service does what."""

from typing import Annotated, Literal, Self

from pydantic import Field, GetPydanticSchema, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError, core_schema

from config.duration import Duration, ShortDuration
from config.read_when import read_when
from config.schema.base import JOB_PATTERN, Model, Words
from config.when import AFTER_EVERY, EXAMPLES, ByHand, When

EVERY = "every "


def _written(before: str, error: str) -> GetPydanticSchema:
    """Let pydantic read the words, behind what the key has said `before` them, and write them anew."""

    def read(value: object) -> When:
        if isinstance(value, When):
            return value
        try:
            return read_when(before + value if isinstance(value, str) else "")
        except ValueError as wrong:
            guess = str(wrong)
            meant = guess.removeprefix(before) if guess.startswith(before) else ""
            raise PydanticCustomError(error, "says no schedule", {"guess": meant}) from None

    schema = core_schema.no_info_plain_validator_function(
        read, serialization=core_schema.plain_serializer_function_ser_schema(lambda when: when.in_words())
    )
    return GetPydanticSchema(lambda _, __: schema)


# Editors are told only how the words begin: their patterns know no “whatever its case”. The reader is strict.
WrittenWhen = Annotated[
    When,
    _written("", "when_form"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(?:[Ee]very|[Dd]aily|[Ww]eekly|[Mm]onthly|[Bb]y) .+$",
            "examples": list(EXAMPLES),
        }
    ),
]
"""A schedule in words: `daily at 07:00`."""

WrittenEvery = Annotated[
    When, _written(EVERY, "every_form"), WithJsonSchema({"type": "string", "examples": list(AFTER_EVERY)})
]
"""A schedule in the words that follow `every`: `10 minutes`."""


class Job(Model):
    """When a job runs, how long it may take, and what is done about a run that was missed or failed."""

    about: Words = Field(description="What it does, in a sentence.")
    when: WrittenWhen = Field(
        default_factory=ByHand,
        description="When it runs, by the clock on the wall in London. Say either `when` or `every`.",
    )
    every: WrittenEvery | None = Field(default=None, description="The same for `when: every …`, such as 10 minutes.")
    missed: Literal["once", "each"] = Field(
        default="once", description="After an outage: one run makes good all that was missed, or one run for each."
    )
    within: ShortDuration = Field(
        default=Duration(1, "hour"),
        description="A run that takes longer is stopped.",
        json_schema_extra={"default": "1 hour"},
    )
    late_after: ShortDuration = Field(
        default=Duration(30, "minute"),
        description="A run that has not ended so long after it was due counts as late.",
        json_schema_extra={"default": "30 minutes"},
    )

    @model_validator(mode="after")
    def _one_schedule(self) -> Self:
        """See to it that `when` holds the schedule, whichever key it was written under."""
        written = [key for key in ("when", "every") if key in self.model_fields_set]
        if len(written) != 1:
            raise PydanticCustomError("one_schedule", "say either when or every")
        if self.every is not None:
            self.__dict__["when"] = self.every  # not yet anybody else's, so it may still change
        return self


class Jobs(Model):
    """jobs.yaml: every job by its name."""

    jobs: dict[Annotated[str, Field(pattern=JOB_PATTERN)], Job] = Field(min_length=1)
