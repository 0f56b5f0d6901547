"""What counted by an earlier configuration and counts no more by the present one, on the very same stored answers.

Both sides are worked out of the same store, so that answers which came, went or were corrected meanwhile make no
difference: whatever is found here, the YAML has done.

1. A form or a sheet that is gone.
2. What each form or sheet lost in itself (`source_comparison`).
3. Figures: rows of which a measure found something to count, and finds nothing, in the same sort of period.

A row, or an answer, is named by the first of these that applies to it. Each loss says where in the YAML to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.measure.source_comparison import PROGRAMME, SourceComparison, counted_rows, file_of
from integration.model import Loss, LossKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.schema import Settings
    from integration.measure.source_comparison import Counted
    from integration.model import YamlPlace


def find_losses(before: Counted, after: Counted) -> list[Loss]:
    """Return everything that counted before and counts no more, by source."""
    losses: list[Loss] = []
    compared: dict[str, SourceComparison] = {}
    for source, rows in before.rows.items():
        if source in after.rows:
            compared[source] = SourceComparison(source, before, after)
            losses += compared[source].find_losses()
        elif source not in {**after.settings.forms, **after.settings.sheets} and (count := len(counted_rows(rows))):
            places = ((file_of(before.settings, source), ()),)
            losses.append(Loss(LossKind.SOURCE, source, source, count, places=places))
    return [*losses, *_find_lost_figures(before, after, compared)]


def _find_lost_figures(before: Counted, after: Counted, sources: Mapping[str, SourceComparison]) -> Iterator[Loss]:
    old, new = _ids_by_period(before), _ids_by_period(after)
    windows: dict[tuple[str, str, str], set[str]] = {}
    measures: dict[tuple[str, str], set[str]] = {}
    for (key, kind), periods in old.items():
        spec = before.settings.measures[key]
        source = sources.get(spec.source)
        if source is None or not source.are_known_by_id:
            continue
        named = [each.name for each in spec.list_named_fields()] + [(spec.find_date_field() or ("", ""))[1]]
        known = set().union(*(source.lost_answers.get(name, set()) for name in named))
        now = {row_id: period for period, ids in new.get((key, kind), {}).items() for row_id in ids}
        for period, ids in periods.items():
            staying = (ids & source.stay) - known
            if kind == PeriodKind.WINDOW and key in after.settings.measures and _has_moved(period, before, after):
                for row_id in staying:
                    if (to := _lost_window(period, now.get(row_id, ""), before, after)) is not None:
                        windows.setdefault((spec.source, period, to), set()).add(row_id)
            elif lost := staying - set(now):
                measures.setdefault((spec.source, key), set()).update(lost)
    for (source_key, window, to), ids in windows.items():
        places: list[YamlPlace] = [(PROGRAMME, ("windows", window)), (PROGRAMME, ("windows",))]
        places += _other_places(before.settings, source_key)
        yield Loss(LossKind.WINDOW, source_key, window, len(ids), now_in=to, places=tuple(places))
    for (source_key, key), ids in measures.items():
        spec = before.settings.measures[key]
        phase = spec.find_phase()
        places = [("measures.yaml", ("measures", key))]
        places += [(PROGRAMME, ("phases", phase))] if phase else []
        places += [(file_of(before.settings, source_key), ("fields", each.name)) for each in spec.list_named_fields()]
        places += _other_places(before.settings, source_key)
        yield Loss(LossKind.MEASURE, source_key, key, len(ids), places=tuple(places))


def _other_places(settings: Settings, source: str) -> tuple[YamlPlace, ...]:
    everywhere = (("start",), ("end",), ("authorities",), ("phases",), ("windows",))
    return (*((PROGRAMME, steps) for steps in everywhere), (file_of(settings, source), ()), ("measures.yaml", ()))


def _ids_by_period(counted: Counted) -> dict[tuple[str, str], dict[str, set[str]]]:
    """Return the rows of which something counts: by measure and kind of period, then by period."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    frame = counted.figures.frame
    frame = frame[frame["team"] == ""]
    for key, kind, period, ids in zip(
        frame["measure"], frame["period_kind"], frame["period"], frame["ids"], strict=True
    ):
        found.setdefault((key, str(kind)), {}).setdefault(str(period), set()).update(ids)
    return found


def _has_moved(window: str, before: Counted, after: Counted) -> bool:
    """Return whether the window has other days, or is gone; else it is the measure that finds less in it."""
    was, now = (each.settings.programme.windows.get(window) for each in (before, after))
    return was is None or now is None or (was.start, was.end) != (now.start, now.end)


def _lost_window(window: str, now_in: str, before: Counted, after: Counted) -> str | None:
    """Return the window in which a row of the window counts now, "" for none; None where nothing was lost."""
    if now_in == window:
        return None
    has_only_another_key = window not in after.settings.programme.windows and (
        now_in and now_in not in before.settings.programme.windows
    )
    return None if has_only_another_key else now_in
