"""Builds the content of a pack from what leaders may see. Everything that the outputs say is decided here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.pack.chance import chance
from integration.pack.changes import changes
from integration.pack.content import Contact, PackContent, State
from integration.pack.decisions import decisions
from integration.pack.ground import lay_ground
from integration.pack.headlines import headlines
from integration.pack.measures import phases
from integration.pack.meeting import meeting_after
from integration.pack.plain import quoted
from integration.pack.plan import plan_charts
from integration.pack.sections import sections
from integration.pack.series import reworded_note
from integration.pack.words import counted, next_month
from integration.words import long_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Person, Settings
    from integration.model import Shown
    from integration.pack.content import ChartPlan, Figure, Headline, Section
    from integration.pack.figures import Book
    from integration.pack.ground import Ground


def build_content(  # noqa: PLR0913  # what a pack is made of
    *, settings: Settings, authority: str, month: str, now: Shown, before: Shown, version: int
) -> PackContent:
    """Return what the pack of `month` ("YYYY-MM") says to the leaders of the authority (its key).

    `now` is what they may see as of the month's last day, or of the reporting date if that is earlier; `before`
    as of the end of the month before. Nothing is shown that is not in them.
    """
    ground = lay_ground(settings=settings, authority=authority, month=month, now=now, before=before)
    heads, plans, to_decide = headlines(ground), plan_charts(ground), decisions(ground)
    detail = sections(ground, plans)
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
        meeting=meeting_after(ground.first, leaders.meeting),
        headlines=heads,
        chance=chance(heads, ground.measures),
        changes=changes(ground),
        decisions=to_decide,
        sections=detail,
        plans=plans,
        notes=tuple(_notes(ground, figures)),
        measures=tuple(ground.measures.values()),
        figures=figures,
        things=ground.things,
        phases=phases(settings),
        count_rules=tuple(ground.rules.items()),
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
    shown = [head for head in heads if head.figure.state is State.SHOWN]
    return " ".join([decide, *(f"{head.title}: {head.figure.shown}." for head in shown[:2])])


def _notes(ground: Ground, figures: Sequence[Figure]) -> Iterator[str]:
    yield "Only fortnights and survey rounds that have ended are shown. Percentages are rounded to whole numbers."
    yield f"Figures of {ground.before_words} are worked out again from today's records."
    if ground.as_of < next_month(ground.first) - timedelta(days=1):
        yield f"The month is not over: everything here is as of {long_date(ground.as_of)}."
    for key, measure in ground.measures.items():
        note = reworded_note(figure for figure in figures if figure.measure == key)
        if note:
            yield f"{quoted(measure.title)}: {note[0].lower()}{note[1:]}"


def _contact(person: Person) -> Contact:
    return Contact(person.name, person.email)
