"""Publications written by hand for the auditor's tests: a small programme, its cells in short words, its answers."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

from tests.disclosure.cells import WHOLE, Cell, Period, Place, Programme, Question, State, Survey
from tests.disclosure.history import History
from tests.disclosure.published import Publication
from tests.disclosure.truth import Answer, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

START = date(2021, 9, 6)
AUTHORITY = "northbrook"
QUESTIONS = (
    Question("rate", "pulse", "response_rate"),
    Question("ownership", "pulse", "share", asks="ownership", counted=frozenset({4, 5})),
    Question("against", "pulse", "share", asks="ownership", counted=frozenset({1, 2})),
    Question("own_mean", "pulse", "mean", low=1, high=5, rounding=0.1, asks="ownership"),
    Question("heard", "pulse", "share", asks="heard", counted=frozenset({4, 5})),
    Question("time", "pulse", "mean", high=10, rounding=0.1, asks="time"),
    Question("hours", "pulse", "ratio_mean", step=0, asks="hours"),
    Question("met", "families", "share", asks="met", counted=frozenset({4, 5})),
)


def make_programme(teams: Sequence[str], headcounts: Mapping[str, int] | None = None) -> Programme:
    """Return a programme of one authority, whose survey round `baseline` is fortnights 1 and 2.

    The round `ragged` begins a week after them, so that it is half of fortnight 3, fortnight 4, and half of the fifth.
    """
    return Programme(
        start=START,
        end=date(2023, 3, 5),
        teams={AUTHORITY: {team: team.title() for team in teams}},
        names={AUTHORITY: AUTHORITY.title()},
        windows={
            "baseline": ("Before the start", START, START + timedelta(days=27)),
            "ragged": ("In between", START + timedelta(days=35), START + timedelta(days=62)),
        },
        surveys={"pulse": Survey("pulse"), "families": Survey("families", of_staff=False, asked="window")},
        questions={question.key: question for question in QUESTIONS},
        headcounts=dict(headcounts or {}),
    )


def make_history(
    programme: Programme, *publications: Mapping[str, str], truths: Sequence[Truth | None] | None = None
) -> History:
    """Return the history of publications whose cells are written as `{"heard elm 3": "4 of 7"}`.

    The key names the measure, the team ("all" for the whole authority) and the fortnight or survey round.
    """
    made = [
        Publication(f"publication {number}", AUTHORITY, date(2022, number, 28), read_cells(programme, cells))
        for number, cells in enumerate(publications, 1)
    ]
    return History(programme, AUTHORITY, made, truths or [None] * len(made))


def read_cells(programme: Programme, cells: Mapping[str, str]) -> dict[Place, Cell]:
    """Return cells written in short words."""
    return {read_place(programme, key): read_cell(words) for key, words in cells.items()}


def read_place(programme: Programme, words: str) -> Place:
    """Return the place that `heard elm 3` names."""
    measure, team, period = words.split()
    return Place(measure, WHOLE if team == "all" else team, read_period(programme, period))


def read_period(programme: Programme, words: str) -> Period:
    """Return the fortnight of a number, or the survey round of a name."""
    return programme.fortnight(int(words)) if words.isdigit() else programme.window(words)


def read_cell(words: str) -> Cell:
    """Return the cell of `4 of 7`, `1 or fewer of 12`, `5.0 from 7`, `[c]`, `[x]` or `[w]`."""
    if found := re.fullmatch(r"(\d+) of (\d+)", words):
        numerator, n = int(found[1]), int(found[2])
        return Cell(State.SHOWN, n=n, numerator=numerator, figure=round(numerator / n, 2))
    if found := re.fullmatch(r"(\d+) or (fewer|more) of (\d+)", words):
        return Cell(State.BAND, n=int(found[3]), is_high=found[2] == "more")
    if found := re.fullmatch(r"([\d.]+) from (\d+)", words):
        return Cell(State.SHOWN, n=int(found[2]), figure=float(found[1]))
    return Cell(State(words))


def make_truth(programme: Programme, answers: Iterable[tuple[str, int, Mapping[str, float]]]) -> Truth:
    """Return the truth of pulse answers: of each the person such as `elm 3`, the fortnight, the values by measure."""
    made = []
    for number, (person, fortnight, values) in zip(count(), answers, strict=False):
        team = person.split()[0]
        day = programme.fortnight(fortnight).start
        made.append(Answer(f"{person} in {fortnight}", team, day, person, {"rate": 1, **values}))
        assert number < 1000
    return Truth(programme, AUTHORITY, {"pulse": made})


def say_all(team: str, fortnight: int, measure: str, numerator: int, n: int) -> list[tuple[str, int, dict[str, float]]]:
    """Return n people's answers of which the first so many count."""
    return [(f"{team} {one}", fortnight, {measure: float(one < numerator)}) for one in range(n)]
