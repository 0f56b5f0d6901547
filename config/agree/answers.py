"""The answers that a measure counts are answers that its field can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.agree.fields import OTHER, spellings
from config.nearest import listed, nearest, quoted
from config.schema import ChoiceField, CountMeasure, GridField, LikertField, ScaleField, ShareMeasure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.draft import Document
    from config.errors import Problem
    from config.places import Step
    from config.schema import FieldSpec, Measures, MeasureSpec

LIKERT = range(1, 6)


def check_answers(
    document: Document[Measures], steps: tuple[Step, ...], spec: MeasureSpec, name: str, field: FieldSpec
) -> Iterator[Problem]:
    """Give a problem for each answer that the measure counts and that the field never has."""
    if isinstance(spec, ShareMeasure):
        yield from _check(document, (*steps, "values"), spec.values, field)
    elif isinstance(spec, CountMeasure) and name in spec.where:
        yield from _check(document, (*steps, "where", name), spec.where[name], field)


def _check(
    document: Document[Measures], steps: tuple[Step, ...], values: tuple[int | str, ...], field: FieldSpec
) -> Iterator[Problem]:
    match field:
        case LikertField():
            yield from _not_in(document, steps, values, LIKERT, "1 to 5, where 5 is the last label of likert5")
        case ScaleField():
            allowed = f"whole numbers from {field.low} to {field.high}"
            yield from _not_in(document, steps, values, range(field.low, field.high + 1), allowed)
        case ChoiceField() | GridField():
            has_other = isinstance(field, ChoiceField) and field.other
            names = [name for name, _ in spellings(field.options)] + [OTHER] * has_other
            yield from _no_option(document, steps, values, names, field)


def _not_in(
    document: Document[Measures], steps: tuple[Step, ...], values: tuple[int | str, ...], numbers: range, allowed: str
) -> Iterator[Problem]:
    for place, value in enumerate(values):
        if not isinstance(value, int) or value not in numbers:
            yield document.problem((*steps, place), quoted(str(value)), allowed)


def _no_option(
    document: Document[Measures],
    steps: tuple[Step, ...],
    values: tuple[int | str, ...],
    names: list[str],
    field: FieldSpec,
) -> Iterator[Problem]:
    # Capitals do not count when the rows are counted, but white space does: the name must be that of the option.
    known = {name.casefold() for name in names}
    for place, value in enumerate(values):
        if str(value).casefold() not in known:
            found = f"{quoted(str(value))}, which is no option of {field.name}"
            yield document.problem((*steps, place), found, listed(names), nearest(str(value), names))
