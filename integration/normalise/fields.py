"""From the YAML's fields to columns, each with the rule that reads its answers.

What differs from one kind of field to the next stands in `_build_rule`: the type of its values, the function that
reads one answer, and in words what a person may type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from config import schema
from config.spelling import fold_case
from integration.model import Column, ColumnType, IssueCode
from integration.normalise import values
from integration.text_format import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from config.schema import FieldSpec, Programme
    from integration.normalise.values import Raw, ReadValue

    Rule = tuple[ColumnType, Callable[[Raw], ReadValue], str]
    """The type of a column's values, what reads one answer, and in words what a person may type."""

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
    read: Callable[[Raw], ReadValue]
    allowed: str
    question_id: str
    question: str
    heading: str

    @property
    def has_other(self) -> bool:
        """Whether a text may stand beside the value "other"."""
        return isinstance(self.field, (schema.ChoiceField, schema.ChoicesField)) and self.field.other

    @property
    def is_ticks(self) -> bool:
        """Whether the answer is any number of ticks."""
        return isinstance(self.field, schema.ChoicesField)


def build_columns(fields: Iterable[FieldSpec], programme: Programme, key: bytes) -> tuple[FieldColumn, ...]:
    """Return the columns of a form or a sheet, in the YAML's order; `key` is that of the hash of respondents' codes."""
    columns: list[FieldColumn] = []
    for field in fields:
        rule = _build_rule(field, programme, key)
        if isinstance(field, schema.GridField):
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
    """Return what a person may see of what was found: never a respondent's code."""
    if isinstance(column.field, schema.CodeField):
        return NOT_SHOWN
    text = values.to_text(raw).replace(values.JOINED_MARK, "").replace(values.TICK_SEPARATOR, ", ").strip()
    return text if len(text) <= MAX_FOUND_LENGTH else text[: MAX_FOUND_LENGTH - 1] + "…"


def parse_date_columns(frame: pd.DataFrame, columns: Sequence[FieldColumn]) -> pd.DataFrame:
    """Return the frame with its columns of days as datetime64 instead of text."""
    dates = [column.name for column in columns if column.type is ColumnType.DATE]
    return frame.assign(
        **{name: pd.to_datetime(frame[name], format="%Y-%m-%d").astype("datetime64[s]") for name in dates}
    )


def _build_rule(field: FieldSpec, programme: Programme, key: bytes) -> Rule:  # noqa: PLR0911  # one return a kind
    match field:
        case schema.LikertField():
            labels = {fold_case(label): number for number, label in enumerate(programme.likert5, start=1)}
            read = partial(values.read_likert, labels=labels, no_answer=_fold_all(field.no_answer))
            return ColumnType.INTEGER, read, _list_names("one of", (*programme.likert5, *field.no_answer))
        case schema.NumberField():
            read = partial(values.read_number, minimum=field.minimum, maximum=field.maximum)
            return ColumnType.NUMBER, read, _describe_number(field)
        case schema.ScaleField():
            read = partial(values.read_scale, low=field.low, high=field.high)
            return ColumnType.INTEGER, read, f"a whole number from {field.low} to {field.high}"
        case schema.DateField():
            return ColumnType.DATE, values.read_date, "a date, day first, such as 3 March 2022 or 03/03/2022"
        case schema.ChoiceField() | schema.ChoicesField() | schema.GridField():
            return _build_choice_rule(field)
        case schema.CodeField():
            is_usual = field.pattern == schema.CodeField.model_fields["pattern"].default
            allowed = "two letters and two digits, such as AB12" if is_usual else f"a code like {field.pattern}"
            read = partial(values.read_code, pattern=re.compile(field.pattern, re.ASCII), key=key)
            return ColumnType.TEXT, read, allowed
        case schema.TeamField():
            teams = [item for authority in programme.authorities.values() for item in authority.teams.items()]
            keys = {fold_case(name): team_key for team_key, team in teams for name in (team.name, *team.aliases)}
            read = partial(values.read_name, keys=keys, code=IssueCode.UNKNOWN_TEAM)
            return ColumnType.TEXT, read, _list_names("one of", [team.name for _, team in teams])
        case schema.AuthorityField():
            owners = programme.authorities
            keys = {fold_case(name): owner for owner, each in owners.items() for name in (each.name, *each.aliases)}
            read = partial(values.read_name, keys=keys, code=IssueCode.UNKNOWN_AUTHORITY)
            return ColumnType.TEXT, read, _list_names("one of", [each.name for each in owners.values()])
        case schema.TextField():
            pattern = re.compile(field.pattern) if field.pattern else None
            allowed = f"text of the form {field.pattern}" if pattern else "words"
            return ColumnType.TEXT, partial(values.read_text, pattern=pattern), allowed


def _build_choice_rule(field: schema.ChoiceField | schema.ChoicesField | schema.GridField) -> Rule:
    names: dict[str, str] = {}  # of each option, by its folded name and aliases
    for option in field.options:
        name, aliases = (option.name, option.aliases) if isinstance(option, schema.Option) else (option, ())
        names.update({fold_case(spelling): name for spelling in (name, *aliases)})
    no_answer, other = ((), False) if isinstance(field, schema.GridField) else (field.no_answer, field.other)
    reader = values.read_choices if isinstance(field, schema.ChoicesField) else values.read_choice
    read = partial(reader, options=names, no_answer=_fold_all(no_answer), other=other)
    many = "any of" if isinstance(field, schema.ChoicesField) else "one of"
    return ColumnType.TEXT, read, _list_names(many, (*names.values(), *no_answer))


def _fold_all(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(fold_case(label) for label in labels)


def _list_names(intro: str, names: Iterable[str]) -> str:
    return f"{intro}: " + ", ".join(f"“{name}”" if "," in name else name for name in dict.fromkeys(names))


def _describe_number(field: schema.NumberField) -> str:
    low, high = (None if limit is None else f"{limit:g}" for limit in (field.minimum, field.maximum))
    unit = f" ({field.unit})" if field.unit else ""
    if low is not None and high is not None:
        return f"one number from {low} to {high}{unit}"
    if low is not None or high is not None:
        return f"one number, {low or high} or {'more' if low is not None else 'less'}{unit}"
    return f"one number{unit}"
