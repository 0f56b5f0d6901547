"""What a hard case is made with: a form, random choices, and new respondents whose codes no other has."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from string import ascii_uppercase
from typing import TYPE_CHECKING

from tests.sample.instants import DAY_SECONDS, HOUR_SECONDS, SECOND, at_london
from tests.sample.programme import END, START, TEAMS
from tests.sample.response import Person, Response, Version
from tests.sample.typed_values import TypedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.sample.random_choices import RandomChoices
    from tests.sample.response import Form

FRACTIONS = (0, 0, 55_000_000, 55_199_000, 999_999_000, 123_456_789, 1, 999_999_999)
NIGHT = 0.15


def random_instant(draw: RandomChoices, first: date, days: int) -> int:
    """Return a moment within that many days, now and then close to midnight."""
    day = first + timedelta(days=draw.number(0, days - 1))
    seconds = draw.number(6 * HOUR_SECONDS, 22 * HOUR_SECONDS)
    if draw.happens(NIGHT):
        night = draw.number(-HOUR_SECONDS, HOUR_SECONDS - 1)
        seconds = night % DAY_SECONDS
    return at_london(day, seconds) + draw.pick(FRACTIONS)


@dataclass(slots=True)
class CaseSetting:
    """What a hard case is made with."""

    draw: RandomChoices
    form: Form
    as_of: date
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def has_code(self) -> bool:
        """Say whether the form asks for a code."""
        return "code" in self.form.fields

    def new_person(self, team: str | None = None) -> Person:
        """Return a new respondent with a code of their own; no code of the usual ones has a Q, an X or a Z."""
        number = next(self._numbers)
        first, second = "QXZ"[number // 31 // 26 % 3], ascii_uppercase[number // 31 % 26]
        return Person(team or self.draw.deal("guest's team", TEAMS), f"{first}{second}{number % 31 + 1:02d}")

    def moment(self) -> int:
        """Return any moment of the programme, long before its end."""
        return random_instant(self.draw, START, (END - START).days - 60)

    def answers(self, person: Person, **fixed: TypedAnswer) -> dict[str, TypedAnswer]:
        """Return what the person answers, in their best hand, but for what is fixed."""
        said = dict(self.form.answer(self.draw.tidy(), person))
        if self.has_code:
            said["code"] = TypedAnswer(person.code, person.code)
        return {**said, **{name: value for name, value in fixed.items() if name in self.form.fields}}

    def faulty_answers(self, person: Person) -> dict[str, TypedAnswer]:
        """Return what the person answers, with a mistake wherever the form lets them make one, but for the code."""
        said = self.answers(person)
        wrong = {
            "ownership": TypedAnswer("see above", None, "unknown_choice"),
            "heard": TypedAnswer("7", None, "unknown_choice"),
            "hours_total": TypedAnswer("a lot", None, "not_a_number"),
            "hours_saved": TypedAnswer("99", None, "out_of_range"),
            "needs_met": TypedAnswer(None, None, "missing_required"),
            "time_share": TypedAnswer("12", None, "out_of_range"),
            "week": TypedAnswer("12/25/2021", None, "not_a_date"),
        }
        return {**said, **{name: value for name, value in wrong.items() if name in said}}

    def response(self, created: int, *versions: tuple[int, dict[str, TypedAnswer]], repeats: int = 0) -> Response:
        """Return a response with versions as (submitted, answers)."""
        stood = tuple(Version(submitted, answers) for submitted, answers in versions)
        return Response(self.form.key, self.draw.response_id(), created, stood, repeats)

    def submitted_once(self, person: Person, at: int) -> Response:
        """Return a response submitted once and never edited."""
        return self.response(at, (at, self.answers(person)))


def later(draw: RandomChoices, moment: int, *, days: int) -> int:
    """Return a moment up to that many days later."""
    return moment + draw.number(60, days * DAY_SECONDS) * SECOND + draw.pick(FRACTIONS)
