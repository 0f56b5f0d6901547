"""What every part of a pack is worked out from, laid out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.schema import CountMeasure, MeanMeasure, ScaleField
from integration.pack.content import (
    CountRule,
    Measure,
    NamedSpan,
)
from integration.pack.figures import index_figures
from integration.pack.formatting import first_day
from integration.pack.work_items import (
    clean_work_items,
)
from integration.text_format import (
    MONTHS,
    format_month,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from config.schema import Authority, MeasureSpec, Settings
    from integration.model import LeadersView, WorkItem
    from integration.pack.figures import FigureIndex


@dataclass(frozen=True, slots=True)
class PackContext:
    """The figures and things of one authority now and a month before. `after` is the last day of the month before."""

    settings: Settings
    authority: Authority
    first: date
    after: date
    as_of: date
    measures: Mapping[str, Measure]
    rules: Mapping[str, CountRule]
    things: tuple[WorkItem, ...]
    now: FigureIndex
    before: FigureIndex

    @property
    def month_words(self) -> str:
        """The pack's month: "July 2022"."""
        return format_month(self.first)

    @property
    def before_words(self) -> str:
        """The month before: "June"."""
        return MONTHS[self.after.month - 1]


def build_context(
    *, settings: Settings, authority: str, month: str, now: LeadersView, before: LeadersView
) -> PackContext:
    """Return the ground of the pack of `month` ("YYYY-MM")."""
    measures = describe_measures(settings)
    return PackContext(
        settings=settings,
        authority=settings.programme.authorities[authority],
        first=first_day(month),
        after=before.as_of,
        as_of=now.as_of,
        measures=measures,
        rules=list_count_rules(settings),
        things=clean_work_items(now.work_items),
        now=index_figures(now, measures, settings.programme),
        before=index_figures(before, measures, settings.programme),
    )


def describe_measures(settings: Settings) -> dict[str, Measure]:
    """Return every measure by its key, in the order of the configuration."""
    return {key: _describe(key, spec, settings) for key, spec in settings.measures.items()}


def list_count_rules(settings: Settings) -> dict[str, CountRule]:
    """Return for each count which small changes it counts."""
    return {
        key: CountRule(_list_stages(spec), _find_phase(spec, settings), spec.target)
        for key, spec in settings.measures.items()
        if isinstance(spec, CountMeasure)
    }


def list_phases(settings: Settings) -> tuple[NamedSpan, ...]:
    """Return the phases in the order of their days."""
    spans = (NamedSpan(key, p.title, p.start, p.end) for key, p in settings.programme.phases.items())
    return tuple(sorted(spans, key=lambda span: span.start))


def _describe(key: str, spec: MeasureSpec, settings: Settings) -> Measure:
    scale = _find_scale(spec, settings)
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


def _find_scale(spec: MeasureSpec, settings: Settings) -> ScaleField | None:
    if not isinstance(spec, MeanMeasure):
        return None
    source = settings.forms.get(spec.source) or settings.sheets[spec.source]
    field = next((field for field in source.fields if field.name == spec.field), None)
    return field if isinstance(field, ScaleField) else None


def _list_stages(spec: CountMeasure) -> tuple[str, ...]:
    return tuple(stage.casefold() for stages in spec.where.values() for stage in stages)


def _find_phase(spec: CountMeasure, settings: Settings) -> NamedSpan | None:
    if spec.within_phase is None:
        return None
    phase = settings.programme.phases[spec.within_phase]
    return NamedSpan(spec.within_phase, phase.title, phase.start, phase.end)
