"""What every model is made of: its rules, and the kinds of text."""

import re
from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
JOB_PATTERN = r"^[a-z][a-z-]*$"
EMAIL_PATTERN = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+$"
LINE_PATTERN = r"^[^\x00-\x1f\x7f]*$"
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

Key = Annotated[str, Field(pattern=KEY_PATTERN, max_length=40)]
"""A key: lower-case letters, digits and underscores; it appears in files, tabs and commands."""

Words = Annotated[str, Field(min_length=1)]
"""Text, of one paragraph or several."""

Line = Annotated[str, Field(min_length=1, pattern=LINE_PATTERN)]
"""Text on one line: a name, a title, a label. It may stand in the header of a mail or in the name of a sheet."""


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
