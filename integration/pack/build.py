"""Builds the content of a pack from what the leaders of one authority may see.

Everything that the outputs say is decided here; they only lay it out. In order:

1. the context: measures, figures of now and of the month before, work items (`context`);
2. the first page: headlines, changes, decisions (`first_page`);
3. the charts that have something to show, outcome by outcome;
4. the sections, one for each outcome: a table of figures, the charts' names, tables of work items;
5. every figure that any output shows, once, for the frozen record; and the notes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.schema import PeriodKind
from integration.kinds.measures import WorkItemKind
from integration.pack.charts.designs import choose_charts
from integration.pack.content import ChosenChart, Contact, FigureRow, Meeting, PackContent, Section
from integration.pack.context import PackContext, build_context, list_phases
from integration.pack.figures import note_rewordings
from integration.pack.first_page import build_headlines, list_changes, list_decisions, note_small_samples
from integration.pack.work_items import build_action_table, build_milestone_table, build_small_change_table
from integration.periods import next_month
from integration.text_format import format_count, format_date, quote_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from config.schema import ReviewMeeting, Settings
    from integration.model import LeadersView
    from integration.pack.content import Figure, Headline, Measure
    from integration.pack.figures import FigureIndex


def build_content(  # noqa: PLR0913  # what a pack is made of
    *, settings: Settings, authority: str, month: str, now: LeadersView, before: LeadersView, version: int
) -> PackContent:
    """Return the content of the pack of `month` ("YYYY-MM") for the leaders of the authority (its key).

    `now` is what they may see as of the month's last day, or of the reporting date if that is earlier; `before`
    as of the end of the month before. Nothing is shown that is not in them.
    """
    context = build_context(settings=settings, authority=authority, month=month, now=now, before=before)
    headlines, decisions = build_headlines(context), list_decisions(context)
    charts = choose_charts(context)
    sections = build_sections(context, charts)
    figures = tuple(_list_shown_figures(headlines, sections, charts, context.now))
    leaders, sender = settings.packs.leaders[authority], settings.packs.sender
    to_decide = f"{format_count(len(decisions), 'point')} to decide." if decisions else "Nothing needs a decision."
    shown = [headline for headline in headlines if headline.figure.state.can_be_read]
    return PackContent(
        authority=authority,
        authority_name=context.authority.name,
        month=month,
        month_words=context.month_words,
        previous_month=context.previous_month,
        version=version,
        programme=settings.programme.name,
        programme_start=settings.programme.start,
        as_of=context.as_of,
        title=f"{context.authority.name}: monthly review, {context.month_words}",
        preheader=" ".join([to_decide, *(f"{headline.title}: {headline.figure.shown}." for headline in shown[:2])]),
        hope=settings.packs.hope,
        contact=settings.programme.contact,
        meeting=schedule_meeting(context.month_start, leaders.meeting),
        headlines=headlines,
        small_sample_note=note_small_samples(headlines, context.measures),
        changes=list_changes(context),
        decisions=decisions,
        sections=sections,
        charts=charts,
        notes=tuple(_list_notes(context, figures)),
        measures=tuple(context.measures.values()),
        figures=figures,
        work_items=context.work_items,
        phases=list_phases(settings),
        count_rules=tuple(context.count_rules.items()),
        sender=Contact(sender.name, sender.email),
        recipients=tuple(Contact(person.name, person.email) for person in leaders.recipients),
    )


def _list_shown_figures(
    headlines: Sequence[Headline], sections: Sequence[Section], charts: Sequence[ChosenChart], index: FigureIndex
) -> Iterator[Figure]:
    """Yield every figure of this month that any output shows, once: in the order of the frame, the oldest first."""
    shown = {headline.figure.key for headline in headlines}
    shown |= {figure.key for section in sections for row in section.rows for figure in row.figures if figure}
    charted = {key for chart in charts for key in chart.measures}
    for (measure, team, _), series in index.by_series.items():
        for figure in series:
            if figure.key in shown or (measure in charted and not team):
                yield figure


def _list_notes(context: PackContext, figures: Sequence[Figure]) -> Iterator[str]:
    yield "Only fortnights and survey rounds that have ended are shown. Percentages are rounded to whole numbers."
    yield f"Figures of {context.previous_month} are worked out again from today's records."
    if context.as_of < next_month(context.month_start) - timedelta(days=1):
        yield f"The month is not over: everything here is as of {format_date(context.as_of)}."
    for key, measure in context.measures.items():
        note = note_rewordings(figure for figure in figures if figure.measure == key)
        if note:
            yield f"{quote_title(measure.title)}: {note[0].lower()}{note[1:]}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def schedule_meeting(month: date, rule: ReviewMeeting) -> Meeting:
    """Return the meeting, in the month after, at which the pack of the month is discussed."""
    first = next_month(month)
    days_to_first = (WEEKDAYS.index(rule.weekday) - first.weekday()) % 7
    day = first + timedelta(days=days_to_first + 7 * (rule.which - 1))
    starts_at = datetime.combine(day, rule.at)
    ends_at = starts_at + timedelta(minutes=rule.minutes)
    words = f"{rule.weekday} {format_date(day)}, {starts_at:%H:%M} to {ends_at:%H:%M}, {rule.place}"
    return Meeting(rule.title, starts_at, rule.minutes, rule.place, words)


NEWEST_ONLY = (PeriodKind.TO_DATE, PeriodKind.FORTNIGHT, PeriodKind.MONTH)
"""Kinds of period of which the tables show the newest alone; the charts show the others."""


def build_sections(context: PackContext, charts: Sequence[ChosenChart]) -> tuple[Section, ...]:
    """Return a section for each outcome that has anything to show, in the order of the measures."""
    tables = {
        WorkItemKind.SMALL_CHANGE: build_small_change_table(context.work_items),
        WorkItemKind.MILESTONE: build_milestone_table(context.work_items, context.as_of),
        WorkItemKind.ACTION: build_action_table(context.work_items, context.as_of),
    }
    # Each table stands under the first measure of the kind that it belongs to.
    first = {measure.kind.work_items: measure.outcome for measure in reversed(list(context.measures.values()))}
    teams, sections = context.authority.teams, []
    for outcome in dict.fromkeys(measure.outcome for measure in context.measures.values()):
        measures = [measure for measure in context.measures.values() if measure.outcome == outcome]
        by_team = any(context.now.latest(measure.key, team) for measure in measures for team in teams)
        columns = tuple(teams) if by_team else ()
        section = Section(
            title=outcome,
            columns=(context.authority.name, *(teams[team].name for team in columns)),
            rows=tuple(row for measure in measures for row in _build_rows(measure, context.now, columns)),
            charts=tuple(chart.name for chart in charts if chart.outcome == outcome),
            work_items=tuple(table for kind, table in tables.items() if first.get(kind) == outcome and table.rows),
        )
        if section.rows or section.charts or section.work_items:
            sections.append(section)
    return tuple(sections)


def _build_rows(measure: Measure, index: FigureIndex, teams: Sequence[str]) -> Iterator[FigureRow]:
    """Yield the newest period of each kind, and every survey round; the title stands in the first row alone."""
    title, newest = measure.title, index.latest(measure.key)
    newest_of_each = [figure for kind in NEWEST_ONLY for figure in index.series(measure.key, kind)[-1:]]
    for figure in (*newest_of_each, *index.series(measure.key, PeriodKind.WINDOW)):
        of_teams = (
            next((f for f in index.series(measure.key, figure.period_kind, team) if f.period == figure.period), None)
            for team in teams
        )
        interval = figure.interval if figure is newest else ""
        yield FigureRow(title, figure.period_words, interval, (figure, *of_teams))
        title = ""
