"""The first page of a pack: the headlines, the note on small samples, what changed, and what needs a decision.

Each is found by rule. A headline is compared with the month before only where neither figure is hidden and both come
from the same wording of the question. A decision is one sentence that says what is so and ends in a question.
"""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.kinds.measures import Decision, ValueFormat, WorkItemKind
from integration.pack.content import NO_TARGET, Headline, State
from integration.pack.figures import format_target
from integration.pack.work_items import is_overdue, select_done_between, select_implemented, select_kind
from integration.text_format import format_count, format_date, format_list, format_number, quote_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from integration.model import WorkItem
    from integration.pack.content import Figure, Measure
    from integration.pack.context import PackContext

MINUS = "\u2212"


def build_headlines(context: PackContext) -> tuple[Headline, ...]:
    """Return a row for each headline measure that has had a finished period."""
    headlines = []
    for key in context.settings.packs.headlines:
        measure, figure = context.measures[key], context.now.latest(key)
        if figure is None:
            continue
        earlier = _find_earlier(figure, context)
        if earlier and earlier.series_from != figure.series_from:
            on = f" on {format_date(figure.series_from)}" if figure.series_from else ""
            earlier, since = None, f"not comparable: the question was reworded{on}"
        else:
            since = _compare(measure, figure, earlier, context.previous_month)
        target = format_target(measure, figure.target) or NO_TARGET
        headlines.append(Headline(measure.title, figure, target, since, earlier))
    return tuple(headlines)


def _find_earlier(figure: Figure, context: PackContext) -> Figure | None:
    """Return the figure to compare with: of the month before, or, where this one is not shown, the last shown one."""
    if figure.state.can_be_read:
        candidates = list(context.before.series(figure.measure, figure.period_kind))
    else:
        own = context.now.series(figure.measure, figure.period_kind)[:-1]
        candidates = [earlier for earlier in own if earlier.state.can_be_read]
    return candidates[-1] if candidates else None


def _compare(measure: Measure, figure: Figure, earlier: Figure | None, previous_month: str) -> str:
    """Return how the figure differs from the earlier one, or why that cannot be said."""
    if not figure.state.can_be_read:
        nothing = "none yet" if figure.state is State.NO_ANSWERS else "not comparable"
        return f"last shown: {earlier.shown}, {earlier.period_words}" if earlier else nothing
    if earlier is None or not earlier.state.can_be_read:
        is_hidden = earlier is not None and earlier.state is State.HIDDEN
        return "not comparable: the figure before is hidden" if is_hidden else "the first figure"
    if figure.period_kind == PeriodKind.TO_DATE:
        return _compare_to_date(measure, figure, earlier, previous_month)
    if figure.period != earlier.period:
        return f"was {earlier.shown}, {earlier.period_words}"
    names = {PeriodKind.FORTNIGHT.value: "fortnight", PeriodKind.WINDOW.value: "survey round"}
    nothing_new = f"no new {names.get(figure.period_kind, figure.period_kind)} has ended"
    return nothing_new if figure.shown == earlier.shown else f"{nothing_new}; corrected, was {earlier.shown}"


def _compare_to_date(measure: Measure, figure: Figure, earlier: Figure, previous_month: str) -> str:
    if figure.shown == earlier.shown:
        return f"the same as at the end of {previous_month}"
    if measure.kind.value_format is ValueFormat.COUNT and figure.value is not None and earlier.value is not None:
        difference = figure.value - earlier.value
        return f"{'+' if difference > 0 else MINUS}{format_number(abs(difference))} since {previous_month}"
    return f"was {earlier.shown} at the end of {previous_month}"


SMALL_SAMPLE = 30
"""A share of fewer answers could be off by some 18 points or more."""


def note_small_samples(headlines: Iterable[Headline], measures: Mapping[str, Measure]) -> str:
    """Return the line below the table of headlines, "" where every share and mean rests on enough answers."""
    # What people answered moves by chance where few of them answer; entries in a sheet are all that there are.
    answers = (line.figure for line in headlines if measures[line.figure.measure].counted == "answer")
    small = [figure for figure in answers if figure.n is not None and 0 < figure.n < SMALL_SAMPLE]
    if not small:
        return ""
    note = (
        f"Figures that rest on few answers (fewer than {SMALL_SAMPLE}) move a good deal by chance "
        "from one time to the next."
    )
    return f"{note} The detail shows how far (“could be between …”)." if any(f.interval for f in small) else note


MOST_NAMED = 3


def list_changes(context: PackContext) -> tuple[str, ...]:
    """Return a sentence for each kind of event since the end of the month before."""
    after, as_of, items = context.month_before_end, context.as_of, context.work_items
    stages = {stage for rule in context.count_rules.values() for stage in rule.stages}
    done = {
        ("small change", "implemented"): select_implemented(items, stages, as_of),
        ("milestone", "reached"): select_kind(items, WorkItemKind.MILESTONE),
        ("action", "closed"): select_kind(items, WorkItemKind.ACTION),
    }
    sentences = []
    for (noun, verb), candidates in done.items():
        newly = select_done_between(candidates, after, as_of)
        names = [quote_title(item.title) + (f" ({item.team})" if item.team else "") for item in newly[:MOST_NAMED]]
        names += [f"{len(newly) - MOST_NAMED} more"] if len(newly) > MOST_NAMED else []
        if newly:
            were = "was" if len(newly) == 1 else "were"
            sentences.append(f"{format_count(len(newly), noun)} {were} {verb}: {format_list(names)}.")
    for shown, _, held in _count_reviews(context):
        if shown is State.SHOWN and held > 0:
            sentences.append("The month's review meeting was held.")
    rounds = [window.title for window in context.settings.programme.windows.values() if after < window.end <= as_of]
    if rounds:
        have = "survey round has" if len(rounds) == 1 else "survey rounds have"
        sentences.append(f"The {have} ended: {format_list(rounds)}.")
    return tuple(sentences) or ("Nothing new is recorded.",)


def _count_reviews(context: PackContext) -> Iterator[tuple[State, float, float]]:
    """Yield for each measure of held meetings: its state, how many were due this month, and how many were held."""
    for key, measure in context.measures.items():
        latest, earlier = context.now.latest(key), context.before.latest(key)
        if measure.kind.decision is Decision.REVIEW and latest is not None:
            due = (latest.denominator or 0) - (earlier.denominator or 0 if earlier else 0)
            held = (latest.numerator or 0) - (earlier.numerator or 0 if earlier else 0)
            yield latest.state, due, held


def list_decisions(context: PackContext) -> tuple[str, ...]:
    """Return what needs a decision, the weightiest first: one of each rule in turn, so that none crowds out another."""
    by_rule = (rule(context) for rule in DECISION_RULES)
    return tuple(sentence for sentence in chain.from_iterable(zip_longest(*by_rule)) if sentence)


def _decide_overdue_milestones(context: PackContext) -> Iterator[str]:
    for item in _list_overdue(context, WorkItemKind.MILESTONE):
        yield (
            f"The milestone {quote_title(item.title)} {_format_due(item)} and is not done: "
            "what would help to finish it, or should it have a new date?"
        )


def _decide_overdue_actions(context: PackContext) -> Iterator[str]:
    for item in _list_overdue(context, WorkItemKind.ACTION):
        owner = f" ({item.owner})" if item.owner else ""
        yield (
            f"The action {quote_title(item.title)}{owner} {_format_due(item)} and is still open: "
            "can it be closed, or should it have a new date?"
        )


def _list_overdue(context: PackContext, kind: str) -> list[WorkItem]:
    overdue = (item for item in select_kind(context.work_items, kind) if is_overdue(item, context.as_of))
    return sorted(overdue, key=lambda item: item.due_on or context.as_of)


def _format_due(item: WorkItem) -> str:
    return f"was due on {format_date(item.due_on)}" if item.due_on else "has no date"


PACE_SLACK = 1
"""One small change fewer than the pace asks for needs no decision."""


def _decide_counts_behind_pace(context: PackContext) -> Iterator[str]:
    for key, rule in context.count_rules.items():
        figure = context.now.latest(key)
        if rule.phase is None or figure is None or figure.value is None or not figure.target:
            continue
        count = f"{context.measures[key].title}: {format_number(figure.value)}"
        target, start, end = format_number(figure.target), rule.phase.start, rule.phase.end
        hoped_by_now = figure.target * ((context.as_of - start).days + 1) / ((end - start).days + 1)
        if start <= context.as_of <= end and figure.value < hoped_by_now - PACE_SLACK:
            yield (
                f"{count} so far; the target is {target} by {format_date(end)}: "
                "what would help the teams to keep the pace?"
            )
        elif context.as_of > end:
            implemented = select_implemented(context.work_items, rule.stages, context.as_of)
            if len(implemented) < figure.target:
                yield (
                    f"{count}; the target was {target} by {format_date(end)}: "
                    "which of the changes still open should be made, and by when?"
                )


def _decide_missing_reviews(context: PackContext) -> Iterator[str]:
    for _, due, held in _count_reviews(context):
        if due > 0 and held < due:
            yield f"No review meeting is recorded for {context.month_words}: when will the next one be held?"


def _decide_missed_response_rates(context: PackContext) -> Iterator[str]:
    for measure, figure in _list_missed_targets(context, Decision.ANSWERING):
        yield (
            f"{figure.basis} answered in the fortnight {figure.period_words} ({figure.main}; the target is "
            f"{format_target(measure, figure.target)}): could each team keep two minutes for it in a team meeting?"
        )


def _decide_missed_targets(context: PackContext) -> Iterator[str]:
    for measure, figure in _list_missed_targets(context, Decision.TARGET):
        target = format_target(measure, figure.target)
        yield f"{measure.title}: {figure.shown}; the target is {target}: what would help?"


def _list_missed_targets(context: PackContext, decision: Decision) -> Iterator[tuple[Measure, Figure]]:
    """Yield the measures with this decision whose newest period ended this month on the wrong side of its target."""
    for key, measure in context.measures.items():
        figure = context.now.latest(key)
        if measure.kind.decision is not decision or figure is None or figure.value is None or figure.target is None:
            continue
        is_missed = figure.value > figure.target if measure.hoped == "down" else figure.value < figure.target
        if is_missed and (figure.end is None or figure.end > context.month_before_end):
            yield measure, figure


DECISION_RULES = (
    _decide_overdue_milestones, _decide_counts_behind_pace, _decide_overdue_actions, _decide_missing_reviews,
    _decide_missed_response_rates, _decide_missed_targets,
)  # fmt: skip
