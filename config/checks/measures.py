"""measures.yaml: every measure has a source that exists, fields of a type that fits, answers that can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.checks.sources import OTHER, spellings
from config.schema import (
    ChoiceField,
    CountMeasure,
    Form,
    GridField,
    HeldMeasure,
    LikertField,
    MeanMeasure,
    OnTimeMeasure,
    PeriodKind,
    RatioMeanMeasure,
    ResponseRateMeasure,
    ScaleField,
    ShareMeasure,
    Sheet,
)
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.errors import Problem
    from config.partial import Document, Draft
    from config.positions import Step
    from config.schema import FieldSpec, Measures, MeasureSpec

FORM_ONLY = (ShareMeasure, RatioMeanMeasure, ResponseRateMeasure)
SHEET_ONLY = (CountMeasure, OnTimeMeasure, HeldMeasure)
SHARES = ("share", "ratio_mean", "response_rate", "on_time", "held")
"""Kinds whose value is a part of a whole, and so their target."""


@dataclass(frozen=True, slots=True)
class Measuring:
    """One measure, the way to it, and its source."""

    document: Document[Measures]
    key: str
    spec: MeasureSpec
    source: Document[Form] | Document[Sheet]

    def problem(self, steps: tuple[Step, ...], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with a value of this measure."""
        return self.document.problem(("measures", self.key, *steps), found, allowed, guess)

    @property
    def fields(self) -> dict[str, FieldSpec]:
        """The fields of the source by name."""
        return {field.name: field for field in self.source.model.fields}


def check_measures(draft: Draft) -> Iterator[Problem]:
    """Give the problems of every measure with its source, its fields, its periods and its target."""
    document = draft.measures
    for key, spec in document.model.measures.items() if document else ():
        steps = ("measures", key)
        if document is None or spec.source in draft.unread:
            continue
        source = draft.sources.get(spec.source)
        if source is None:
            yield document.unknown((*steps, "source"), spec.source, "form or sheet", draft.sources)
            continue
        measuring = Measuring(document, key, spec, source)
        yield from _check_source(measuring)
        yield from _check_fields(measuring)
        yield from _check_periods(measuring)
        yield from _check_target(measuring)
        if isinstance(spec, CountMeasure):
            yield from _check_phase(draft, measuring, spec)


def _check_source(measuring: Measuring) -> Iterator[Problem]:
    spec, model = measuring.spec, measuring.source.model
    if isinstance(spec, FORM_ONLY) and isinstance(model, Sheet):
        yield measuring.problem(
            ("source",), f"{quoted(spec.source)}, a sheet", f"a form, for a measure of kind {spec.kind}"
        )
    elif isinstance(spec, SHEET_ONLY) and isinstance(model, Form):
        yield measuring.problem(
            ("source",), f"{quoted(spec.source)}, a form", f"a sheet, for a measure of kind {spec.kind}"
        )
    elif isinstance(spec, ResponseRateMeasure) and isinstance(model, Form) and model.asks == "families":
        found = f"{quoted(spec.source)}, a form that asks families"
        yield measuring.problem(("source",), found, "a form that asks staff, who are counted in the teams' headcounts")
    if isinstance(model, Form) and spec.rests_on != "people":
        allowed = "people: what a form asks is what people said, and is hidden for small groups"
        yield measuring.problem(("rests_on",), f"{quoted(spec.rests_on)} for answers to a form", allowed)
    if isinstance(spec, MeanMeasure):
        yield from _check_dated(measuring, spec)


def _check_dated(measuring: Measuring, spec: MeanMeasure) -> Iterator[Problem]:
    if isinstance(measuring.source.model, Sheet) and spec.dated_by is None:
        allowed = "dated_by, a field of type date that says when a row belongs"
        yield measuring.problem((), "no dated_by for the rows of a sheet", allowed)
    elif isinstance(measuring.source.model, Form) and spec.dated_by is not None:
        allowed = "no dated_by: an answer to a form belongs to the day on which it was sent"
        yield measuring.problem(("dated_by",), f"{quoted(spec.dated_by)} for answers to a form", allowed)


def _check_fields(measuring: Measuring) -> Iterator[Problem]:
    spec, fields = measuring.spec, measuring.fields
    for steps, name, types in _parts(spec):
        fitting = [field.name for field in fields.values() if field.type in types]
        if name in fitting:
            yield from check_answers(measuring.document, ("measures", measuring.key), spec, name, fields[name])
        elif name in fields:
            found = f"{quoted(name)}, a field of type {fields[name].type}"
            allowed = f"a field of type {' or '.join(types)}: {listed(fitting) or 'there is none'}"
            yield measuring.problem(steps, found, allowed)
        elif measuring.source.lacks("fields", name):
            found = f"{quoted(name)}, which is no field of {spec.source}"
            yield measuring.problem(
                steps, found, listed(fitting) or "a field of " + " or ".join(types), nearest(name, fitting)
            )


def _parts(spec: MeasureSpec) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    """Give each field that the measure names: the way to the name, the name, the types that fit."""
    match spec:
        case ShareMeasure():
            yield ("field",), spec.field, ("likert5", "scale", "choice", "grid")
        case MeanMeasure():
            yield ("field",), spec.field, ("number", "scale", "likert5", "choices")
            if spec.dated_by is not None:
                yield ("dated_by",), spec.dated_by, ("date",)
        case RatioMeanMeasure():
            yield ("numerator",), spec.numerator, ("number",)
            yield ("denominator",), spec.denominator, ("number",)
        case CountMeasure():
            yield ("dated_by",), spec.dated_by, ("date",)
            yield from ((("where", name), name, ("choice", "text")) for name in spec.where)
        case OnTimeMeasure():
            yield ("due",), spec.due, ("date",)
            yield ("done",), spec.done, ("date",)
        case HeldMeasure():
            yield ("dated_by",), spec.dated_by, ("date",)


def _check_periods(measuring: Measuring) -> Iterator[Problem]:
    spec = measuring.spec
    for place, period in enumerate(spec.periods):
        if period in spec.periods[:place]:
            yield measuring.problem(("periods", place), f"{quoted(period)} again", "each kind of period once")
        if isinstance(spec, HeldMeasure) and period != PeriodKind.TO_DATE:
            yield measuring.problem(("periods", place), quoted(period), "to_date: this kind counts the months so far")
        if isinstance(spec, ResponseRateMeasure) and period == PeriodKind.TO_DATE:
            allowed = "fortnight, window or month: a headcount holds for a time"
            yield measuring.problem(("periods", place), quoted(period), allowed)


def _check_target(measuring: Measuring) -> Iterator[Problem]:
    spec = measuring.spec
    if spec.target is not None and spec.kind in SHARES and not 0 <= spec.target <= 1:
        yield measuring.problem(("target",), f"{spec.target:g}", "a part of 1, such as 0.7 for 70%")


def _check_phase(draft: Draft, measuring: Measuring, spec: CountMeasure) -> Iterator[Problem]:
    programme = draft.programme
    if spec.within_phase and programme and programme.lacks("phases", spec.within_phase):
        steps = ("measures", measuring.key, "within_phase")
        yield measuring.document.unknown(steps, spec.within_phase, "phase", programme.model.phases)


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
