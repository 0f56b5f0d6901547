"""What Northbrook's leaders may see, made up: 23 fortnights, three survey rounds, some figures hidden.

Numbers come from plain formulas, not from chance, so that the golden files stand still.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from integration.model import FIGURE_COLUMNS, LeadersView, WorkItem
from integration.pack import build_content
from tests.unit.integration.pack.cast import HEADCOUNT, START, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from integration.pack import PackContent

JULY, JUNE = date(2022, 7, 31), date(2022, 6, 30)
MINIMUM_GROUP = 6
NUMBERS = ["n", "numerator", "denominator", "value", "lower", "upper"]

Row = tuple[object, ...]
Period = tuple[str, str, date, date]


def content(
    *, month: str = "2022-07", as_of: date = JULY, before: date = JUNE, work_items: Sequence[WorkItem] | None = None
) -> PackContent:
    """Return the content of the factory's pack."""
    return build_content(
        settings=settings(),
        authority="northbrook",
        month=month,
        now=shown(as_of, work_items=work_items),
        before=shown(before, work_items=work_items),
        version=1,
    )


def shown(as_of: date, *, work_items: Sequence[WorkItem] | None = None, hidden_number: float = math.nan) -> LeadersView:
    """Return what Northbrook's leaders may see as of the day; `hidden_number` stands wherever a figure is hidden."""
    frame = pd.DataFrame(list(_figures(as_of)), columns=[*FIGURE_COLUMNS, "hidden", "ids"])
    frame = frame.astype(dict.fromkeys([*NUMBERS, "target"], "float64"))
    frame.loc[frame["hidden"], NUMBERS] = hidden_number
    shown_as = np.select(
        [frame["hidden"].to_numpy(bool), frame["value"].isna().to_numpy(bool)], ["hidden", "no_answers"], "figure"
    )
    frame = frame.drop(columns="hidden").assign(shown_as=shown_as, told="", is_older=False)
    return LeadersView(
        "northbrook", as_of, frame, tuple(default_work_items(as_of) if work_items is None else work_items)
    )


def default_work_items(as_of: date) -> Iterator[WorkItem]:
    """Yield the cast of small changes, milestones and actions, as they stood on the day."""
    for ref, title, team, stage, designed, done in SMALL_CHANGES:
        if designed <= as_of:
            yield WorkItem("small_change", ref, title, team, stage, "A. Owner", designed, None, _by(done, as_of))
    for ref, title, due, done in MILESTONES:
        yield WorkItem("milestone", ref, title, "", "", "B. Owner", None, due, _by(done, as_of))
    for title, owner, on, due, done in ACTIONS:
        if on <= as_of:
            yield WorkItem("action", on.isoformat(), title, "", "", owner, on, due, _by(done, as_of))


SMALL_CHANGES = (
    ("SC-01", "One shared template for visit notes", "Elm", "Embedded", date(2021, 10, 20), date(2021, 11, 9)),
    ("SC-02", "No internal meetings before 10 o'clock", "Oak", "Implemented", date(2021, 10, 21), date(2021, 11, 17)),
    ("SC-03", "Panel papers cut to two pages", "Oak", "Embedded", date(2021, 10, 30), date(2021, 11, 24)),
    ("SC-04", "Laptops for long visits", "Elm", "Implemented", date(2021, 11, 6), date(2021, 11, 25)),
    ("SC-05", "Duty rota drawn up by the team itself", "Elm", "Embedded", date(2021, 11, 8), date(2021, 11, 27)),
    ("SC-06", "Standing approval for travel below £50", "Oak", "Implemented", date(2021, 11, 21), date(2021, 12, 8)),
    ("SC-07", "Court bundles prepared centrally", "Oak", "Implemented", date(2021, 11, 22), date(2021, 12, 20)),
    ("SC-08", "Direct line to the housing team", "Elm", "Implemented", date(2021, 12, 16), date(2021, 12, 29)),
    ("SC-09", "Supervision notes dictated, not typed", "Oak", "Embedded", date(2022, 2, 13), date(2022, 4, 4)),
    ("SC-10", "Families choose the time of visits", "Elm", "Implemented", date(2022, 5, 9), date(2022, 7, 12)),
    ("SC-11", "Chronology kept as you go", "Elm", "Implemented", date(2022, 6, 1), date(2022, 7, 21)),
    ("SC-12", "One form for school and health requests", "Oak", "Testing", date(2022, 6, 6), None),
    ("SC-13", "Shared calendar with the family centre", "Elm", "Idea", date(2022, 6, 20), None),
    ("SC-14", "Weekly e-mails replaced by a page", "Oak", "Dropped", date(2021, 11, 1), None),
)
MILESTONES = (
    ("N-01", "Blueprint agreed with both teams", date(2022, 2, 13), date(2022, 2, 28)),
    ("N-02", "Recording policy rewritten", date(2022, 3, 9), date(2022, 2, 28)),
    ("N-03", "Approval limits changed", date(2022, 4, 5), date(2022, 4, 5)),
    ("N-04", "Panel meets weekly instead of monthly", date(2022, 5, 2), None),
    ("N-05", "Both teams trained in the new way of recording", date(2022, 6, 3), date(2022, 5, 24)),
    ("N-06", "Business support moved into the teams", date(2022, 7, 3), date(2022, 6, 23)),
    ("N-07", "First learning day with families", date(2022, 7, 28), date(2022, 7, 28)),
    ("N-08", "New visit note live in the case system", date(2022, 8, 23), None),
    ("N-09", "Second learning day with families", date(2022, 9, 25), None),
    ("N-10", "Blueprint adapted after the first half-year", date(2022, 10, 23), None),
)
ACTIONS = (
    ("Write to the panel chairs", "Head of service", date(2022, 3, 16), date(2022, 4, 13), None),
    ("Free eight laptops from the pool", "Head of IT", date(2022, 5, 27), date(2022, 6, 24), date(2022, 7, 8)),
    ("Name one person for approvals in August", "Director", date(2022, 6, 18), date(2022, 7, 16), None),
    ("Visit Oak's team meeting", "Director", date(2022, 7, 15), date(2022, 8, 12), None),
)


def _by(done: date | None, as_of: date) -> date | None:
    return done if done and done <= as_of else None


def _figures(as_of: date) -> Iterator[Row]:
    for number in range(1, ((as_of - START).days + 1) // 14 + 1):
        start = START + timedelta(days=14 * (number - 1))
        yield from _fortnight(number, ("fortnight", str(number), start, start + timedelta(days=13)))
    for place, (key, window) in enumerate(settings().programme.windows.items()):
        if window.end <= as_of:
            yield from _window(place, ("window", key, window.start, window.end))
    if as_of >= START:
        yield from _to_date(("to_date", "to_date", START, as_of))


def _fortnight(number: int, period: Period) -> Iterator[Row]:
    answers = {team: _answers(team, number) for team in HEADCOUNT}
    for shift, key in enumerate(("ownership_positive", "involved_positive", "heard_positive")):
        yield from _shares(key, period, {team: (_agreeing(n, number, shift), n) for team, n in answers.items()})
    answered = {team: (n, HEADCOUNT[team]) for team, n in answers.items()}
    yield from _shares("pulse_response_rate", period, answered, target=0.7)
    yield from _means("direct_time_share", period, {team: (n * 0.2, n) for team, n in answers.items()})


def _window(place: int, period: Period) -> Iterator[Row]:
    staff, families = {"elm": 7, "oak": 7 - place}, {"elm": 4 + place, "oak": 5 + place}
    for key, positive, asked in (
        ("ownership_positive", 3, staff),
        ("able_to_help_positive", 2, staff),
        ("enough_time_positive", 1, families),
        ("needs_met_positive", 2, families),
        ("listened_positive", 3, families),
    ):
        yield from _shares(key, period, {team: (positive + place, n) for team, n in asked.items()})
    for key, first, slope in (
        ("time_share_mean", 2.1, 0.7),
        ("barriers_mean", 3.4, -0.5),
        ("direct_time_share", 0.19, 0.04),
    ):
        yield from _means(key, period, {team: ((first + slope * place) * n, n) for team, n in staff.items()})


def _to_date(period: Period) -> Iterator[Row]:
    as_of, phase = period[3], settings().programme.phases["small_changes"]
    done = [(team.lower(), day) for *_, team, _, _, day in SMALL_CHANGES if day and day <= as_of]
    in_phase = [(team, day) for team, day in done if phase.start <= day <= phase.end]
    for key, counted, target in (
        ("changes_implemented", done, math.nan),
        ("changes_implemented_in_phase_2", in_phase, 10.0),
    ):
        for team in ("", "elm", "oak"):
            n = sum(not team or t == team for t, _ in counted)
            yield _row(key, team, period, (n, n, math.nan, n), target=math.nan if team else target)
    due = [(day, by) for _, _, day, by in MILESTONES if day <= as_of]
    on_time = sum(1 for day, by in due if by and by <= day)
    yield _row("milestones_on_time", "", period, (len(due), on_time, len(due), _ratio(on_time, len(due))))
    months = (as_of.year - START.year) * 12 + as_of.month - START.month + 1
    held = months - 1
    yield _row("reviews_held", "", period, (months, held, months, _ratio(held, months)), target=1.0)
    yield _row("commitment_mean", "", period, (held, 4 * held + 2, held, _ratio(4 * held + 2, held)))


def _answers(team: str, number: int) -> int:
    """Return how many answered: in some fortnights hardly anybody, in one nobody."""
    if (team, number) in {("oak", 8), ("elm", 9), ("oak", 18)}:
        return 2
    if (team, number) in {("oak", 9), ("elm", 17), ("oak", 17)}:
        return 0
    return HEADCOUNT[team] - (number * (3 if team == "elm" else 5)) % 3


def _agreeing(n: int, number: int, shift: int) -> int:
    wave = 0.09 * ((number * (shift + 2)) % 4 - 1.5)
    return min(max(round(n * (0.3 + 0.018 * number + wave)), 0), max(n - 1, 0))


def _shares(
    key: str, period: Period, counts: Mapping[str, tuple[float, int]], *, target: float = math.nan
) -> Iterator[Row]:
    people = {team: a if key == "pulse_response_rate" else b for team, (a, b) in counts.items()}
    for team, (a, b) in {"": _total(counts), **counts}.items():
        bounds = (max(_ratio(a, b) - 0.22, 0.0), min(_ratio(a, b) + 0.19, 1.0)) if b else (math.nan, math.nan)
        yield _row(key, team, period, (b, a, b, _ratio(a, b), *bounds), target=target, hidden=_is_small(people, team))


def _means(key: str, period: Period, sums: Mapping[str, tuple[float, int]]) -> Iterator[Row]:
    people = {team: n for team, (_, n) in sums.items()}
    for team, (total, n) in {"": _total(sums), **sums}.items():
        yield _row(key, team, period, (n, total, n, _ratio(total, n)), hidden=_is_small(people, team))


def _total(counts: Mapping[str, tuple[float, int]]) -> tuple[float, int]:
    return sum(a for a, _ in counts.values()), sum(b for _, b in counts.values())


def _is_small(people: Mapping[str, float], team: str) -> bool:
    if not team:
        return 0 < sum(people.values()) < MINIMUM_GROUP
    return any(0 < n < MINIMUM_GROUP for n in people.values())


def _ratio(a: float, b: float) -> float:
    return a / b if b else math.nan


def _row(  # noqa: PLR0913  # the columns of a figure
    key: str, team: str, period: Period, numbers: tuple[float, ...], *, target: float = math.nan, hidden: bool = False
) -> Row:
    six = (*numbers, math.nan, math.nan)[:6]
    ids = () if hidden else (f"{key}-{team or 'all'}-{period[1]}",)
    return (key, "northbrook", team, *period, *six, target, hidden, ids)
