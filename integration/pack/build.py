"""Builds the content of a pack from what leaders may see. Everything that the outputs say is decided here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.pack.content import ChartKind, ChosenChart, Contact, FigureRow, Meeting, PackContent, Section, State
from integration.pack.context import PackContext, build_context, list_phases
from integration.pack.figures import note_rewordings
from integration.pack.first_page import build_headlines, list_changes, list_decisions, note_small_samples
from integration.pack.formatting import format_count, next_month, quote
from integration.pack.work_items import (
    MILESTONE,
    build_action_table,
    build_milestone_table,
    build_small_change_table,
    select_kind,
)
from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from config.schema import Person, ReviewMeeting, Settings
    from integration.model import LeadersView
    from integration.pack.content import Figure, Headline, Measure, WorkItemTable
    from integration.pack.figures import FigureIndex


def build_content(  # noqa: PLR0913  # what a pack is made of
    *, settings: Settings, authority: str, month: str, now: LeadersView, before: LeadersView, version: int
) -> PackContent:
    """Return what the pack of `month` ("YYYY-MM") says to the leaders of the authority (its key).

    `now` is what they may see as of the month's last day, or of the reporting date if that is earlier; `before`
    as of the end of the month before. Nothing is shown that is not in them.
    """
    ground = build_context(settings=settings, authority=authority, month=month, now=now, before=before)
    heads, plans, to_decide = build_headlines(ground), choose_charts(ground), list_decisions(ground)
    detail = build_sections(ground, plans)
    figures = tuple(_all_shown(heads, detail, plans, ground.now))
    leaders = settings.packs.leaders[authority]
    return PackContent(
        authority=authority,
        authority_name=ground.authority.name,
        month=month,
        month_words=ground.month_words,
        before_words=ground.before_words,
        version=version,
        programme=settings.programme.name,
        programme_start=settings.programme.start,
        as_of=ground.as_of,
        title=f"{ground.authority.name}: monthly review, {ground.month_words}",
        preheader=_preheader(heads, len(to_decide)),
        hope=settings.packs.hope,
        contact=settings.programme.contact,
        meeting=schedule_meeting(ground.first, leaders.meeting),
        headlines=heads,
        chance=note_small_samples(heads, ground.measures),
        changes=list_changes(ground),
        decisions=to_decide,
        sections=detail,
        plans=plans,
        notes=tuple(_notes(ground, figures)),
        measures=tuple(ground.measures.values()),
        figures=figures,
        things=ground.things,
        phases=list_phases(settings),
        count_rules=tuple(ground.rules.items()),
        sender=_contact(settings.packs.sender),
        recipients=tuple(_contact(person) for person in leaders.recipients),
    )


def _all_shown(
    heads: tuple[Headline, ...], detail: tuple[Section, ...], plans: tuple[ChosenChart, ...], book: FigureIndex
) -> Iterator[Figure]:
    """Return every figure of this month that any output shows, once: in the order of the frame, the oldest first."""
    shown = {head.figure.key for head in heads}
    shown |= {figure.key for section in detail for row in section.rows for figure in row.figures if figure}
    charted = {key for plan in plans for key in plan.measures}
    for (measure, team, _), series in book.series_by.items():
        for figure in series:
            if figure.key in shown or (measure in charted and not team):
                yield figure


def _preheader(heads: tuple[Headline, ...], to_decide: int) -> str:
    decide = f"{format_count(to_decide, 'point')} to decide." if to_decide else "Nothing needs a decision."
    shown = [head for head in heads if head.figure.state is State.SHOWN]
    return " ".join([decide, *(f"{head.title}: {head.figure.shown}." for head in shown[:2])])


def _notes(ground: PackContext, figures: Sequence[Figure]) -> Iterator[str]:
    yield "Only fortnights and survey rounds that have ended are shown. Percentages are rounded to whole numbers."
    yield f"Figures of {ground.before_words} are worked out again from today's records."
    if ground.as_of < next_month(ground.first) - timedelta(days=1):
        yield f"The month is not over: everything here is as of {format_date(ground.as_of)}."
    for key, measure in ground.measures.items():
        note = note_rewordings(figure for figure in figures if figure.measure == key)
        if note:
            yield f"{quote(measure.title)}: {note[0].lower()}{note[1:]}"


def _contact(person: Person) -> Contact:
    return Contact(person.name, person.email)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def schedule_meeting(month: date, rule: ReviewMeeting) -> Meeting:
    """Return the meeting at which the pack of the month is talked over."""
    first = next_month(month)
    to_first = (WEEKDAYS.index(rule.weekday) - first.weekday()) % 7
    day = first + timedelta(days=to_first + 7 * (rule.which - 1))
    starts_at = datetime.combine(day, rule.at)
    ends_at = starts_at + timedelta(minutes=rule.minutes)
    words = f"{rule.weekday} {format_date(day)}, {starts_at:%H:%M} to {ends_at:%H:%M}, {rule.place}"
    return Meeting(rule.title, starts_at, rule.minutes, rule.place, words)


PANELS_AT_MOST = 4


def choose_charts(ground: PackContext) -> tuple[ChosenChart, ...]:
    """Return the charts outcome by outcome. A chart without a single figure that may be shown is left out."""
    outcomes = dict.fromkeys(measure.outcome for measure in ground.measures.values())
    return tuple(plan for outcome in outcomes for plan in _plans(outcome, ground))


def _plans(outcome: str, ground: PackContext) -> Iterator[ChosenChart]:
    measures = {key: measure for key, measure in ground.measures.items() if measure.outcome == outcome}
    by_fortnight = [key for key in measures if _has_shown(ground.now, key, PeriodKind.FORTNIGHT)]
    by_round = [key for key in measures if _has_shown(ground.now, key, PeriodKind.WINDOW)]
    to_date = [key for key in measures if _has_shown(ground.now, key, PeriodKind.TO_DATE)]
    shares = [key for key in by_fortnight if measures[key].kind == "share"]
    if shares:
        yield _plan(ChartKind.FORTNIGHTS, shares, outcome)
    for key in by_fortnight:
        if measures[key].kind == "response_rate":
            yield _plan(ChartKind.RESPONSE_RATE, [key], outcome)
    if any(not ground.now.series(key, PeriodKind.FORTNIGHT) for key in by_round):
        yield _plan(ChartKind.WINDOWS, by_round, outcome)
    counts = [key for key in to_date if measures[key].kind == "count"]
    if counts:
        yield _plan(ChartKind.COUNT, counts, outcome)
    on_time = [key for key, measure in measures.items() if measure.kind == "on_time"]
    if on_time and any(thing.due_on for thing in select_kind(ground.things, MILESTONE)):
        yield _plan(ChartKind.MILESTONES, on_time, outcome)


def _plan(kind: ChartKind, keys: list[str], outcome: str) -> ChosenChart:
    return ChosenChart(f"{kind}_{keys[0]}", kind, tuple(keys[:PANELS_AT_MOST]), outcome)


def _has_shown(book: FigureIndex, measure: str, kind: str) -> bool:
    return any(figure.state is State.SHOWN for figure in book.series(measure, kind))


NEWEST_ONLY = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH)
"""Kinds of period of which the tables show the newest alone; the charts show the others."""


def build_sections(ground: PackContext, plans: tuple[ChosenChart, ...]) -> tuple[Section, ...]:
    """Return a section for each outcome that has anything to show, in the order of the measures."""
    outcomes = dict.fromkeys(measure.outcome for measure in ground.measures.values())
    found = (_section(outcome, ground, plans) for outcome in outcomes)
    return tuple(section for section in found if section.rows or section.charts or section.things)


def _section(outcome: str, ground: PackContext, plans: tuple[ChosenChart, ...]) -> Section:
    measures = [measure for measure in ground.measures.values() if measure.outcome == outcome]
    teams = ground.authority.teams
    by_team = any(ground.now.latest(measure.key, team) for measure in measures for team in teams)
    columns = tuple(teams) if by_team else ()
    return Section(
        title=outcome,
        columns=(ground.authority.name, *(teams[team].name for team in columns)),
        rows=tuple(row for measure in measures for row in _rows(measure, ground.now, columns)),
        charts=tuple(plan.name for plan in plans if plan.outcome == outcome),
        things=_things(outcome, ground),
    )


def _rows(measure: Measure, book: FigureIndex, teams: tuple[str, ...]) -> Iterator[FigureRow]:
    """Yield the newest period of each kind, and every survey round; the title stands in the first row alone."""
    title, newest = measure.title, book.latest(measure.key)
    for figure in _periods(measure.key, book):
        cells = (figure, *(_same_period(book, figure, team) for team in teams))
        yield FigureRow(title, figure.period_words, figure.interval if figure is newest else "", cells)
        title = ""


def _periods(key: str, book: FigureIndex) -> Iterator[Figure]:
    for kind in NEWEST_ONLY:
        yield from book.series(key, kind)[-1:]
    yield from book.series(key, PeriodKind.WINDOW)


def _same_period(book: FigureIndex, figure: Figure, team: str) -> Figure | None:
    found = (f for f in book.series(figure.measure, figure.period_kind, team) if f.period == figure.period)
    return next(found, None)


def _things(outcome: str, ground: PackContext) -> tuple[WorkItemTable, ...]:
    """Return the lists that stand under this outcome: each under the first measure of the kind that goes with it."""
    tables = {
        "count": build_small_change_table(ground.things),
        "on_time": build_milestone_table(ground.things, ground.as_of),
        "held": build_action_table(ground.things, ground.as_of),
    }
    first = {measure.kind: measure.outcome for measure in reversed(list(ground.measures.values()))}
    return tuple(table for kind, table in tables.items() if first.get(kind) == outcome and table.rows)
