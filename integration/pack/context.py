"""The context of a pack: everything that its parts are worked out from, prepared once.

That is the measures as text, the figures of now and of the month before, and the work items.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from config.schema import CountMeasure, MeanMeasure, ScaleField
from integration.pack.content import CountRule, Measure, NamedSpan
from integration.pack.figures import index_figures
from integration.pack.work_items import clean_work_items
from integration.text_format import MONTHS, format_month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.schema import Authority, MeasureSpec, Settings
    from integration.model import LeadersView, WorkItem
    from integration.pack.figures import FigureIndex


@dataclass(frozen=True, slots=True)
class PackContext:
    """The figures and work items of one authority now and a month before.

    `month_start` is the first day of the pack's month, `month_before_end` the last day of the month before.
    """

    settings: Settings
    authority: Authority
    month_start: date
    month_before_end: date
    as_of: date
    measures: Mapping[str, Measure]
    count_rules: Mapping[str, CountRule]
    work_items: tuple[WorkItem, ...]
    now: FigureIndex
    before: FigureIndex

    @property
    def month_words(self) -> str:
        """The pack's month: "July 2022"."""
        return format_month(self.month_start)

    @property
    def previous_month(self) -> str:
        """The month before: "June"."""
        return MONTHS[self.month_before_end.month - 1]


def build_context(
    *, settings: Settings, authority: str, month: str, now: LeadersView, before: LeadersView
) -> PackContext:
    """Return the context of the pack of `month` ("YYYY-MM")."""
    measures = {key: _describe_measure(key, spec, settings) for key, spec in settings.measures.items()}
    return PackContext(
        settings=settings,
        authority=settings.programme.authorities[authority],
        month_start=date.fromisoformat(f"{month}-01"),
        month_before_end=before.as_of,
        as_of=now.as_of,
        measures=measures,
        count_rules={
            key: CountRule(
                stages=tuple(stage.casefold() for stages in spec.where.values() for stage in stages),
                phase=next((phase for phase in list_phases(settings) if phase.key == spec.within_phase), None),
                target=spec.target,
            )
            for key, spec in settings.measures.items()
            if isinstance(spec, CountMeasure)
        },
        work_items=clean_work_items(now.work_items),
        now=index_figures(now, measures, settings.programme),
        before=index_figures(before, measures, settings.programme),
    )


def _describe_measure(key: str, spec: MeasureSpec, settings: Settings) -> Measure:
    scale = None
    if isinstance(spec, MeanMeasure):
        source = settings.forms.get(spec.source) or settings.sheets[spec.source]
        scale = next((f for f in source.fields if f.name == spec.field and isinstance(f, ScaleField)), None)
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


def list_phases(settings: Settings) -> tuple[NamedSpan, ...]:
    """Return the phases in the order of their days."""
    spans = (NamedSpan(key, p.title, p.start, p.end) for key, p in settings.programme.phases.items())
    return tuple(sorted(spans, key=lambda span: span.start))
