"""The rows of the first page: where each headline measure is, and how that differs from the month before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import NO_TARGET, Headline, State
from integration.pack.tell import tell_target
from integration.words import long_date, whole

if TYPE_CHECKING:
    from integration.pack.content import Figure, Measure
    from integration.pack.figures import Book
    from integration.pack.ground import Ground

MINUS = "\u2212"


def headlines(ground: Ground) -> tuple[Headline, ...]:
    """Return a row for each headline measure that has had a finished period."""
    latest = ((key, ground.now.latest(key)) for key in ground.settings.packs.headlines)
    return tuple(_headline(ground.measures[key], figure, ground) for key, figure in latest if figure)


def _headline(measure: Measure, figure: Figure, ground: Ground) -> Headline:
    earlier = _earlier(figure, ground.now, ground.before)
    target = tell_target(measure, figure.target) or NO_TARGET
    if earlier and earlier.series_from != figure.series_from:
        return Headline(measure.title, figure, target, _reworded(figure), None)
    return Headline(measure.title, figure, target, _since(measure, figure, earlier, ground.before_words), earlier)


def _earlier(figure: Figure, now: Book, before: Book) -> Figure | None:
    """Return the figure to compare with: of the month before, or, where this one is not shown, the last shown one."""
    if figure.state is State.SHOWN:
        found = before.series(figure.measure, figure.period_kind)
        return found[-1] if found else None
    shown = [f for f in now.series(figure.measure, figure.period_kind)[:-1] if f.state is State.SHOWN]
    return shown[-1] if shown else None


def _reworded(figure: Figure) -> str:
    since = f" on {long_date(figure.series_from)}" if figure.series_from else ""
    return f"not comparable: the question was reworded{since}"


def _since(measure: Measure, figure: Figure, earlier: Figure | None, before_words: str) -> str:
    if figure.state is not State.SHOWN:
        none = "not comparable" if figure.state is State.HIDDEN else "none yet"
        return f"last shown: {earlier.shown}, {earlier.period_words}" if earlier else none
    if earlier is None or earlier.state is not State.SHOWN:
        return "not comparable: the figure before is hidden" if _is_hidden(earlier) else "the first figure"
    return _compared(measure, figure, earlier, before_words)


def _is_hidden(figure: Figure | None) -> bool:
    return figure is not None and figure.state is State.HIDDEN


def _compared(measure: Measure, figure: Figure, earlier: Figure, before_words: str) -> str:
    if figure.period_kind == PeriodKind.TO_DATE:
        return _since_to_date(measure, figure, earlier, before_words)
    if figure.period != earlier.period:
        return f"was {earlier.shown}, {earlier.period_words}"
    return _nothing_ended(figure, earlier)


def _since_to_date(measure: Measure, figure: Figure, earlier: Figure, before_words: str) -> str:
    if figure.shown == earlier.shown:
        return f"the same as at the end of {before_words}"
    if measure.kind == "count" and figure.value is not None and earlier.value is not None:
        difference = figure.value - earlier.value
        return f"{'+' if difference > 0 else MINUS}{whole(abs(difference))} since {before_words}"
    return f"was {earlier.shown} at the end of {before_words}"


def _nothing_ended(figure: Figure, earlier: Figure) -> str:
    what = {PeriodKind.FORTNIGHT.value: "fortnight", PeriodKind.WINDOW.value: "survey round"}
    sentence = f"no new {what.get(figure.period_kind, figure.period_kind)} has ended"
    return sentence if figure.shown == earlier.shown else f"{sentence}; corrected, was {earlier.shown}"
