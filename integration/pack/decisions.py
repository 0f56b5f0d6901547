"""What needs a decision, by rule: each one sentence with what is so, ending in a question."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from integration.pack.figures import tell_target
from integration.pack.words import counted, quoted
from integration.pack.work_items import ACTION, MILESTONE, implemented, is_overdue, of_kind
from integration.text_format import format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from integration.model import WorkItem
    from integration.pack.build import Ground
    from integration.pack.content import Figure, Measure

SLACK = 1
"""A small change fewer than the pace asks for is no reason to speak."""


def decisions(ground: Ground) -> tuple[str, ...]:
    """Return all sentences, the weightiest first: one of each rule in turn, so that no rule crowds out another."""
    by_rule = (rule(ground) for rule in RULES)
    return tuple(sentence for sentence in chain.from_iterable(zip_longest(*by_rule)) if sentence)


def _milestones(ground: Ground) -> Iterator[str]:
    for thing in _overdue(ground, MILESTONE):
        yield (
            f"The milestone {quoted(thing.title)} {_was_due(thing)} and is not done: "
            "what would help to finish it, or should it have a new date?"
        )


def _actions(ground: Ground) -> Iterator[str]:
    for thing in _overdue(ground, ACTION):
        owner = f" ({thing.owner})" if thing.owner else ""
        yield (
            f"The action {quoted(thing.title)}{owner} {_was_due(thing)} and is still open: "
            "can it be closed, or should it have a new date?"
        )


def _overdue(ground: Ground, kind: str) -> list[WorkItem]:
    found = [thing for thing in of_kind(ground.things, kind) if is_overdue(thing, ground.as_of)]
    return sorted(found, key=lambda thing: thing.due_on or ground.as_of)


def _was_due(thing: WorkItem) -> str:
    return f"was due on {format_date(thing.due_on)}" if thing.due_on else "has no date"


def _behind_target(ground: Ground) -> Iterator[str]:
    for key, rule in ground.rules.items():
        figure = ground.now.latest(key)
        if rule.phase is None or figure is None or figure.value is None or not figure.target:
            continue
        said = f"{ground.measures[key].title}: {format_number(figure.value)}"
        start, end = rule.phase.start, rule.phase.end
        hoped_by_now = figure.target * ((ground.as_of - start).days + 1) / ((end - start).days + 1)
        if start <= ground.as_of <= end and figure.value < hoped_by_now - SLACK:
            yield (
                f"{said} so far; the target is {format_number(figure.target)} by {format_date(end)}: "
                "what would help the teams to keep the pace?"
            )
        elif ground.as_of > end and len(implemented(ground.things, rule.stages, ground.as_of)) < figure.target:
            yield (
                f"{said}; the target was {format_number(figure.target)} by {format_date(end)}: "
                "which of the changes still open should be made, and by when?"
            )


def _months_without_review(ground: Ground) -> Iterator[str]:
    for key, measure in ground.measures.items():
        latest, earlier = ground.now.latest(key), ground.before.latest(key)
        if measure.kind != "held" or latest is None:
            continue
        months = (latest.denominator or 0) - (earlier.denominator or 0 if earlier else 0)
        held = (latest.numerator or 0) - (earlier.numerator or 0 if earlier else 0)
        if months > 0 and held < months:
            yield f"No review meeting is recorded for {ground.month_words}: when will the next one be held?"


def _rates_that_miss(ground: Ground) -> Iterator[str]:
    for measure, figure in _missed(ground, {"response_rate"}):
        yield (
            f"{figure.basis} answered in the fortnight {figure.period_words} ({figure.main}; the target is "
            f"{tell_target(measure, figure.target)}): could each team keep two minutes for it in a team meeting?"
        )


def _others_that_miss(ground: Ground) -> Iterator[str]:
    for measure, figure in _missed(ground, {"share", "mean", "ratio_mean", "on_time"}):
        target = tell_target(measure, figure.target)
        yield f"{measure.title}: {figure.shown}; the target is {target}: what would help?"


def _missed(ground: Ground, kinds: Container[str]) -> Iterator[tuple[Measure, Figure]]:
    """Yield the measures of these kinds whose newest period ended since and is on the wrong side of its target."""
    for key, measure in ground.measures.items():
        figure = ground.now.latest(key)
        if measure.kind not in kinds or figure is None or figure.value is None or figure.target is None:
            continue
        misses = figure.value > figure.target if measure.hoped == "down" else figure.value < figure.target
        if misses and (figure.end is None or figure.end > ground.after):
            yield measure, figure


RULES = (_milestones, _behind_target, _actions, _months_without_review, _rates_that_miss, _others_that_miss)


def more_in_detail(number: int) -> str:
    """Return the line below the first page's decisions that counts the others."""
    return f"And {counted(number, 'more', plural='more')} in the detail." if number > 0 else ""
