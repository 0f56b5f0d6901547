"""Cross-checks of measures.yaml (sources, fields of a type that fits, answers that exist) and of packs.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import schema
from config.checks.sources import Claim, find_clashes, find_unknown_keys
from config.schema.fields import FIELD_MODELS, type_name
from config.schema.measures import NamedField
from config.spelling import fold_case, listed, nearest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.errors import Problem
    from config.partial import ConfigFile, PartialConfiguration
    from config.yaml_positions import Step


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
        if spec.target is not None and spec.is_proportion and not 0 <= spec.target <= 1:
            yield measure.problem(("target",), f"{spec.target:g}", "a part of 1, such as 0.7 for 70%")
        phase = spec.find_phase()
        if phase and programme and programme.lacks("phases", phase):
            yield file.unknown_name(("measures", key, "within_phase"), phase, "phase", programme.model.phases)


def _check_source(measure: MeasureContext) -> Iterator[Problem]:
    spec, model = measure.spec, measure.source.model
    name, date_field = quoted(spec.source), spec.find_date_field()
    if isinstance(model, schema.Sheet):
        if "sheet" not in spec.reads:
            yield measure.problem(("source",), f"{name}, a sheet", f"a form, for a measure of kind {spec.kind}")
        elif date_field is None:
            allowed = "dated_by, a field of type date that says when a row belongs"
            yield measure.problem((), "no dated_by for the rows of a sheet", allowed)
        return
    if "form" not in spec.reads:
        yield measure.problem(("source",), f"{name}, a form", f"a sheet, for a measure of kind {spec.kind}")
    elif date_field is not None:
        key, field = date_field
        allowed = f"no {key}: an answer to a form belongs to the day on which it was sent"
        yield measure.problem((key,), f"{quoted(field)} for answers to a form", allowed)
    if spec.needs_headcounts and model.asks == "families":
        allowed = "a form that asks staff, who are counted in the teams' headcounts"
        yield measure.problem(("source",), f"{name}, a form that asks families", allowed)
    if spec.rests_on != "people":
        allowed = "people: what a form asks is what people said, and is hidden for small groups"
        yield measure.problem(("rests_on",), f"{quoted(spec.rests_on)} for answers to a form", allowed)


def _check_fields(measure: MeasureContext) -> Iterator[Problem]:
    spec = measure.spec
    fields = {field.name: field for field in measure.source.model.fields}
    named = [*spec.list_named_fields()]
    if date_field := spec.find_date_field():
        key, name = date_field
        named.append(NamedField((key,), name, (schema.Answers.DAY,)))
    for each in named:
        fitting = [field.name for field in fields.values() if field.answers in each.answers]
        described = " or ".join(type_name(model) for model in FIELD_MODELS if model.answers in each.answers)
        if each.name in fitting:
            yield from _check_answers(measure, each, fields[each.name])
        elif each.name in fields:
            found = f"{quoted(each.name)}, a field of type {fields[each.name].type}"
            yield measure.problem(
                each.steps, found, f"a field of type {described}: {listed(fitting) or 'there is none'}"
            )
        elif measure.source.lacks("fields", each.name):
            found = f"{quoted(each.name)}, which is no field of {spec.source}"
            allowed = listed(fitting) or f"a field of {described}"
            yield measure.problem(each.steps, found, allowed, nearest(each.name, fitting))


def _check_answers(measure: MeasureContext, named: NamedField, field: schema.FieldSpec) -> Iterator[Problem]:
    """Give a problem for each answer that the measure counts and that the field never has."""
    possible = field.list_possible_answers()
    for place, value in enumerate(named.counted):
        steps: tuple[Step, ...] = (*named.counted_at, place)
        found = quoted(str(value))
        if possible is None:
            if field.answers.is_numeric and not isinstance(value, int):
                yield measure.problem(steps, found, "a whole number")
        elif isinstance(possible.names, range):
            if not isinstance(value, int) or value not in possible.names:
                yield measure.problem(steps, found, possible.described)
        elif fold_case(str(value)) not in {fold_case(name) for name in possible.names}:
            found = f"{found}, which is no option of {field.name}"
            yield measure.problem(steps, found, possible.described, nearest(str(value), possible.names))


def _check_periods(measure: MeasureContext) -> Iterator[Problem]:
    spec, allowed = measure.spec, measure.spec.allowed_periods
    for place, period in enumerate(spec.periods):
        if period in spec.periods[:place]:
            yield measure.problem(("periods", place), f"{quoted(period)} again", "each kind of period once")
        if period not in allowed.kinds:
            yield measure.problem(("periods", place), quoted(period), allowed.described)


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
