"""The rows of the first page: where each headline measure is, and how that differs from the month before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from config.schema import PeriodKind
from integration.pack.content import NO_TARGET, Headline, State
from integration.pack.figures import HIDDEN_MARK, HIDDEN_NOTE, NO_ANSWERS_MARK, NO_ANSWERS_NOTE, tell_target
from integration.pack.words import counted, listed, quoted
from integration.pack.work_items import ACTION, MILESTONE, done_between, implemented, of_kind
from integration.text_format import format_date, format_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from config.schema import Programme
    from integration.model import WorkItem
    from integration.pack.build import Ground
    from integration.pack.charts.specs import BehindTable
    from integration.pack.content import Figure, Measure, PackContent, Section
    from integration.pack.figures import Book

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


def changes(ground: Ground) -> tuple[str, ...]:
    """Return a sentence for each kind of thing that happened since the end of the month before."""
    month = (ground.after, ground.as_of)
    stages = {stage for rule in ground.rules.values() for stage in rule.stages}
    made = implemented(ground.things, stages, ground.as_of)
    sentences = (
        _done(done_between(made, *month), "small change", "implemented"),
        _done(done_between(of_kind(ground.things, MILESTONE), *month), "milestone", "reached"),
        _done(done_between(of_kind(ground.things, ACTION), *month), "action", "closed"),
        *_reviews(ground),
        _ended(ground.settings.programme, *month),
    )
    return tuple(sentence for sentence in sentences if sentence) or ("Nothing new is recorded.",)


def _done(things: list[WorkItem], noun: str, verb: str) -> str:
    if not things:
        return ""
    were = "was" if len(things) == 1 else "were"
    names = [quoted(t.title) + (f" ({t.team})" if t.team else "") for t in things[:NAMED_AT_MOST]]
    if len(things) > NAMED_AT_MOST:
        names.append(f"{len(things) - NAMED_AT_MOST} more")
    return f"{counted(len(things), noun)} {were} {verb}: {listed(names)}."


def _reviews(ground: Ground) -> Iterator[str]:
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
    return f"The {were} ended: {listed(rounds)}."


FEW = 30
"""A share of fewer answers could be off by some 18 points or more."""
MOVING_KINDS = ("share", "response_rate", "mean", "ratio_mean")


def chance(heads: Iterable[Headline], measures: Mapping[str, Measure]) -> str:
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


NOTES = {HIDDEN_MARK: HIDDEN_NOTE, NO_ANSWERS_MARK: NO_ANSWERS_NOTE}


class PageMarks(NamedTuple):
    """The line on marks of the first page, of each section's figures, of each table behind the charts; "" if none."""

    first_page: str
    sections: tuple[str, ...]
    behind: tuple[str, ...]


def page_marks(content: PackContent, behind: Sequence[BehindTable]) -> PageMarks:
    """Return what to explain where in outputs that have the tables behind the charts at their end."""
    sections = [section_words(section) for section in content.sections]
    tables = [[cell for cells in table.rows for cell in cells] for table in behind]
    first, *others = explained([headline_words(content), *sections, *tables])
    return PageMarks(first, tuple(others[: len(sections)]), tuple(others[len(sections) :]))


def explained(blocks: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return for each block of words, in the order of reading, what the marks mean that stand in none before it."""
    known: set[str] = set()
    notes = []
    for block in blocks:
        words = "\n".join(block)
        new = [mark for mark in NOTES if mark in words and mark not in known]
        known.update(new)
        notes.append(" ".join(NOTES[mark] for mark in new))
    return tuple(notes)


def headline_words(content: PackContent) -> list[str]:
    """Return the words of the first page in which a mark may stand."""
    return [f"{headline.figure.main} {headline.since}" for headline in content.headlines]


def section_words(section: Section) -> list[str]:
    """Return the figures of a section's table."""
    return [figure.main for row in section.rows for figure in row.figures if figure]
