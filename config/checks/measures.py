"""Cross-checks of measures.yaml (sources, fields of a type that fits, answers that exist) and of packs.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import schema
from config.checks.sources import OTHER, Claim, find_clashes, find_unknown_keys, option_spellings
from config.spelling import listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.errors import Problem
    from config.partial import ConfigFile, PartialConfiguration
    from config.yaml_positions import Step

FORM_MEASURES = (schema.ShareMeasure, schema.RatioMeanMeasure, schema.ResponseRateMeasure)
SHEET_MEASURES = (schema.CountMeasure, schema.OnTimeMeasure, schema.HeldMeasure)
PROPORTIONS = ("share", "ratio_mean", "response_rate", "on_time", "held")
"""Kinds whose value is a part of a whole, and so their target."""


@dataclass(frozen=True, slots=True)
class MeasureContext:
    """One measure, its key, the file that it stands in, and its source."""

    file: ConfigFile[schema.Measures]
    key: str
    spec: schema.MeasureSpec
    source: ConfigFile[schema.Form] | ConfigFile[schema.Sheet]

    def problem(self, steps: tuple[Step, ...], found: str, allowed: str, guess: str = "") -> Problem:
        """Return a problem with a value of this measure."""
        return self.file.problem(("measures", self.key, *steps), found, allowed, guess)


def check_measures(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems of every measure with its source, its fields, its periods and its target."""
    file, programme = partial.measures, partial.programme
    if file is None:
        return
    for key, spec in file.model.measures.items():
        if spec.source in partial.unread:
            continue
        source = partial.sources.get(spec.source)
        if source is None:
            yield file.unknown_name(("measures", key, "source"), spec.source, "form or sheet", partial.sources)
            continue
        measure = MeasureContext(file, key, spec, source)
        yield from _check_source(measure)
        yield from _check_fields(measure)
        yield from _check_periods(measure)
        if spec.target is not None and spec.kind in PROPORTIONS and not 0 <= spec.target <= 1:
            yield measure.problem(("target",), f"{spec.target:g}", "a part of 1, such as 0.7 for 70%")
        phase = spec.within_phase if isinstance(spec, schema.CountMeasure) else None
        if phase and programme and programme.lacks("phases", phase):
            yield file.unknown_name(("measures", key, "within_phase"), phase, "phase", programme.model.phases)


def _check_source(measure: MeasureContext) -> Iterator[Problem]:
    spec, model = measure.spec, measure.source.model
    name = quoted(spec.source)
    if isinstance(model, schema.Sheet):
        if isinstance(spec, FORM_MEASURES):
            yield measure.problem(("source",), f"{name}, a sheet", f"a form, for a measure of kind {spec.kind}")
        if isinstance(spec, schema.MeanMeasure) and spec.dated_by is None:
            allowed = "dated_by, a field of type date that says when a row belongs"
            yield measure.problem((), "no dated_by for the rows of a sheet", allowed)
        return
    if isinstance(spec, SHEET_MEASURES):
        yield measure.problem(("source",), f"{name}, a form", f"a sheet, for a measure of kind {spec.kind}")
    elif isinstance(spec, schema.ResponseRateMeasure) and model.asks == "families":
        allowed = "a form that asks staff, who are counted in the teams' headcounts"
        yield measure.problem(("source",), f"{name}, a form that asks families", allowed)
    if spec.rests_on != "people":
        allowed = "people: what a form asks is what people said, and is hidden for small groups"
        yield measure.problem(("rests_on",), f"{quoted(spec.rests_on)} for answers to a form", allowed)
    if isinstance(spec, schema.MeanMeasure) and spec.dated_by is not None:
        allowed = "no dated_by: an answer to a form belongs to the day on which it was sent"
        yield measure.problem(("dated_by",), f"{quoted(spec.dated_by)} for answers to a form", allowed)


def _check_fields(measure: MeasureContext) -> Iterator[Problem]:
    fields = {field.name: field for field in measure.source.model.fields}
    for steps, name, types in _named_fields(measure.spec):
        fitting = [field.name for field in fields.values() if field.type in types]
        if name in fitting:
            yield from _check_answers(measure, name, fields[name])
        elif name in fields:
            found = f"{quoted(name)}, a field of type {fields[name].type}"
            allowed = f"a field of type {' or '.join(types)}: {listed(fitting) or 'there is none'}"
            yield measure.problem(steps, found, allowed)
        elif measure.source.lacks("fields", name):
            found = f"{quoted(name)}, which is no field of {measure.spec.source}"
            allowed = listed(fitting) or "a field of " + " or ".join(types)
            yield measure.problem(steps, found, allowed, nearest(name, fitting))


def _named_fields(spec: schema.MeasureSpec) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    """Give each field that the measure names: the steps to the name, the name, the types that fit."""
    match spec:
        case schema.ShareMeasure():
            yield ("field",), spec.field, ("likert5", "scale", "choice", "grid")
        case schema.MeanMeasure():
            yield ("field",), spec.field, ("number", "scale", "likert5", "choices")
            if spec.dated_by is not None:
                yield ("dated_by",), spec.dated_by, ("date",)
        case schema.RatioMeanMeasure():
            yield ("numerator",), spec.numerator, ("number",)
            yield ("denominator",), spec.denominator, ("number",)
        case schema.CountMeasure():
            yield ("dated_by",), spec.dated_by, ("date",)
            yield from ((("where", name), name, ("choice", "text")) for name in spec.where)
        case schema.OnTimeMeasure():
            yield ("due",), spec.due, ("date",)
            yield ("done",), spec.done, ("date",)
        case schema.HeldMeasure():
            yield ("dated_by",), spec.dated_by, ("date",)


def _check_answers(measure: MeasureContext, name: str, field: schema.FieldSpec) -> Iterator[Problem]:
    """Give a problem for each answer that the measure counts and that the field never has."""
    spec = measure.spec
    steps: tuple[Step, ...]
    values: tuple[int | str, ...]
    if isinstance(spec, schema.ShareMeasure):
        steps, values = ("values",), spec.values
    elif isinstance(spec, schema.CountMeasure) and name in spec.where:
        steps, values = ("where", name), spec.where[name]
    else:
        return
    if isinstance(field, schema.LikertField | schema.ScaleField):
        numbers, allowed = range(1, 6), "1 to 5, where 5 is the last label of likert5"
        if isinstance(field, schema.ScaleField):
            numbers = range(field.low, field.high + 1)
            allowed = f"whole numbers from {field.low} to {field.high}"
        for place, value in enumerate(values):
            if not isinstance(value, int) or value not in numbers:
                yield measure.problem((*steps, place), quoted(str(value)), allowed)
    elif isinstance(field, schema.ChoiceField | schema.GridField):
        options = [option for option, _ in option_spellings(field.options)]
        options += [OTHER] if isinstance(field, schema.ChoiceField) and field.other else []
        # Capitals do not count when the rows are counted, but white space does: the name must be that of the option.
        known = {option.casefold() for option in options}
        for place, value in enumerate(values):
            if str(value).casefold() not in known:
                found = f"{quoted(str(value))}, which is no option of {field.name}"
                yield measure.problem((*steps, place), found, listed(options), nearest(str(value), options))


def _check_periods(measure: MeasureContext) -> Iterator[Problem]:
    spec = measure.spec
    for place, period in enumerate(spec.periods):
        if period in spec.periods[:place]:
            yield measure.problem(("periods", place), f"{quoted(period)} again", "each kind of period once")
        if isinstance(spec, schema.HeldMeasure) and period != schema.PeriodKind.TO_DATE:
            yield measure.problem(("periods", place), quoted(period), "to_date: this kind counts the months so far")
        if isinstance(spec, schema.ResponseRateMeasure) and period == schema.PeriodKind.TO_DATE:
            allowed = "fortnight, window or month: a headcount holds for a time"
            yield measure.problem(("periods", place), quoted(period), allowed)


SERVICE_SHEETS = ("Cover", "Contents", "Notes", "Headlines")
"""Sheets of the leaders' summary that the service itself makes."""
MAX_SHEET_TITLE = 31
FORBIDDEN_IN_SHEET_TITLE = r"[\[\]:*?/\\']"


def check_packs(partial: PartialConfiguration) -> Iterator[Problem]:
    """Give the problems of packs.yaml with measures.yaml and programme.yaml."""
    file = partial.packs
    if file is None:
        return
    yield from _check_measure_keys(partial, file, ("headlines",), file.model.headlines)
    titles = [Claim(title, "a sheet that the service makes", ()) for title in SERVICE_SHEETS]
    for place, sheet in enumerate(file.model.summary):
        yield from _check_measure_keys(partial, file, ("summary", place, "measures"), sheet.measures)
        steps = ("summary", place, "title")
        titles.append(Claim(sheet.title, "the title of a sheet", steps))
        if len(sheet.title) > MAX_SHEET_TITLE:
            found = f"a title of {len(sheet.title)} characters"
            yield file.problem(steps, found, f"at most {MAX_SHEET_TITLE}, as in any spreadsheet")
        if re.search(FORBIDDEN_IN_SHEET_TITLE, sheet.title):
            allowed = "a title without [ ] : * ? / \\ or ', which a spreadsheet refuses in the name of a sheet"
            yield file.problem(steps, quoted(sheet.title), allowed)
    yield from find_clashes(file, titles, "a title")
    yield from _check_leaders(partial, file)
    # Nobody gets a pack twice, nor the figures of another authority.
    recipients = (
        Claim(person.email, f"a recipient in {key}", ("leaders", key, "recipients", place, "email"))
        for key, leaders in file.model.leaders.items()
        for place, person in enumerate(leaders.recipients)
    )
    yield from find_clashes(file, recipients, "an address")


def _check_measure_keys(
    partial: PartialConfiguration, file: ConfigFile[schema.Packs], steps: tuple[Step, ...], keys: Sequence[str]
) -> Iterator[Problem]:
    measures = partial.measures
    for place, key in enumerate(keys):
        if measures and measures.lacks("measures", key):
            yield file.unknown_name((*steps, place), key, "measure", measures.model.measures)
        if key in keys[:place]:
            yield file.problem((*steps, place), f"{quoted(key)} again", "each measure once")


def _check_leaders(partial: PartialConfiguration, file: ConfigFile[schema.Packs]) -> Iterator[Problem]:
    programme = partial.programme
    if programme is None:
        return
    authorities = programme.model.authorities
    unknown = [("leaders", key) for key in file.model.leaders if programme.lacks("authorities", key)]
    guesses = yield from find_unknown_keys(file, unknown, "which is no authority", authorities)
    missing = [key for key in authorities if file.lacks("leaders", key) and key not in guesses]
    if missing:
        allowed = f"leaders for each authority: {listed(authorities)}"
        yield file.key_problem(("leaders",), f"no leaders for {listed(missing)}", allowed)
