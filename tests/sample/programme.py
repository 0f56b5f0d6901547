"""The sample programme's names and dates, written down once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

START = date(2021, 9, 6)
END = date(2023, 3, 5)
FORTNIGHT = timedelta(days=14)

AUTHORITY_OF = {"Elm": "northbrook", "Oak": "northbrook", "Rowan": "southmere", "Birch": "southmere"}
TEAMS = tuple(AUTHORITY_OF)
AUTHORITIES = ("northbrook", "southmere")
PEOPLE_IN = {"Elm": 8, "Oak": 7, "Rowan": 9, "Birch": 6}

LIKERT = ("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree")
BARRIERS = (
    "Recording and forms",
    "Duty system",
    "Panels and approvals",
    "Travel",
    "IT systems",
    "Court work",
    "Meetings, reviews and conferences",
)
OBSTACLES = ("Not at all", "A little", "A lot")
STAGES = ("Idea", "Designing", "Testing", "Implemented", "Embedded", "Dropped")
WHO = ("Child", "Young person", "Parent", "Carer")


@dataclass(frozen=True, slots=True)
class Span:
    """A named range of days, both ends included."""

    key: str
    first: date
    last: date


PHASES = (
    Span("set_up", date(2021, 9, 6), date(2021, 10, 31)),
    Span("small_changes", date(2021, 11, 1), date(2021, 12, 26)),
    Span("co_design", date(2021, 12, 27), date(2022, 4, 30)),
    Span("test_and_learn", date(2022, 5, 1), date(2022, 12, 31)),
    Span("share", date(2023, 1, 1), date(2023, 3, 5)),
)
PHASE_2 = PHASES[1]
WINDOWS = (
    Span("baseline", date(2021, 9, 6), date(2021, 10, 3)),
    Span("after_phase_2", date(2021, 12, 27), date(2022, 1, 23)),
    Span("ongoing_1", date(2022, 5, 2), date(2022, 5, 29)),
    Span("ongoing_2", date(2022, 8, 1), date(2022, 8, 28)),
    Span("ongoing_3", date(2022, 11, 7), date(2022, 12, 4)),
)


def span_of(day: date, spans: tuple[Span, ...]) -> str | None:
    """Return the key of the span that the day lies in."""
    for span in spans:
        if span.first <= day <= span.last:
            return span.key
    return None


def fortnight_of(day: date) -> int:
    """Return the number of the programme's fortnight; the first is 1."""
    return (day - START).days // 14 + 1


def first_day_of(fortnight: int) -> date:
    """Return the Monday on which a fortnight begins."""
    return START + FORTNIGHT * (fortnight - 1)


def last_fortnight_begun(as_of: date) -> int:
    """Return the number of the last fortnight that has begun by the day; 0 before the programme starts."""
    return 0 if as_of < START else fortnight_of(min(as_of, END))


def teams_of(authority: str) -> tuple[str, ...]:
    """Return the teams of an authority."""
    return tuple(team for team in TEAMS if AUTHORITY_OF[team] == authority)


def months_complete(as_of: date) -> list[tuple[int, int]]:
    """Return (year, month) of each month that ended by the day, from the one in which the programme starts."""
    months: list[tuple[int, int]] = []
    year, month = START.year, START.month
    while True:
        following = (year + month // 12, month % 12 + 1)
        if date(*following, 1) - timedelta(days=1) > as_of:
            return months
        months.append((year, month))
        year, month = following
