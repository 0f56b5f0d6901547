"""The small changes of the teams."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.sample.amounts import hours
from tests.sample.choices import NO_TEAM, option, team
from tests.sample.dates import day_in_cell, perhaps_day_in_cell
from tests.sample.free_text import title
from tests.sample.programme import BARRIERS, PHASE_2, STAGES, START, TEAMS
from tests.sample.sheets.source import Source, notes, owner, with_blanks
from tests.sample.typed_values import NOTHING, TypedAnswer

if TYPE_CHECKING:
    from tests.sample.random_choices import RandomChoices
    from tests.sample.sheets.source import Line

HEADINGS = {
    "ref": "Ref",
    "change": "Change",
    "team": "Team",
    "barrier": "Barrier",
    "stage": "Stage",
    "designed_on": "Designed on",
    "implemented_on": "Implemented on",
    "owner": "Owner",
    "hours_saved": "Hours saved a week",
    "notes": "Notes",
}
SMALL_CHANGES = Source("small_changes", "Small changes", HEADINGS, ("ref",), "team")

MOST_HOURS = 40
NO_STAGE = ("Done", "Implementd", "Idea/Testing", "Embedded!", "5", "n/a", "nan")
BEYOND = (41, 40.5, -1, 240)


def small_changes(draw: RandomChoices, as_of: date) -> list[Line]:
    """Return the rows of the tab."""
    lines = [_line(draw, number, as_of) for number in range(1, 46)]
    lines += [_done_on(draw, number, day) for number, day in enumerate(_edge_days(as_of), start=46)]
    if not draw.clean:
        lines = _with_faulty(draw, lines)
    return with_blanks(draw, lines)


def _edge_days(as_of: date) -> list[date]:
    """Return the days on which phase 2, the reporting date or (wrongly) the start could make a difference."""
    day = timedelta(days=1)
    edges = (PHASE_2.first, PHASE_2.last + day, as_of + day)
    return [START - day, *(edge - back for edge in edges for back in (day, timedelta()))]


def _line(draw: RandomChoices, number: int, as_of: date) -> Line:
    stage = _stage(draw)
    designed = date(2021, 10, 15) + timedelta(days=draw.number(0, 260))
    implemented = designed + timedelta(days=draw.number(1, 60))
    is_done = stage.means in ("Implemented", "Embedded") or stage.code is not None
    return {
        "ref": _ref(draw, number),
        "change": title(draw, f"Small change {number}"),
        "team": team(draw.tidy(), _team(draw)) if draw.happens(0.5) else _spelled(draw),
        "barrier": option(draw, BARRIERS, deck="barrier"),
        "stage": stage,
        "designed_on": NOTHING if draw.happens(0.1) else perhaps_day_in_cell(draw, min(designed, as_of)),
        "implemented_on": _implemented(draw, implemented) if is_done or draw.happens(0.15) else NOTHING,
        "owner": owner(draw),
        "hours_saved": _hours(draw),
        "notes": notes(draw),
    }


def _done_on(draw: RandomChoices, number: int, day: date) -> Line:
    """Return a change that was implemented on that very day, without a doubt."""
    done = {"stage": TypedAnswer("Implemented", "Implemented"), "implemented_on": day_in_cell(draw, day)}
    return {**_line(draw, number, day), "designed_on": NOTHING, **done}


def _ref(draw: RandomChoices, number: int) -> TypedAnswer:
    ref = f"SC-{number:03d}"
    return TypedAnswer(draw.pick((f" {ref}", f"{ref} ", f"\u00a0{ref}\n")) if draw.slips(0.1) else ref, ref)


def _team(draw: RandomChoices) -> str:
    return draw.deal("team of a change", TEAMS)


def _spelled(draw: RandomChoices) -> TypedAnswer:
    """Return a team that is always one of the four, however it is written."""
    name = _team(draw)
    said = team(draw, name)
    return said if said.means else TypedAnswer(name, name)


def _stage(draw: RandomChoices) -> TypedAnswer:
    if draw.slips(0.06):
        return TypedAnswer(draw.deal("no stage", NO_STAGE), None, "unknown_choice")
    return option(draw, STAGES, deck="stage")


def _implemented(draw: RandomChoices, day: date) -> TypedAnswer:
    return NOTHING if draw.slips(0.06) else perhaps_day_in_cell(draw, day)


def _hours(draw: RandomChoices) -> TypedAnswer:
    if draw.slips(0.04):
        return TypedAnswer(draw.deal("cell beyond", BEYOND), None, "out_of_range")
    if draw.happens(0.5):
        amount = draw.number(0, 12) / 2
        return TypedAnswer(amount, amount)
    return hours(draw, low=0.5, high=9, most=MOST_HOURS)


def _with_faulty(draw: RandomChoices, lines: list[Line]) -> list[Line]:
    """Return the lines with some that are refused, each of which would change a figure if it were not."""

    def faulty(ref: TypedAnswer, where: TypedAnswer) -> Line:
        return {**_done_on(draw, 0, PHASE_2.first), "ref": ref, "team": where}

    elm, rowan = TypedAnswer("Elm", "Elm"), TypedAnswer("Rowan", "Rowan")
    missing = [faulty(TypedAnswer(typed), where) for typed, where in ((None, elm), ("  ", rowan), ("\u00a0\n", elm))]
    nowhere = [
        faulty(TypedAnswer(f"SC-9{number:02d}", f"SC-9{number:02d}"), where) for number, where in enumerate(NO_TEAM)
    ]
    doubles = [
        faulty(TypedAnswer("SC-003", "SC-003"), elm),
        faulty(TypedAnswer("sc-004 ", "sc-004"), rowan),
        faulty(TypedAnswer("\tSc-005", "Sc-005"), elm),
        faulty(TypedAnswer("SC-003", "SC-003"), rowan),
        faulty(TypedAnswer("SC-900", "SC-900"), elm),
        faulty(TypedAnswer("sc-901", "sc-901"), rowan),
    ]
    return [*draw.mix([*lines, *missing, *nowhere]), *draw.mix(doubles)]
