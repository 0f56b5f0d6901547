"""The rows of the first page: where each headline measure is, and how that differs from the month before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import Headline, State
from integration.pack.tell import tell_target
from integration.pack.words import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.pack.content import Figure, Measure
    from integration.pack.figures import Book


def headlines(
    keys: Sequence[str], *, measures: Mapping[str, Measure], now: Book, before: Book, before_words: str
) -> tuple[Headline, ...]:
    """Return a row for each headline measure that has had a finished period. `before_words` is "June"."""
    return tuple(_headlines(keys, measures, now, before, before_words))


def _headlines(
    keys: Sequence[str], measures: Mapping[str, Measure], now: Book, before: Book, before_words: str
) -> Iterator[Headline]:
    for key in keys:
        figure = now.latest(key)
        if figure is None:
            continue
        measure = measures[key]
        earlier = _earlier(figure, now, before)
        since = _since(measure, figure, earlier, before_words)
        yield Headline(measure.title, figure, tell_target(measure, figure.target) or "none set", since, earlier)


def _earlier(figure: Figure, now: Book, before: Book) -> Figure | None:
    """Return the figure to compare with: of the month before, or, where this one is not shown, the last shown one."""
    if figure.state is State.SHOWN:
        found = before.series(figure.measure, figure.period_kind)
        return found[-1] if found else None
    shown = [f for f in now.series(figure.measure, figure.period_kind)[:-1] if f.state is State.SHOWN]
    return shown[-1] if shown else None


def _since(measure: Measure, figure: Figure, earlier: Figure | None, before_words: str) -> str:
    if figure.state is not State.SHOWN:
        return f"last shown: {earlier.shown}, {earlier.period_words}" if earlier else "not comparable"
    if earlier is None:
        return "the first figure"
    if earlier.state is State.HIDDEN:
        return "not comparable: the figure before is hidden"
    if earlier.state is State.NO_ANSWERS:
        return "there was none before"
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
        return f"{'+' if difference > 0 else '−'}{whole(abs(difference))} since {before_words}"
    return f"was {earlier.shown} at the end of {before_words}"


def _nothing_ended(figure: Figure, earlier: Figure) -> str:
    what = {PeriodKind.FORTNIGHT.value: "fortnight", PeriodKind.WINDOW.value: "survey round"}
    sentence = f"no new {what.get(figure.period_kind, figure.period_kind)} has ended"
    return sentence if figure.shown == earlier.shown else f"{sentence}; corrected, was {earlier.shown}"
