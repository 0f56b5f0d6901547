"""What needs a decision, by rule: each one sentence with what is so, ending in a question."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from integration.pack.content import State
from integration.pack.plain import quoted
from integration.pack.tell import tell_target
from integration.pack.things import ACTION, MILESTONE, implemented, is_overdue, of_kind
from integration.pack.words import counted, long_date, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from integration.model import ShownThing
    from integration.pack.content import CountRule, Figure, Measure
    from integration.pack.figures import Book


def decisions(  # noqa: PLR0913  # every rule looks at something else
    *,
    things: tuple[ShownThing, ...],
    rules: Mapping[str, CountRule],
    measures: Mapping[str, Measure],
    now: Book,
    before: Book,
    after: date,
    as_of: date,
    month_words: str,
) -> tuple[str, ...]:
    """Return all sentences, the weightiest first: one of each rule in turn, so that no rule crowds out another."""
    by_rule = (
        _milestones(things, as_of),
        _behind_target(things, rules, measures, now, as_of),
        _actions(things, as_of),
        _months_without_review(measures, now, before, month_words),
        _rates_that_miss(measures, now, after),
        _others_that_miss(measures, now, after),
    )
    return tuple(sentence for sentence in chain.from_iterable(zip_longest(*by_rule)) if sentence)


def _milestones(things: Iterable[ShownThing], as_of: date) -> Iterator[str]:
    for thing in _overdue(things, MILESTONE, as_of):
        yield (
            f"The milestone {quoted(thing.title)} {_was_due(thing, as_of)} and is not done: "
            "what would help to finish it, or should it have a new date?"
        )


def _actions(things: Iterable[ShownThing], as_of: date) -> Iterator[str]:
    for thing in _overdue(things, ACTION, as_of):
        owner = f" ({thing.owner})" if thing.owner else ""
        yield (
            f"The action {quoted(thing.title)}{owner} {_was_due(thing, as_of)} and is still open: "
            "can it be closed, or should it have a new date?"
        )


def _overdue(things: Iterable[ShownThing], kind: str, as_of: date) -> list[ShownThing]:
    found = [t for t in of_kind(things, kind) if is_overdue(t, as_of)]
    return sorted(found, key=lambda t: t.due_on or as_of)


def _was_due(thing: ShownThing, as_of: date) -> str:
    return f"was due on {long_date(thing.due_on or as_of)}"


def _behind_target(
    things: tuple[ShownThing, ...], rules: Mapping[str, CountRule], measures: Mapping[str, Measure], now: Book, as_of: date
) -> Iterator[str]:
    for key, rule in rules.items():
        figure = now.latest(key)
        if rule.phase is None or figure is None or figure.value is None or not figure.target:
            continue
        behind, target = figure.value, whole(figure.target)
        start, end = rule.phase.start, rule.phase.end
        if start <= as_of <= end:
            hoped_by_now = figure.target * ((as_of - start).days + 1) / ((end - start).days + 1)
            if behind < hoped_by_now - 1:
                yield (
                    f"{measures[key].title}: {whole(behind)} so far; the target is {target} by {long_date(end)}: "
                    "what would help the teams to keep the pace?"
                )
        elif as_of > end and len(implemented(things, rule.stages, as_of)) < figure.target:
            yield (
                f"{measures[key].title}: {whole(behind)}; the target was {target} by {long_date(end)}: "
                "which of the changes still open should be made, and by when?"
            )


def _months_without_review(
    measures: Mapping[str, Measure], now: Book, before: Book, month_words: str
) -> Iterator[str]:
    for key, measure in measures.items():
        latest, earlier = now.latest(key), before.latest(key)
        if measure.kind != "held" or latest is None:
            continue
        months = (latest.denominator or 0) - (earlier.denominator or 0 if earlier else 0)
        held = (latest.numerator or 0) - (earlier.numerator or 0 if earlier else 0)
        if months > 0 and held < months:
            yield f"No review meeting is recorded for {month_words}: when will the next one be held?"


def _rates_that_miss(measures: Mapping[str, Measure], now: Book, after: date) -> Iterator[str]:
    for key, measure in measures.items():
        figure = now.latest(key)
        if measure.kind == "response_rate" and figure and _is_new_and_misses(measure, figure, after):
            target = tell_target(measure, figure.target)
            yield (
                f"{figure.basis} answered in the fortnight {figure.period_words} ({figure.main}; the target is "
                f"{target}): could each team keep two minutes for it in a team meeting?"
            )


def _others_that_miss(measures: Mapping[str, Measure], now: Book, after: date) -> Iterator[str]:
    for key, measure in measures.items():
        figure = now.latest(key)
        if measure.kind in {"share", "mean", "ratio_mean", "on_time"} and figure and _is_new_and_misses(measure, figure, after):
            target = tell_target(measure, figure.target)
            yield f"{measure.title}: {figure.shown}; the target is {target}: what would help?"


def _is_new_and_misses(measure: Measure, figure: Figure, after: date) -> bool:
    """Return whether the figure speaks of a period that ended since, and is on the wrong side of its target."""
    if figure.state is not State.SHOWN or figure.value is None or figure.target is None:
        return False
    misses = figure.value > figure.target if measure.hoped == "down" else figure.value < figure.target
    return misses and (figure.end is None or figure.end > after)


def more_in_detail(number: int) -> str:
    """Return the line below the first page's decisions that counts the others."""
    return f"And {counted(number, 'more', plural='more')} in the detail." if number > 0 else ""
