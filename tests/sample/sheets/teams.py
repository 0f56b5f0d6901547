"""How many people each team has, from a day on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.choices import option
from tests.sample.dates import day_in_cell
from tests.sample.programme import AUTHORITY_OF, PEOPLE_IN, START, TEAMS, first_day_of
from tests.sample.sheets.source import Source, authority, with_blanks
from tests.sample.spelling import respell
from tests.sample.typed_values import TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.sheets.source import Line

HEADINGS = {
    "team": "Team",
    "authority": "Authority",
    "statutory": "Statutory",
    "headcount": "Headcount",
    "from_on": "From",
}
TEAMS_SHEET = Source("teams", "Teams", HEADINGS, ("team", "from_on"), "team")


def teams(draw: RandomChoices, as_of: date) -> list[Line]:
    """Return the rows of the tab: headcounts that change on, after and in the middle of a fortnight's first day."""
    changes = [
        ("Oak", first_day_of(6)),
        ("Birch", first_day_of(6) + timedelta(days=1)),
        ("Birch", first_day_of(14) + timedelta(days=draw.number(2, 12))),
        ("Elm", first_day_of(20) - timedelta(days=1)),
        ("Rowan", as_of - timedelta(days=1)),
        ("Rowan", as_of + timedelta(days=20)),
    ]
    lines = [_line(draw, team, day) for team, day in (*((team, START) for team in TEAMS), *changes)]
    if draw.clean:
        return lines
    lines.append({**_line(draw, "Elm", date(2021, 10, 1)), "team": TypedAnswer("Sycamore", None, "unknown_team")})
    twice = {**_line(draw, "Oak", first_day_of(6)), "headcount": TypedAnswer(99, 99)}
    return with_blanks(draw, [*draw.mix(lines), twice])


def _line(draw: RandomChoices, name: str, day: date) -> Line:
    key = AUTHORITY_OF[name]
    headcount = PEOPLE_IN[name] + draw.number(-1, 3)
    return {
        "team": TypedAnswer(respell(draw, name) if draw.slips(0.2) else name, name),
        "authority": authority(draw, key),
        "statutory": option(draw, ("No",) if name == "Birch" else ("Yes",), deck=f"statutory {name}"),
        "headcount": TypedAnswer(str(headcount) if draw.slips(0.1) else headcount, headcount),
        "from_on": day_in_cell(draw, day),
    }
