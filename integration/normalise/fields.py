"""From the YAML's fields to columns, each with the rule that reads its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from config import schema
from integration.kinds import values
from integration.kinds.fields import FIELD_KINDS, ReadingContext
from integration.model import Column, ColumnType, IssueCode
from integration.text_format import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from config.schema import FieldSpec, Programme
    from integration.kinds.fields import ReadAnswer
    from integration.kinds.values import Raw, ReadValue

NOT_SHOWN = "(not shown)"
MAX_FOUND_LENGTH = 300


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """One column of typed values: a field, or one row of a grid.

    `allowed` is what a person may type, in words; `question_id` and `question` are empty for a sheet.
    """

    name: str
    field: FieldSpec
    type: ColumnType
    read: ReadAnswer
    allowed: str
    question_id: str
    question: str
    heading: str

    @property
    def has_other(self) -> bool:
        """Whether a text may stand beside the value "other"."""
        return isinstance(self.field, schema.SelectField) and self.field.other

    @property
    def is_ticks(self) -> bool:
        """Whether the answer is any number of ticks."""
        return self.field.answers is schema.Answers.TICKS


def build_columns(fields: Iterable[FieldSpec], programme: Programme, key: bytes) -> tuple[FieldColumn, ...]:
    """Return the columns of a form or a sheet, in the YAML's order; `key` is that of the hash of respondents' codes."""
    columns: list[FieldColumn] = []
    for field in fields:
        kind = FIELD_KINDS[field.type]
        read = kind.build_reader(field, ReadingContext(programme, key))
        rule = kind.column, read, kind.describe_allowed(field, programme)
        if isinstance(field, schema.RowsField):
            title = field.question or field.name
            columns += [
                FieldColumn(
                    f"{field.name}.{row_key}", field, *rule,
                    question_id=row.id or "", question=f"{title} [{row.label}]", heading="",
                )
                for row_key, row in field.rows.items()
            ]  # fmt: skip
        else:
            columns.append(
                FieldColumn(
                    field.name, field, *rule,
                    question_id=field.id or "", question=field.question or "", heading=field.heading or "",
                )
            )  # fmt: skip
    return tuple(columns)


def list_published_columns(columns: Iterable[FieldColumn]) -> tuple[Column, ...]:
    """Return the columns of a tab; the text of "other" stands in a column of its own beside it."""
    published = []
    for column in columns:
        published.append(Column(column.name, column.type))
        if column.has_other:
            published.append(Column(f"{column.name}_other", ColumnType.TEXT))
    return tuple(published)


def read_answer(column: FieldColumn, raw: Raw) -> ReadValue:
    """Read one answer by its column's rule; a missing one is an issue only where it is required."""
    if is_blank(raw):
        return values.ReadValue(code=IssueCode.MISSING_REQUIRED) if column.field.required else values.NO_VALUE
    return column.read(raw)


def describe_found(column: FieldColumn, raw: Raw) -> str:
    """Return what a person may see of what was found: never what identifies a respondent."""
    if not FIELD_KINDS[column.field.type].shows_found:
        return NOT_SHOWN
    text = values.to_text(raw).replace(values.JOINED_MARK, "").replace(values.TICK_SEPARATOR, ", ").strip()
    return text if len(text) <= MAX_FOUND_LENGTH else text[: MAX_FOUND_LENGTH - 1] + "…"


def parse_date_columns(frame: pd.DataFrame, columns: Sequence[FieldColumn]) -> pd.DataFrame:
    """Return the frame with its columns of days as datetime64 instead of text."""
    dates = [column.name for column in columns if column.type is ColumnType.DATE]
    return frame.assign(
        **{name: pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[s]") for name in dates}
    )
