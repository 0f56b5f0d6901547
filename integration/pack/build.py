"""Builds the content of a pack from what leaders may see. Everything that the outputs say is decided here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.pack.changes import changes
from integration.pack.content import Contact, PackContent, State
from integration.pack.decisions import decisions
from integration.pack.figures import read_book
from integration.pack.headlines import headlines
from integration.pack.measures import count_rules, describe, phases
from integration.pack.meeting import meeting_after
from integration.pack.plan import plan_charts
from integration.pack.sections import sections
from integration.pack.tell import HIDDEN_NOTE, NO_ANSWERS_NOTE
from integration.pack.things import cleaned
from integration.pack.words import MONTHS, counted, first_day, long_date, month_words, next_month

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from config.schema import Person, Settings
    from integration.model import Shown
    from integration.pack.content import ChartPlan, Figure, Headline, Section
    from integration.pack.figures import Book


def build_content(  # noqa: PLR0913  # what a pack is made of
    *, settings: Settings, authority: str, month: str, now: Shown, before: Shown, version: int
) -> PackContent:
    """Return what the pack of `month` ("YYYY-MM") says to the leaders of the authority (its key).

    `now` is what they may see as of the month's last day, or of the reporting date if that is earlier; `before`
    as of the end of the month before. Nothing is shown that is not in them.
    """
    first, programme, leaders = first_day(month), settings.programme, settings.packs.leaders[authority]
    name, measures, rules = programme.authorities[authority].name, describe(settings), count_rules(settings)
    things = cleaned(now.things)
    book, book_before = read_book(now, measures, programme), read_book(before, measures, programme)
    before_words = MONTHS[before.as_of.month - 1]
    heads = headlines(
        settings.packs.headlines, measures=measures, now=book, before=book_before, before_words=before_words
    )
    to_decide = decisions(
        things=things,
        rules=dict(rules),
        measures=measures,
        now=book,
        before=book_before,
        after=before.as_of,
        as_of=now.as_of,
        month_words=month_words(first),
    )
    plans = plan_charts(measures, book, things)
    detail = sections(
        authority=programme.authorities[authority],
        measures=measures,
        book=book,
        plans=plans,
        things=things,
        as_of=now.as_of,
    )
    figures = tuple(_all_shown(heads, detail, plans, book))
    return PackContent(
        authority=authority,
        authority_name=name,
        month=month,
        month_words=month_words(first),
        before_words=before_words,
        version=version,
        programme=programme.name,
        programme_start=programme.start,
        as_of=now.as_of,
        title=f"{name}: monthly review, {month_words(first)}",
        preheader=_preheader(heads, len(to_decide)),
        hope=settings.packs.hope,
        contact=programme.contact,
        meeting=meeting_after(first, leaders.meeting),
        headlines=heads,
        changes=changes(
            things=things,
            rules=[rule for _, rule in rules],
            measures=measures,
            now=book,
            before=book_before,
            programme=programme,
            after=before.as_of,
            as_of=now.as_of,
        ),
        decisions=to_decide,
        sections=detail,
        plans=plans,
        notes=tuple(_notes(figures, first, now.as_of, before.as_of)),
        measures=tuple(measures.values()),
        figures=figures,
        things=things,
        phases=phases(settings),
        count_rules=rules,
        sender=_contact(settings.packs.sender),
        recipients=tuple(_contact(person) for person in leaders.recipients),
    )


def _all_shown(
    heads: tuple[Headline, ...], detail: tuple[Section, ...], plans: tuple[ChartPlan, ...], book: Book
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
    decide = f"{counted(to_decide, 'point')} to decide." if to_decide else "Nothing needs a decision."
    return " ".join([decide, *(f"{head.title}: {head.figure.shown}." for head in heads[:2])])


def _notes(figures: tuple[Figure, ...], first: date, as_of: date, before: date) -> Iterator[str]:
    states = {figure.state for figure in figures}
    if State.HIDDEN in states:
        yield HIDDEN_NOTE
    if State.NO_ANSWERS in states:
        yield NO_ANSWERS_NOTE
    yield "Only fortnights and survey rounds that have ended are shown. Percentages are rounded to whole numbers."
    yield f"Figures of {MONTHS[before.month - 1]} are worked out again from today’s records."
    if as_of < next_month(first) - timedelta(days=1):
        yield f"The month is not over: everything here is as of {long_date(as_of)}."


def _contact(person: Person) -> Contact:
    return Contact(person.name, person.email)
