"""The context of a pack: everything that its parts are worked out from, prepared once.

That is the measures as text, the figures of now and of the month before, and the work items.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from integration.kinds.fields import FIELD_KINDS
from integration.kinds.measures import MEASURE_KINDS, ValueFormat
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
                stages=pace.stages,
                phase=next((phase for phase in list_phases(settings) if phase.key == pace.phase), None),
                target=spec.target,
            )
            for key, spec in settings.measures.items()
            if (find_pace := MEASURE_KINDS[spec.kind].find_pace) and (pace := find_pace(spec))
        },
        work_items=clean_work_items(now.work_items),
        now=index_figures(now, measures, settings.programme),
        before=index_figures(before, measures, settings.programme),
    )


def _describe_measure(key: str, spec: MeasureSpec, settings: Settings) -> Measure:
    kind, ends = MEASURE_KINDS[spec.kind], None
    if kind.value_format is ValueFormat.NUMBER:
        source, names = settings.forms.get(spec.source) or settings.sheets[spec.source], spec.list_named_fields()
        field = next(field for field in source.fields if field.name == names[0].name)
        ends = FIELD_KINDS[field.type].find_ends(field)
    return Measure(
        key=key,
        title=spec.title,
        outcome=spec.outcome,
        definition=spec.definition,
        kind=kind,
        counted="answer" if spec.source in settings.forms else "entry",
        unit=spec.find_unit(),
        hoped=spec.hoped,
        low=ends[0] if ends else None,
        high=ends[1] if ends else None,
    )


def list_phases(settings: Settings) -> tuple[NamedSpan, ...]:
    """Return the phases in the order of their days."""
    spans = (NamedSpan(key, p.title, p.start, p.end) for key, p in settings.programme.phases.items())
    return tuple(sorted(spans, key=lambda span: span.start))
