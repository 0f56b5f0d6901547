"""Hard cases that every form meets: edits, doubles, versions in any order, and rows that are refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.case_setting import later
from tests.sample.choices import NO_TEAM
from tests.sample.codes import test_submission
from tests.sample.instants import DAY_SECONDS, SECOND, at_london
from tests.sample.period_boundaries import all_boundaries, around_midnight, window_boundaries
from tests.sample.programme import PHASES, TEAMS, WINDOWS, first_day_of
from tests.sample.response import Response, Version
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.case_setting import CaseSetting

NOWHERE = TypedAnswer("Sycamore", None, "unknown_team")


def at_period_boundaries(setting: CaseSetting) -> list[Response]:
    """Answer around each midnight at which something begins or ends."""
    moments = all_boundaries(setting.as_of) if setting.form.one_per_fortnight else window_boundaries(setting.as_of)
    return [setting.submitted_once(setting.new_person(), moment) for moment in moments]


def edited_later(setting: CaseSetting) -> list[Response]:
    """Answer just before a period ends and edit it in the next: an edit does not move it."""
    days = [span.first for span in (*PHASES[1:], *WINDOWS)] + [span.last + timedelta(days=1) for span in WINDOWS]
    days += [first_day_of(9), first_day_of(20), date(2022, 2, 1), setting.as_of + timedelta(days=1)]
    made = []
    for day in days:
        created = at_london(day, 0) - setting.draw.pick((1, SECOND, 1800 * SECOND))
        made.append(
            setting.response(created, (later(setting.draw, created, days=40), setting.answers(setting.new_person())))
        )
    return made


def sent_twice(setting: CaseSetting) -> list[Response]:
    """Give the same response two or three times in one reading."""
    at = setting.moment()
    return [
        setting.response(at, (at, setting.answers(setting.new_person())), repeats=1),
        setting.response(
            at, (later(setting.draw, at, days=20), setting.faulty_answers(setting.new_person())), repeats=2
        ),
    ]


def rewritten(setting: CaseSetting) -> list[Response]:
    """Give an older and a newer version in one reading: only the newest counts, whatever the older one said."""
    made = []
    for older, newer in _rewritings(setting):
        created = setting.moment()
        second = later(setting.draw, created, days=30)
        made.append(setting.response(created, (created, older), (second, newer), repeats=setting.draw.number(0, 1)))
    created = setting.moment()
    three = [(created + step, setting.answers(setting.new_person())) for step in (0, 1, 2)]
    made.append(setting.response(created, *three))
    return made


def _rewritings(setting: CaseSetting) -> list[tuple[dict[str, TypedAnswer], dict[str, TypedAnswer]]]:
    person = setting.new_person("Elm")
    moved = setting.new_person("Birch")
    nowhere = setting.answers(person, team=NOWHERE)
    pairs = [
        (setting.answers(person), setting.answers(person)),
        (setting.faulty_answers(person), setting.answers(person)),
        (setting.answers(person), setting.faulty_answers(person)),
        (setting.answers(person), setting.answers(moved)),
        (nowhere, setting.answers(person)),
        (setting.answers(moved), nowhere),
    ]
    if setting.has_code:
        trying = setting.answers(person, code=test_submission(setting.draw))
        pairs += [(trying, setting.answers(moved)), (setting.answers(person), trying)]
    return [(older, newer) for older, newer in pairs for _ in range(2)]


def outside_programme(setting: CaseSetting) -> list[Response]:
    """Answer before the start and after the end; the first reason in the contract's order is the one reported."""
    made = []
    for day in (date(2020, 9, 7), date(2021, 9, 5), date(2023, 3, 6), date(2023, 9, 1)):
        at = at_london(day, setting.draw.number(0, DAY_SECONDS - 1))
        made += [
            setting.submitted_once(setting.new_person(), at),
            setting.response(at, (at, setting.answers(setting.new_person(), team=NOWHERE))),
        ]
        if setting.has_code:
            trying = setting.answers(setting.new_person(), team=NOWHERE, code=test_submission(setting.draw))
            made.append(setting.response(at, (at, trying)))
    edited_inside = around_midnight(date(2021, 9, 6))[1]
    made.append(
        setting.response(edited_inside, (edited_inside + DAY_SECONDS * SECOND, setting.answers(setting.new_person())))
    )
    return made


def test_submissions(setting: CaseSetting) -> list[Response]:
    """Send test submissions, also without a team."""
    if not setting.has_code:
        return []
    made = []
    for team in (*TEAMS, None):
        at = setting.moment()
        trying = setting.answers(setting.new_person(team), code=test_submission(setting.draw))
        made.append(setting.response(at, (at, trying if team else {**trying, "team": NOTHING})))
    return made


def without_team(setting: CaseSetting) -> list[Response]:
    """Give every team that cannot be known."""
    made = []
    for said in NO_TEAM:
        at = setting.moment()
        made.append(setting.response(at, (at, setting.answers(setting.new_person(), team=said))))
    return made


def without_answers(setting: CaseSetting) -> list[Response]:
    """Send a form off empty: with `answers` empty, and without it."""
    at = setting.moment()
    empty = Response(setting.form.key, setting.draw.response_id(), at, (Version(at, {}),))
    return [empty, replace(empty, response_id=setting.draw.response_id(), bare=True)]


def answered_twice(setting: CaseSetting) -> list[Response]:
    """Answer twice in one fortnight; whether both count is the form's to say."""
    person = setting.new_person()
    at = at_london(first_day_of(setting.draw.number(2, 20)), 9 * 3600)
    return [setting.submitted_once(person, at), setting.submitted_once(person, at + DAY_SECONDS * SECOND)]


HARD_CASES = (
    at_period_boundaries,
    edited_later,
    sent_twice,
    rewritten,
    outside_programme,
    test_submissions,
    without_team,
    without_answers,
    answered_twice,
)
