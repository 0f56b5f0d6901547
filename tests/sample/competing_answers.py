"""Two answers of one person in one fortnight, where a form wants one: the later submission counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.sample.codes import spelled_code
from tests.sample.instants import DAY_SECONDS, SECOND, at_london
from tests.sample.programme import FORTNIGHT, first_day_of, fortnight_of
from tests.sample.response import Person
from tests.sample.typed_values import TypedAnswer

if TYPE_CHECKING:
    from tests.sample.case_setting import CaseSetting
    from tests.sample.response import Response

A_DAY = DAY_SECONDS * SECOND


def _in_one_fortnight(setting: CaseSetting) -> tuple[int, int]:
    """Return two moments of one fortnight, in order."""
    first = first_day_of(setting.draw.number(1, 30))
    morning = at_london(first + timedelta(days=setting.draw.number(0, 5)), setting.draw.number(0, DAY_SECONDS - 1))
    return morning, morning + setting.draw.number(1, 7 * DAY_SECONDS) * SECOND


def _in_other_hands(setting: CaseSetting, person: Person) -> dict[str, TypedAnswer]:
    return setting.answers(person, code=TypedAnswer(spelled_code(setting.draw, str(person.code)), person.code))


def later_counts(setting: CaseSetting) -> list[Response]:
    """Send the second later, with the code written another way."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    return [setting.submitted_once(person, one), setting.response(two, (two, _in_other_hands(setting, person)))]


def edited_counts(setting: CaseSetting) -> list[Response]:
    """Edit the first after the second, perhaps in the next fortnight: it counts, where it was."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    edited = two + setting.draw.number(1, 20) * A_DAY
    next_fortnight = at_london(first_day_of(31), 3600) + setting.draw.number(0, 5) * A_DAY
    return [
        setting.response(one, (edited, setting.answers(person))),
        setting.submitted_once(person, two),
        setting.submitted_once(person, next_fortnight),
    ]


def older_version_is_later(setting: CaseSetting) -> list[Response]:
    """Send another response between two versions of one: the newest version is what is held against it."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    rewritten = setting.response(one, (one, setting.faulty_answers(person)), (two + A_DAY, setting.answers(person)))
    return [rewritten, setting.response(two, (two, setting.faulty_answers(person)))]


def a_tie(setting: CaseSetting) -> list[Response]:
    """Submit both at the very same moment: the greater response id counts."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    return [setting.response(created, (two + A_DAY, setting.answers(person))) for created in (one, two)]


def a_nanosecond(setting: CaseSetting) -> list[Response]:
    """Submit one a nanosecond, a microsecond or a millisecond later."""
    made = []
    for step in (1, 1000, 1_000_000):
        person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
        made += [setting.response(one, (two + step, setting.answers(person))), setting.submitted_once(person, two)]
    return made


def three(setting: CaseSetting) -> list[Response]:
    """Send three, two with mistakes: only the one that counts is reported."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    return [
        setting.response(one, (one, setting.faulty_answers(person))),
        setting.response(two, (two + A_DAY, setting.faulty_answers(person))),
        setting.submitted_once(person, one + SECOND),
    ]


def refused_is_no_rival(setting: CaseSetting) -> list[Response]:
    """Have the later one refused: the earlier one counts."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    nowhere = setting.answers(person, team=TypedAnswer("Sycamore", None, "unknown_team"))
    return [setting.submitted_once(person, one), setting.response(two, (two, nowhere))]


def two_teams(setting: CaseSetting) -> list[Response]:
    """Use the same code in two teams: that is two people, also within one authority."""
    person, (one, two) = setting.new_person("Elm"), _in_one_fortnight(setting)
    namesakes = [Person(team, person.code) for team in ("Oak", "Rowan")]
    return [setting.submitted_once(person, one), *(setting.submitted_once(namesake, two) for namesake in namesakes)]


def at_midnight(setting: CaseSetting) -> list[Response]:
    """Answer in the last and the first moment of two fortnights: both count."""
    made = []
    for number in (2, 15, 17, 25):
        midnight = at_london(first_day_of(number), 0)
        person = setting.new_person()
        made += [setting.submitted_once(person, midnight - 1), setting.submitted_once(person, midnight)]
    return made


def other_code(setting: CaseSetting) -> list[Response]:
    """Edit the code away, or into one that cannot be read: it competes with no other any more."""
    person, (one, two) = setting.new_person(), _in_one_fortnight(setting)
    unreadable = setting.answers(person, code=TypedAnswer("12AB", None, "bad_format"))
    without = setting.answers(person, code=TypedAnswer("  "))
    return [
        setting.response(one, (one, setting.answers(person)), (two + A_DAY, unreadable)),
        setting.submitted_once(person, two),
        setting.response(two, (two + A_DAY, without)),
    ]


def rival_after_the_reporting_date(setting: CaseSetting) -> list[Response]:
    """Date the one that counts after the reporting date: the other is superseded all the same."""
    day, person = setting.as_of, setting.new_person()
    if fortnight_of(day) == fortnight_of(day + timedelta(days=1)):
        at = at_london(day + timedelta(days=1), 1)
        return [setting.submitted_once(person, at - 3600 * SECOND), setting.submitted_once(person, at)]
    at = at_london(day, 3600)
    return [setting.submitted_once(person, at), setting.submitted_once(person, at + FORTNIGHT.days * A_DAY)]


COMPETING_ANSWERS = (
    later_counts,
    edited_counts,
    older_version_is_later,
    a_tie,
    a_nanosecond,
    three,
    refused_is_no_rival,
    two_teams,
    at_midnight,
    other_code,
    rival_after_the_reporting_date,
)
