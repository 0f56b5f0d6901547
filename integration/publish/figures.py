"""Tables of figures for leaders: one row for each period, measure and group, whose columns are always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.schema import MeanMeasure, PeriodKind
from integration.model import Column, Kind
from integration.publish.cells import FIGURE_COLUMNS, day_of, figure_cells
from integration.publish.words import period_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from config.schema import MeasureSpec, Settings
    from integration.model import Shown

PERIOD = Column("Period", Kind.TEXT)
MEASURE = Column("Measure", Kind.TEXT)
WHO = Column("Who", Kind.TEXT)

HISTORY_COLUMNS = (PERIOD, MEASURE, WHO, *FIGURE_COLUMNS)
LATEST_COLUMNS = (MEASURE, WHO, PERIOD, *FIGURE_COLUMNS)

SAYS_WHERE_WE_ARE = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH, PeriodKind.WINDOW)
"""Of the kinds of period that a measure has, the first of these is the one that Headlines shows, as the pack does."""

Cells = tuple[Any, ...]
Record = dict[str, Any]


def history(shown: Shown, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `HISTORY_COLUMNS`, by `kinds_of`, in each kind the newest period first.

    Within a period stand the measures in the order given, of each the whole authority and then its teams.
    """
    records = [record for key in measures for record in _records(shown, key, settings)]
    # Sorting keeps the order of equals, so that measures and groups stay as they are within a period.
    records.sort(key=lambda record: (_end(record), _start(record)), reverse=True)
    kinds = kinds_of(measures, settings)
    records.sort(key=lambda record: kinds.index(record["period_kind"]))
    return tuple(
        (_period(record, settings), *_measure_and_who(record, shown, settings), *_figure(record, settings))
        for record in records
    )


def kinds_of(measures: Sequence[str], settings: Settings) -> tuple[PeriodKind, ...]:
    """Return the kinds of period of these measures: the one that most of them have comes first."""
    cuts = [kind for key in measures for kind in settings.measures[key].periods]
    return tuple(sorted(set(cuts), key=lambda kind: (-cuts.count(kind), SAYS_WHERE_WE_ARE.index(kind))))


def latest(shown: Shown, measures: Sequence[str], settings: Settings) -> tuple[Cells, ...]:
    """Return the cells under `LATEST_COLUMNS`: of each measure the newest period that says where it is."""
    return tuple(
        (*_measure_and_who(record, shown, settings), _period(record, settings), *_figure(record, settings))
        for key in measures
        for record in _newest(_records(shown, key, settings))
    )


def measure_title(spec: MeasureSpec) -> str:
    """Return what a leader reads beside the figure, with its unit."""
    unit = spec.unit if isinstance(spec, MeanMeasure) else ""
    return f"{spec.title} ({unit})" if unit and unit.casefold() not in spec.title.casefold() else spec.title


def whole_authority(name: str) -> str:
    """Return how the authority with all its teams is called in the column `Who`."""
    return f"{name}, all teams"


def _records(shown: Shown, measure: str, settings: Settings) -> list[Record]:
    """Return the measure's rows of this authority alone, the whole authority before its teams."""
    frame = shown.frame
    own = frame[(frame["measure"] == measure) & (frame["authority"] == shown.authority)]
    records = [{str(name): value for name, value in record.items()} for record in own.to_dict("records")]
    groups = ["", *settings.programme.authorities[shown.authority].teams]
    return sorted(records, key=lambda record: groups.index(record["team"]))


def _newest(records: Sequence[Record]) -> list[Record]:
    for kind in SAYS_WHERE_WE_ARE:
        of_kind = [record for record in records if record["period_kind"] == kind]
        if of_kind:
            end = max(map(_end, of_kind))
            return [record for record in of_kind if _end(record) == end]
    return []


def _measure_and_who(record: Record, shown: Shown, settings: Settings) -> tuple[str, str]:
    authority = settings.programme.authorities[shown.authority]
    team = record["team"]
    who = authority.teams[team].name if team else whole_authority(authority.name)
    return measure_title(settings.measures[record["measure"]]), who


def _period(record: Record, settings: Settings) -> str:
    kind, period = record["period_kind"], record["period"]
    return period_words(kind, period, _start(record), _end(record), programme=settings.programme)


def _figure(record: Record, settings: Settings) -> tuple[float | str, ...]:
    return figure_cells(record, settings.measures[record["measure"]])


def _start(record: Record) -> date:
    return day_of(record["period_start"])


def _end(record: Record) -> date:
    return day_of(record["period_end"])
