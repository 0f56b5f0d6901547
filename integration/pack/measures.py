"""Each measure of the configuration in the words that a reader needs beside its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import CountMeasure, MeanMeasure, ScaleField
from integration.pack.content import CountRule, Measure, NamedSpan

if TYPE_CHECKING:
    from config.schema import MeasureSpec, Settings

PERCENT_KINDS = ("share", "response_rate", "ratio_mean")
"""Kinds shown as a percentage."""
OUT_OF_KINDS = ("on_time", "held")
"""Kinds shown as "6 of 7": they count things, too few for a percentage to say more."""


def describe(settings: Settings) -> dict[str, Measure]:
    """Return every measure by its key, in the order of the configuration."""
    return {key: _describe(key, spec, settings) for key, spec in settings.measures.items()}


def count_rules(settings: Settings) -> dict[str, CountRule]:
    """Return for each count which small changes it counts."""
    return {
        key: CountRule(_stages(spec), _phase(spec, settings), spec.target)
        for key, spec in settings.measures.items()
        if isinstance(spec, CountMeasure)
    }


def phases(settings: Settings) -> tuple[NamedSpan, ...]:
    """Return the phases in the order of their days."""
    spans = (NamedSpan(key, p.title, p.start, p.end) for key, p in settings.programme.phases.items())
    return tuple(sorted(spans, key=lambda span: span.start))


def _describe(key: str, spec: MeasureSpec, settings: Settings) -> Measure:
    scale = _scale(spec, settings)
    return Measure(
        key=key,
        title=spec.title,
        outcome=spec.outcome,
        definition=spec.definition,
        kind=spec.kind,
        counted="answer" if spec.source in settings.forms else "entry",
        unit=getattr(spec, "unit", ""),
        hoped=spec.hoped,
        low=scale.low if scale else None,
        high=scale.high if scale else None,
    )


def _scale(spec: MeasureSpec, settings: Settings) -> ScaleField | None:
    if not isinstance(spec, MeanMeasure):
        return None
    source = settings.forms.get(spec.source) or settings.sheets[spec.source]
    field = next((field for field in source.fields if field.name == spec.field), None)
    return field if isinstance(field, ScaleField) else None


def _stages(spec: CountMeasure) -> tuple[str, ...]:
    return tuple(stage.casefold() for stages in spec.where.values() for stage in stages)


def _phase(spec: CountMeasure, settings: Settings) -> NamedSpan | None:
    if spec.within_phase is None:
        return None
    phase = settings.programme.phases[spec.within_phase]
    return NamedSpan(spec.within_phase, phase.title, phase.start, phase.end)
