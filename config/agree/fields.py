"""What the fields of a form and of a sheet have in common: names, ranges, options, patterns."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from config.agree.unique import Claim, clashes
from config.fold import fold
from config.nearest import quoted
from config.schema import (
    ChoiceField,
    ChoicesField,
    CodeField,
    GridField,
    LikertField,
    NumberField,
    Option,
    ScaleField,
    Sheet,
    TextField,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.draft import Document
    from config.errors import Problem
    from config.schema import FieldSpec, Form

OTHER = "other"
LONGEST_PATTERN = 120

Path = tuple[str, int]
"""The way to a field: `("fields", its place)`."""


def places(fields: Iterable[FieldSpec]) -> Iterator[tuple[Path, FieldSpec]]:
    """Give each field with the way to it."""
    return ((("fields", place), field) for place, field in enumerate(fields))


def check_fields(document: Document[Form] | Document[Sheet], reserved: Iterable[str]) -> Iterator[Problem]:
    """Give the problems that any field can have; `reserved` are the columns that the service itself makes."""
    fields = document.model.fields
    names = [
        *(Claim(name, "a column that the service makes", ()) for name in reserved),
        *(claim for path, field in places(fields) for claim in _columns(path, field)),
    ]
    yield from clashes(document, names, "a name")
    for path, field in places(fields):
        yield from _check_range(document, path, field)
        yield from _check_options(document, path, field)
        yield from _check_pattern(document, path, field)
        if field.reworded and isinstance(document.model, Sheet):
            yield document.problem_of_key(
                (*path, "reworded"), "reworded in a sheet", "none: it is for forms' questions"
            )


def spellings(options: Iterable[str | Option]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each option's name with its aliases."""
    for option in options:
        yield (option, ()) if isinstance(option, str) else (option.name, option.aliases)


def _columns(path: Path, field: FieldSpec) -> Iterator[Claim]:
    yield Claim(field.name, "the name of a field", (*path, "name"))
    if isinstance(field, (ChoiceField, ChoicesField)) and field.other:
        yield Claim(f"{field.name}_other", f"the column for the words behind “Other” of {field.name}", (*path, "name"))


def _check_range(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    if isinstance(field, NumberField) and field.minimum is not None and field.maximum is not None:
        if field.maximum < field.minimum:
            found = f"{field.maximum:g}, below the minimum of {field.minimum:g}"
            yield document.problem((*path, "maximum"), found, f"{field.minimum:g} or more")
    elif isinstance(field, ScaleField) and field.high <= field.low:
        yield document.problem(
            (*path, "high"), f"{field.high}, not above low ({field.low})", f"{field.low + 1} or more"
        )


def _check_options(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    claims: list[Claim] = []
    if isinstance(field, (ChoiceField, ChoicesField, GridField)):
        for place, (name, aliases) in enumerate(spellings(field.options)):
            owner = f"a spelling of the option {quoted(name)}"
            steps = (*path, "options", place)
            claims += [
                Claim(name, owner, steps),
                *(Claim(a, owner, (*steps, "aliases", n)) for n, a in enumerate(aliases)),
            ]
            if fold(name) == OTHER and not isinstance(field, GridField) and field.other:
                allowed = "no option of this name beside “other: true”, which takes it in already"
                yield document.problem(steps, quoted(name), allowed)
    if isinstance(field, (LikertField, ChoiceField, ChoicesField)):
        owner = "a label that means no answer"
        claims += [Claim(label, owner, (*path, "no_answer", n)) for n, label in enumerate(field.no_answer)]
    yield from clashes(document, claims, "a label")
    if isinstance(field, GridField):
        rows = (
            Claim(row.label, f"the label of the row {key}", (*path, "rows", key, "label"))
            for key, row in field.rows.items()
        )
        yield from clashes(document, rows, "a label")


def _check_pattern(document: Document[Form] | Document[Sheet], path: Path, field: FieldSpec) -> Iterator[Problem]:
    if not isinstance(field, (CodeField, TextField)) or field.pattern is None:
        return
    if len(field.pattern) > LONGEST_PATTERN:
        found = f"a pattern of {len(field.pattern)} characters"
        yield document.problem((*path, "pattern"), found, f"a pattern of at most {LONGEST_PATTERN} characters")
    elif wrong := _why_not(field.pattern):
        allowed = "a regular expression, such as ^[A-Z]{2}[0-9]{2}$; in single quotation marks if it has a # or a \\"
        yield document.problem((*path, "pattern"), f"{quoted(field.pattern)} ({wrong})", allowed)


def _why_not(pattern: str) -> str:
    """Return why this is no regular expression; "" where it is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        return str(error)
    return ""


def of_type(fields: Sequence[FieldSpec], wanted: str) -> list[tuple[Path, FieldSpec]]:
    """Return the fields of one type with the way to each."""
    return [(path, field) for path, field in places(fields) if field.type == wanted]
