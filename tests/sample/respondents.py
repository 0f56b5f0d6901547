"""The people of the sample, and what they answer in ordinary weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.case_setting import later, random_instant
from tests.sample.codes import new_codes, test_submission
from tests.sample.forms.change_idea import CHANGE_IDEA
from tests.sample.forms.families import FAMILIES
from tests.sample.forms.pulse import PULSE
from tests.sample.forms.time_and_barriers import TIME_AND_BARRIERS
from tests.sample.programme import END, PEOPLE_IN, START, TEAMS, WINDOWS, first_day_of, fortnight_of
from tests.sample.response import Person, Response, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Form

LAST_FORTNIGHT = fortnight_of(END)
ANSWERED_AHEAD = 3


def make_people(draw: RandomChoices, *, scale: int) -> list[Person]:
    """Return the people of each team, some of whom never give a code."""
    people = []
    for team in TEAMS:
        codes = new_codes(draw, PEOPLE_IN[team] * scale)
        people += [Person(team, None if draw.happens(0.1) else code) for code in codes]
    return people


def pulses(draw: RandomChoices, people: list[Person], as_of: date) -> Iterator[Response]:
    """Yield the answers of each fortnight until a while after the reporting date, and a few beyond."""
    for fortnight in range(1, LAST_FORTNIGHT + 1):
        is_near = first_day_of(fortnight) <= as_of + timedelta(weeks=2 * ANSWERED_AHEAD)
        for person in people:
            if draw.happens(0.72 if is_near else 0.03):
                yield respond(draw, PULSE, person, first=first_day_of(fortnight), days=14)


def barriers(draw: RandomChoices, people: list[Person]) -> Iterator[Response]:
    """Yield the answers in each window, some again in the same one, and some between windows."""
    for window in WINDOWS:
        days = (window.last - window.first).days + 1
        for person in people:
            for probability in (0.75, 0.06):
                if draw.happens(probability):
                    yield respond(draw, TIME_AND_BARRIERS, person, first=window.first, days=days)
    for person in people:
        if draw.happens(0.5):
            yield respond(draw, TIME_AND_BARRIERS, person, first=date(2022, 1, 24), days=90)


def families(draw: RandomChoices) -> Iterator[Response]:
    """Yield what families answer in each window, and a few between."""
    for team in TEAMS:
        for window in WINDOWS:
            days = (window.last - window.first).days + 1
            for _ in range(draw.number(3, 10)):
                yield respond(draw, FAMILIES, Person(team), first=window.first, days=days)
        for _ in range(3):
            yield respond(draw, FAMILIES, Person(team), first=date(2022, 1, 24), days=90)


def ideas(draw: RandomChoices) -> Iterator[Response]:
    """Yield ideas from the whole of the programme."""
    for team in TEAMS:
        for _ in range(draw.number(6, 10)):
            yield respond(draw, CHANGE_IDEA, Person(team), first=START, days=(END - START).days)


def respond(draw: RandomChoices, form: Form, person: Person, *, first: date, days: int) -> Response:
    """Return one response as ordinary days bring it: perhaps edited, rewritten, given twice, or a mere trial."""
    created = random_instant(draw, first, days)
    answers = dict(form.answer(draw, person))
    if "code" in answers and draw.slips(0.005):
        answers["code"] = test_submission(draw)
    submitted = later(draw, created, days=25) if draw.slips(0.08) else created
    versions: tuple[Version, ...] = (Version(submitted, answers),)
    if submitted > created and draw.happens(0.4):
        versions += (Version(created, form.answer(draw, person)),)
    return Response(form.key, draw.response_id(), created, versions, 1 if draw.slips(0.02) else 0)
