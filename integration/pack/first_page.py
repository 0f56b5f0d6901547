"""The rows of the first page: where each headline measure is, and how that differs from the month before."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import NO_TARGET, Headline, State
from integration.pack.figures import format_target
from integration.pack.formatting import format_count, format_list, quote
from integration.pack.work_items import (
    ACTION,
    MILESTONE,
    is_overdue,
    select_done_between,
    select_implemented,
    select_kind,
)
from integration.text_format import format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from datetime import date

    from config.schema import Programme
    from integration.model import WorkItem
    from integration.pack.content import Figure, Measure
    from integration.pack.context import PackContext
    from integration.pack.figures import FigureIndex

MINUS = "\u2212"


def build_headlines(ground: PackContext) -> tuple[Headline, ...]:
    """Return a row for each headline measure that has had a finished period."""
    latest = ((key, ground.now.latest(key)) for key in ground.settings.packs.headlines)
    return tuple(_headline(ground.measures[key], figure, ground) for key, figure in latest if figure)


def _headline(measure: Measure, figure: Figure, ground: PackContext) -> Headline:
    earlier = _earlier(figure, ground.now, ground.before)
    target = format_target(measure, figure.target) or NO_TARGET
    if earlier and earlier.series_from != figure.series_from:
        return Headline(measure.title, figure, target, _reworded(figure), None)
    return Headline(measure.title, figure, target, _since(measure, figure, earlier, ground.before_words), earlier)


def _earlier(figure: Figure, now: FigureIndex, before: FigureIndex) -> Figure | None:
    """Return the figure to compare with: of the month before, or, where this one is not shown, the last shown one."""
    if figure.state is State.SHOWN:
        found = before.series(figure.measure, figure.period_kind)
        return found[-1] if found else None
    shown = [f for f in now.series(figure.measure, figure.period_kind)[:-1] if f.state is State.SHOWN]
    return shown[-1] if shown else None


def _reworded(figure: Figure) -> str:
    since = f" on {format_date(figure.series_from)}" if figure.series_from else ""
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
        return f"{'+' if difference > 0 else MINUS}{format_number(abs(difference))} since {before_words}"
    return f"was {earlier.shown} at the end of {before_words}"


def _nothing_ended(figure: Figure, earlier: Figure) -> str:
    what = {PeriodKind.FORTNIGHT.value: "fortnight", PeriodKind.WINDOW.value: "survey round"}
    sentence = f"no new {what.get(figure.period_kind, figure.period_kind)} has ended"
    return sentence if figure.shown == earlier.shown else f"{sentence}; corrected, was {earlier.shown}"


NAMED_AT_MOST = 3


def list_changes(ground: PackContext) -> tuple[str, ...]:
    """Return a sentence for each kind of thing that happened since the end of the month before."""
    month = (ground.after, ground.as_of)
    stages = {stage for rule in ground.rules.values() for stage in rule.stages}
    made = select_implemented(ground.things, stages, ground.as_of)
    sentences = (
        _done(select_done_between(made, *month), "small change", "implemented"),
        _done(select_done_between(select_kind(ground.things, MILESTONE), *month), "milestone", "reached"),
        _done(select_done_between(select_kind(ground.things, ACTION), *month), "action", "closed"),
        *_reviews(ground),
        _ended(ground.settings.programme, *month),
    )
    return tuple(sentence for sentence in sentences if sentence) or ("Nothing new is recorded.",)


def _done(things: list[WorkItem], noun: str, verb: str) -> str:
    if not things:
        return ""
    were = "was" if len(things) == 1 else "were"
    names = [quote(t.title) + (f" ({t.team})" if t.team else "") for t in things[:NAMED_AT_MOST]]
    if len(things) > NAMED_AT_MOST:
        names.append(f"{len(things) - NAMED_AT_MOST} more")
    return f"{format_count(len(things), noun)} {were} {verb}: {format_list(names)}."


def _reviews(ground: PackContext) -> Iterator[str]:
    for key, measure in ground.measures.items():
        latest, earlier = ground.now.latest(key), ground.before.latest(key)
        if measure.kind != "held" or latest is None or latest.state is not State.SHOWN:
            continue
        if (latest.numerator or 0) > (earlier.numerator or 0 if earlier else 0):
            yield "The month's review meeting was held."


def _ended(programme: Programme, after: date, as_of: date) -> str:
    rounds = [window.title for window in programme.windows.values() if after < window.end <= as_of]
    if not rounds:
        return ""
    were = "survey round has" if len(rounds) == 1 else "survey rounds have"
    return f"The {were} ended: {format_list(rounds)}."


FEW = 30
"""A share of fewer answers could be off by some 18 points or more."""
MOVING_KINDS = ("share", "response_rate", "mean", "ratio_mean")


def note_small_samples(heads: Iterable[Headline], measures: Mapping[str, Measure]) -> str:
    """Return the line below the table of headlines, "" where every share and mean rests on enough answers."""
    moving = [head.figure for head in heads if _is_share_of_answers(measures[head.figure.measure])]
    few = [figure for figure in moving if _is_few(figure)]
    if not few:
        return ""
    said = f"Figures that rest on few answers (fewer than {FEW}) move a good deal by chance from one time to the next."
    return f"{said} The detail shows how far (“could be between …”)." if any(f.interval for f in few) else said


def _is_share_of_answers(measure: Measure) -> bool:
    return measure.kind in MOVING_KINDS and measure.counted == "answer"


def _is_few(figure: Figure) -> bool:
    return figure.n is not None and 0 < figure.n < FEW


PACE_SLACK = 1
"""A small change fewer than the pace asks for is no reason to speak."""


def list_decisions(ground: PackContext) -> tuple[str, ...]:
    """Return all sentences, the weightiest first: one of each rule in turn, so that no rule crowds out another."""
    by_rule = (rule(ground) for rule in DECISION_RULES)
    return tuple(sentence for sentence in chain.from_iterable(zip_longest(*by_rule)) if sentence)


def _overdue_milestones(ground: PackContext) -> Iterator[str]:
    for thing in _overdue(ground, MILESTONE):
        yield (
            f"The milestone {quote(thing.title)} {_was_due(thing)} and is not done: "
            "what would help to finish it, or should it have a new date?"
        )


def _overdue_actions(ground: PackContext) -> Iterator[str]:
    for thing in _overdue(ground, ACTION):
        owner = f" ({thing.owner})" if thing.owner else ""
        yield (
            f"The action {quote(thing.title)}{owner} {_was_due(thing)} and is still open: "
            "can it be closed, or should it have a new date?"
        )


def _overdue(ground: PackContext, kind: str) -> list[WorkItem]:
    found = [thing for thing in select_kind(ground.things, kind) if is_overdue(thing, ground.as_of)]
    return sorted(found, key=lambda thing: thing.due_on or ground.as_of)


def _was_due(thing: WorkItem) -> str:
    return f"was due on {format_date(thing.due_on)}" if thing.due_on else "has no date"


def _counts_behind_pace(ground: PackContext) -> Iterator[str]:
    for key, rule in ground.rules.items():
        figure = ground.now.latest(key)
        if rule.phase is None or figure is None or figure.value is None or not figure.target:
            continue
        said = f"{ground.measures[key].title}: {format_number(figure.value)}"
        start, end = rule.phase.start, rule.phase.end
        hoped_by_now = figure.target * ((ground.as_of - start).days + 1) / ((end - start).days + 1)
        if start <= ground.as_of <= end and figure.value < hoped_by_now - PACE_SLACK:
            yield (
                f"{said} so far; the target is {format_number(figure.target)} by {format_date(end)}: "
                "what would help the teams to keep the pace?"
            )
        elif ground.as_of > end and len(select_implemented(ground.things, rule.stages, ground.as_of)) < figure.target:
            yield (
                f"{said}; the target was {format_number(figure.target)} by {format_date(end)}: "
                "which of the changes still open should be made, and by when?"
            )


def _months_without_review(ground: PackContext) -> Iterator[str]:
    for key, measure in ground.measures.items():
        latest, earlier = ground.now.latest(key), ground.before.latest(key)
        if measure.kind != "held" or latest is None:
            continue
        months = (latest.denominator or 0) - (earlier.denominator or 0 if earlier else 0)
        held = (latest.numerator or 0) - (earlier.numerator or 0 if earlier else 0)
        if months > 0 and held < months:
            yield f"No review meeting is recorded for {ground.month_words}: when will the next one be held?"


def _missed_response_rates(ground: PackContext) -> Iterator[str]:
    for measure, figure in _find_missed(ground, {"response_rate"}):
        yield (
            f"{figure.basis} answered in the fortnight {figure.period_words} ({figure.main}; the target is "
            f"{format_target(measure, figure.target)}): could each team keep two minutes for it in a team meeting?"
        )


def _missed_targets(ground: PackContext) -> Iterator[str]:
    for measure, figure in _find_missed(ground, {"share", "mean", "ratio_mean", "on_time"}):
        target = format_target(measure, figure.target)
        yield f"{measure.title}: {figure.shown}; the target is {target}: what would help?"


def _find_missed(ground: PackContext, kinds: Container[str]) -> Iterator[tuple[Measure, Figure]]:
    """Yield the measures of these kinds whose newest period ended since and is on the wrong side of its target."""
    for key, measure in ground.measures.items():
        figure = ground.now.latest(key)
        if measure.kind not in kinds or figure is None or figure.value is None or figure.target is None:
            continue
        misses = figure.value > figure.target if measure.hoped == "down" else figure.value < figure.target
        if misses and (figure.end is None or figure.end > ground.after):
            yield measure, figure


DECISION_RULES = (
    _overdue_milestones,
    _counts_behind_pace,
    _overdue_actions,
    _months_without_review,
    _missed_response_rates,
    _missed_targets,
)
