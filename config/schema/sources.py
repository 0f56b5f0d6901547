"""forms/*.yaml and sheets/*.yaml: forms and sheets, of which the fields stand in `config.schema.fields`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from config.schema.base import Key, Line, Model, Words
from config.schema.fields import FieldSpec  # noqa: TC001  # pydantic reads annotations

Share = Annotated[
    float, Field(gt=0, le=1, description="A reading that lost more than this share of what it had waits for a person.")
]
SHRINK_SHARE = 0.2


AskingPeriod = Literal["week", "fortnight", "month", "quarter", "window", "once"]
"""How often a person is asked to answer a form."""


class Form(Model):
    """forms/<key>.yaml: one web form."""

    title: Line
    asks: Literal["staff", "families"] = Field(description="Who answers it.")
    asked: AskingPeriod | None = Field(
        default=None,
        description="How often a person is asked; without it `one_per`, else the shortest period of its measures.",
    )
    one_per: Literal["week", "fortnight", "month", "quarter", "window"] | None = Field(
        default=None, description="Of two answers of one person in one such period the later counts."
    )
    test_codes: tuple[Words, ...] = Field(default=(), description="Codes that mark a test submission.")
    shrink_share: Share = SHRINK_SHARE
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

    title: Line
    spreadsheet: Key = Field(description="Which spreadsheet: its file is sheets/<spreadsheet>.xlsx.")
    tab: Line
    key: tuple[Key, ...] = Field(min_length=1, max_length=2, description="The fields that tell one row from another.")
    shrink_share: Share = SHRINK_SHARE
    shows: Shows | None = None
    fields: tuple[FieldSpec, ...] = Field(min_length=1)
