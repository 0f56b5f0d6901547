"""From the YAML's fields to columns, each with the one function that reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from config.schema import (
    AuthorityField,
    ChoiceField,
    ChoicesField,
    CodeField,
    DateField,
    GridField,
    LikertField,
    NumberField,
    Option,
    ScaleField,
    TeamField,
    TextField,
)
from config.spelling import fold_case
from integration.model import Column, ColumnType, IssueCode
from integration.normalise.values import (
    Raw,
    ReadValue,
    read_choice,
    read_choices,
    read_code,
    read_date,
    read_likert,
    read_number,
    read_scale,
    read_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from config.schema import FieldSpec, Programme


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
        """Whether a text may stand behind the value "other"."""
        return isinstance(self.field, (ChoiceField, ChoicesField)) and self.field.other

    @property
    def is_ticks(self) -> bool:
        """Whether the answer is a number of ticks."""
        return isinstance(self.field, ChoicesField)


def build_columns(fields: Iterable[FieldSpec], programme: Programme, key: bytes) -> tuple[FieldColumn, ...]:
    """Return the columns of a form or a sheet, in the YAML's order; `key` is the key of the code's hash."""
    columns: list[FieldColumn] = []
    for field in fields:
        if isinstance(field, GridField):
            columns.extend(_grid_columns(field))
        else:
            columns.append(_column(field, programme, key))
    return tuple(columns)


def list_published_columns(columns: Iterable[FieldColumn]) -> tuple[Column, ...]:
    """Return the columns of a tab; the text behind "other" stands in a column of its own beside it."""
    published = []
    for column in columns:
        published.append(Column(column.name, column.type))
        if column.has_other:
            published.append(Column(f"{column.name}_other", ColumnType.TEXT))
    return tuple(published)


def team_keys_by_name(programme: Programme) -> dict[str, str]:
    """Return every folded name and alias of a team, with the team's key."""
    return {
        fold_case(name): key
        for authority in programme.authorities.values()
        for key, team in authority.teams.items()
        for name in (team.name, *team.aliases)
    }


def authority_keys_by_name(programme: Programme) -> dict[str, str]:
    """Return every folded name and alias of an authority, with the authority's key."""
    return {
        fold_case(name): key
        for key, authority in programme.authorities.items()
        for name in (authority.name, *authority.aliases)
    }


def _column(field: FieldSpec, programme: Programme, key: bytes) -> FieldColumn:
    read, kind, allowed = _reader(field, programme, key)
    return FieldColumn(
        name=field.name, field=field, type=kind, read=read, allowed=allowed,
        question_id=field.id or "", question=field.question or "", heading=field.heading or "",
    )  # fmt: skip


def _grid_columns(field: GridField) -> list[FieldColumn]:
    names = options_by_name(field.options)
    read = partial(read_choice, options=names, no_answer=frozenset[str](), other=False)
    return [
        FieldColumn(
            name=f"{field.name}.{key}", field=field, type=ColumnType.TEXT, read=read, allowed=_one_of(names.values()),
            question_id=row.id or "", question=f"{field.question or field.name} [{row.label}]", heading="",
        )
        for key, row in field.rows.items()
    ]  # fmt: skip


def _reader(  # noqa: PLR0911  # one return a type of field reads best
    field: FieldSpec, programme: Programme, key: bytes
) -> tuple[Callable[[Raw], ReadValue], ColumnType, str]:
    match field:
        case LikertField():
            labels = {fold_case(label): n for n, label in enumerate(programme.likert5, start=1)}
            read = partial(read_likert, labels=labels, no_answer=_folded(field.no_answer))
            return read, ColumnType.INTEGER, _one_of((*programme.likert5, *field.no_answer))
        case NumberField():
            read = partial(read_number, minimum=field.minimum, maximum=field.maximum)
            return read, ColumnType.NUMBER, _number_words(field)
        case ScaleField():
            read = partial(read_scale, low=field.low, high=field.high)
            return read, ColumnType.INTEGER, f"a whole number from {field.low} to {field.high}"
        case DateField():
            return read_date, ColumnType.DATE, "a date, day first, such as 3 March 2022 or 03/03/2022"
        case ChoiceField() | ChoicesField():
            names = options_by_name(field.options)
            reader = read_choices if isinstance(field, ChoicesField) else read_choice
            read = partial(reader, options=names, no_answer=_folded(field.no_answer), other=field.other)
            many = "any of" if isinstance(field, ChoicesField) else "one of"
            return read, ColumnType.TEXT, f"{many}: {_listed((*names.values(), *field.no_answer))}"
        case CodeField():
            read = partial(read_code, pattern=re.compile(field.pattern, re.ASCII), key=key)
            return (
                read,
                ColumnType.TEXT,
                "two letters and two digits, such as AB12" if _is_usual(field) else f"a code like {field.pattern}",
            )
        case TeamField():
            names = team_keys_by_name(programme)
            return _names_reader(names, IssueCode.UNKNOWN_TEAM), ColumnType.TEXT, _one_of(_team_titles(programme))
        case AuthorityField():
            names = authority_keys_by_name(programme)
            titles = [authority.name for authority in programme.authorities.values()]
            return _names_reader(names, IssueCode.UNKNOWN_AUTHORITY), ColumnType.TEXT, _one_of(titles)
        case TextField():
            pattern = re.compile(field.pattern) if field.pattern else None
            return (
                partial(read_text, pattern=pattern),
                ColumnType.TEXT,
                "words" if pattern is None else f"text of the form {field.pattern}",
            )
        case _:
            raise AssertionError(f"no reader for {field.type}")  # columns_of takes grids apart


def options_by_name(options: Iterable[str | Option]) -> dict[str, str]:
    """Return every folded name and alias of the options, with the option's name."""
    names: dict[str, str] = {}
    for option in options:
        name, aliases = (option.name, option.aliases) if isinstance(option, Option) else (option, ())
        names.update({fold_case(spelling): name for spelling in (name, *aliases)})
    return names


def _names_reader(names: Mapping[str, str], code: IssueCode) -> Callable[[Raw], ReadValue]:
    unknown = ReadValue(code=code)

    def read(raw: Raw) -> ReadValue:
        key = names.get(fold_case(raw)) if isinstance(raw, str) else None
        return ReadValue(key) if key else unknown

    return read


def _folded(labels: Iterable[str]) -> frozenset[str]:
    return frozenset(fold_case(label) for label in labels)


def _team_titles(programme: Programme) -> list[str]:
    return [team.name for authority in programme.authorities.values() for team in authority.teams.values()]


def _is_usual(field: CodeField) -> bool:
    return bool(field.pattern == CodeField.model_fields["pattern"].default)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" if "," in name else name for name in dict.fromkeys(names))


def _one_of(names: Iterable[str]) -> str:
    return f"one of: {_listed(names)}"


def _number_words(field: NumberField) -> str:
    low, high = (None if limit is None else f"{limit:g}" for limit in (field.minimum, field.maximum))
    unit = f" ({field.unit})" if field.unit else ""
    if low is not None and high is not None:
        return f"one number from {low} to {high}{unit}"
    if low is not None or high is not None:
        return f"one number, {low or high} or {'more' if low is not None else 'less'}{unit}"
    return f"one number{unit}"
