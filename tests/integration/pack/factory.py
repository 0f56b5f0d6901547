"""A fixed cast for the pack's tests: Northbrook with Elm and Oak, 23 fortnights, three survey rounds, some hidden.

Numbers come from plain formulas, not from chance, so that the golden files stand still.
"""

from __future__ import annotations

import math
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from config.schema import Settings
from integration.model import FIGURE_COLUMNS, Shown, ShownThing
from integration.pack import build_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from integration.pack import PackContent

START = date(2021, 9, 6)
JULY, JUNE = date(2022, 7, 31), date(2022, 6, 30)
HEADCOUNT = {"elm": 8, "oak": 7}
MINIMUM_GROUP = 6
SENTINEL = 77341.0
"""Stands in every hidden number; it must appear in no output."""

OWNS = "Social workers co-produce the changes and own them"
MAKES = "Small changes are made by the teams"
WORKS = "The new approach is workable locally"
BACKS = "Senior management is on board"
TIME = "More time for relationships"
LESS = "Fewer barriers"
HELPS = "Families have a better experience and their needs are better met"


def settings() -> Settings:
    """Return the smallest configuration that has a measure of every kind."""
    return Settings.model_validate(
        {
            "programme": _programme(),
            "forms": {
                "pulse": _form("Pulse", "staff", ["involved", "ownership", "heard"]),
                "time_and_barriers": {
                    "title": "Time and barriers",
                    "asks": "staff",
                    "fields": [
                        {"name": "time_share", "type": "scale", "low": 0, "high": 10},
                        {"name": "able_to_help", "type": "likert5"},
                        {"name": "barriers", "type": "choices", "options": ["Travel", "IT systems"]},
                    ],
                },
                "families": _form("Families", "families", ["listened", "enough_time", "needs_met"]),
            },
            "sheets": {
                "small_changes": _sheet("Small changes", ["ref", "stage"], ["implemented_on"]),
                "blueprint": _sheet("Blueprint", ["ref"], ["due_on", "done_on"]),
                "reviews": _sheet("Reviews", ["ref", "commitment"], ["held_on"]),
            },
            "measures": _measures(),
            "packs": _packs(),
            "jobs": {"pack": {"about": "Builds and sends the packs.", "daily_at": "07:00", "monthly_on": 3}},
            "digest": "0" * 64,
        }
    )


def content(
    *, month: str = "2022-07", as_of: date = JULY, before: date = JUNE, things: Sequence[ShownThing] | None = None
) -> PackContent:
    """Return the content of the factory's pack."""
    return build_content(
        settings=settings(),
        authority="northbrook",
        month=month,
        now=shown(as_of, things=things),
        before=shown(before, things=things),
        version=1,
    )


def shown(as_of: date, *, things: Sequence[ShownThing] | None = None, hidden_number: float = math.nan) -> Shown:
    """Return what Northbrook's leaders may see as of the day; `hidden_number` stands wherever a figure is hidden."""
    frame = pd.DataFrame(list(_figures(as_of)), columns=[*FIGURE_COLUMNS, "hidden", "ids"])
    numbers = ["n", "numerator", "denominator", "value", "lower", "upper"]
    frame.loc[frame["hidden"], numbers] = hidden_number
    return Shown("northbrook", as_of, frame, tuple(things if things is not None else default_things(as_of)))


def default_things(as_of: date) -> Iterator[ShownThing]:
    """Yield the cast of small changes, milestones and actions, as they stood on the day."""
    for ref, title, team, stage, designed, done in SMALL_CHANGES:
        if designed <= as_of:
            yield ShownThing("small_change", ref, title, team, stage, "A. Owner", designed, None, _by(done, as_of))
    for ref, title, due, done in MILESTONES:
        yield ShownThing("milestone", ref, title, "", "", "B. Owner", None, due, _by(done, as_of))
    for ref, title, owner, on, due, done in ACTIONS:
        if on <= as_of:
            yield ShownThing("action", ref, title, "", "", owner, on, due, _by(done, as_of))


SMALL_CHANGES = (
    ("SC-01", "One shared template for visit notes", "Elm", "Embedded", date(2021, 10, 20), date(2021, 11, 9)),
    ("SC-02", "No internal meetings before 10 o’clock", "Oak", "Implemented", date(2021, 10, 21), date(2021, 11, 17)),
    ("SC-03", "Panel papers cut to two pages", "Oak", "Embedded", date(2021, 10, 30), date(2021, 11, 24)),
    (
        "SC-04",
        "Laptops for visits that last more than an hour",
        "Elm",
        "Implemented",
        date(2021, 11, 6),
        date(2021, 11, 25),
    ),
    ("SC-05", "Duty rota drawn up by the team itself", "Elm", "Embedded", date(2021, 11, 8), date(2021, 11, 27)),
    ("SC-06", "Standing approval for travel below £50", "Oak", "Implemented", date(2021, 11, 21), date(2021, 12, 8)),
    (
        "SC-07",
        "Court bundles prepared by business support",
        "Oak",
        "Implemented",
        date(2021, 11, 22),
        date(2021, 12, 20),
    ),
    ("SC-08", "Direct line to the housing team", "Elm", "Implemented", date(2021, 12, 16), date(2021, 12, 29)),
    ("SC-09", "Supervision notes dictated, not typed", "Oak", "Embedded", date(2022, 2, 13), date(2022, 4, 4)),
    ("SC-10", "Families choose the time of the first visit", "Elm", "Implemented", date(2022, 5, 9), date(2022, 7, 12)),
    ("SC-11", "Chronology kept as you go", "Elm", "Implemented", date(2022, 6, 1), date(2022, 7, 21)),
    ("SC-12", "One form for school and health requests", "Oak", "Testing", date(2022, 6, 6), None),
    ("SC-13", "Shared calendar with the family centre", "Elm", "Idea", date(2022, 6, 20), None),
    ("SC-14", "Weekly emails from the service replaced by a page", "Oak", "Dropped", date(2021, 11, 1), None),
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
    ("2022-03-16", "Write to the panel chairs", "Head of service", date(2022, 3, 16), date(2022, 4, 13), None),
    ("2022-05-27", "Free eight laptops from the pool", "Head of IT", date(2022, 5, 27), date(2022, 6, 24), date(2022, 7, 8)),
    ("2022-06-18", "Name one person for approvals in August", "Director", date(2022, 6, 18), date(2022, 7, 16), None),
    ("2022-07-15", "Visit Oak’s team meeting", "Director", date(2022, 7, 15), date(2022, 8, 12), None),
)  # fmt: skip


def _by(done: date | None, as_of: date) -> date | None:
    return done if done and done <= as_of else None


def _figures(as_of: date) -> Iterator[tuple[object, ...]]:
    for number in range(1, ((as_of - START).days + 1) // 14 + 1):
        start = START + timedelta(days=14 * (number - 1))
        period = ("fortnight", str(number), start, start + timedelta(days=13))
        counts = {team: _answers(team, number) for team in HEADCOUNT}
        for shift, key in enumerate(("ownership_positive", "involved_positive", "heard_positive")):
            yield from _by_team(key, period, {t: (_agreeing(n, number, shift), n) for t, n in counts.items()})
        yield from _by_team(
            "pulse_response_rate", period, {t: (n, HEADCOUNT[t]) for t, n in counts.items()}, target=0.7, rate=True
        )
        yield from _by_team("direct_time_share", period, {t: (n * 0.2, n) for t, n in counts.items()}, mean=True)
    yield from _windows(as_of)
    yield from _to_date(as_of)


def _windows(as_of: date) -> Iterator[tuple[object, ...]]:
    for place, (key, window) in enumerate(settings().programme.windows.items()):
        if window.end > as_of:
            continue
        period = ("window", key, window.start, window.end)
        staff, families = {"elm": 7, "oak": 7 - place}, {"elm": 4 + place, "oak": 5 + place}
        for measure, first in (("able_to_help_positive", 2), ("ownership_positive", 3)):
            yield from _by_team(measure, period, {t: (first + place, n) for t, n in staff.items()})
        for measure, first in (("time_share_mean", 2.1), ("barriers_mean", 3.4)):
            slope = 0.7 if measure == "time_share_mean" else -0.5
            yield from _by_team(
                measure, period, {t: ((first + slope * place) * n, n) for t, n in staff.items()}, mean=True
            )
        yield from _by_team(
            "direct_time_share", period, {t: ((0.19 + 0.04 * place) * n, n) for t, n in staff.items()}, mean=True
        )
        for measure, first in (("enough_time_positive", 1), ("needs_met_positive", 2), ("listened_positive", 3)):
            yield from _by_team(measure, period, {t: (first + place, n) for t, n in families.items()})


def _to_date(as_of: date) -> Iterator[tuple[object, ...]]:
    period = ("to_date", "to_date", START, as_of)
    phase = settings().programme.phases["small_changes"]
    done = [(team.lower(), day) for *_, team, _, _, day in SMALL_CHANGES if day and day <= as_of]
    for key, wanted in (
        ("changes_implemented", done),
        ("changes_implemented_in_phase_2", [(t, d) for t, d in done if phase.start <= d <= phase.end]),
    ):
        for team in ("", "elm", "oak"):
            n = sum(not team or t == team for t, _ in wanted)
            target = 10.0 if key.endswith("phase_2") and not team else math.nan
            yield _row(key, team, period, (n, n, math.nan, n), target=target)
    due = [(d, by) for _, _, d, by in MILESTONES if d <= as_of]
    on_time = sum(1 for d, by in due if by and by <= d)
    yield _row("milestones_on_time", "", period, (len(due), on_time, len(due), on_time / len(due) if due else math.nan))
    months = (as_of.year - 2021) * 12 + as_of.month - 8
    yield _row("reviews_held", "", period, (months, months - 1, months, (months - 1) / months), target=1.0)
    yield _row("commitment_mean", "", period, (months - 1, 4 * (months - 1) + 2, months - 1, 4 + 2 / (months - 1)))


def _answers(team: str, number: int) -> int:
    away = {("oak", 8), ("elm", 9), ("oak", 18)}
    nobody = {("oak", 9), ("elm", 17), ("oak", 17)}
    return (
        2
        if (team, number) in away
        else 0
        if (team, number) in nobody
        else HEADCOUNT[team] - (number * (3 if team == "elm" else 5)) % 3
    )


def _agreeing(n: int, number: int, shift: int) -> int:
    return min(max(round(n * (0.3 + 0.018 * number + 0.09 * ((number * (shift + 2)) % 4 - 1.5))), 0), max(n - 1, 0))


def _by_team(  # noqa: PLR0913
    measure: str,
    period: tuple[str, str, date, date],
    counts: dict[str, tuple[float, float]],
    *,
    target: float = math.nan,
    mean: bool = False,
    rate: bool = False,
) -> Iterator[tuple[object, ...]]:
    total = (sum(a for a, _ in counts.values()), sum(b for _, b in counts.values()))
    small = {team: 0 < (a if rate else b) < MINIMUM_GROUP for team, (a, b) in counts.items()}
    all_hidden = 0 < (total[0] if rate else total[1]) < MINIMUM_GROUP
    for team, (a, b) in (("", total), *counts.items()):
        hidden = any(small.values()) if team else all_hidden
        lower, upper = (math.nan, math.nan) if mean or not b else _rough_interval(a / b)
        yield _row(
            measure, team, period, (b, a, b, a / b if b else math.nan), lower, upper, target=target, hidden=hidden
        )


def _rough_interval(share: float) -> tuple[float, float]:
    return max(share - 0.22, 0.0), min(share + 0.19, 1.0)


def _row(  # noqa: PLR0913
    measure: str,
    team: str,
    period: tuple[str, str, date, date],
    numbers: tuple[float, float, float, float],
    lower: float = math.nan,
    upper: float = math.nan,
    *,
    target: float = math.nan,
    hidden: bool = False,
) -> tuple[object, ...]:
    n, numerator, denominator, value = numbers
    ids = () if hidden else (f"{measure}-{team or 'all'}-{period[1]}",)
    return (
        measure, "northbrook", team, *period, float(n), numerator, denominator, value, lower, upper, target, hidden, ids,
    )  # fmt: skip


def _form(title: str, asks: str, questions: list[str]) -> dict[str, object]:
    return {"title": title, "asks": asks, "fields": [{"name": name, "type": "likert5"} for name in questions]}


def _sheet(title: str, texts: list[str], dates: list[str]) -> dict[str, object]:
    fields = [{"name": name, "type": "text"} for name in texts] + [{"name": name, "type": "date"} for name in dates]
    return {"title": title, "spreadsheet": "register", "tab": title, "key": ["ref"], "fields": fields}


def _programme() -> dict[str, object]:
    def span(title: str, start: str, end: str) -> dict[str, str]:
        return {"title": title, "start": start, "end": end}

    return {
        "name": "Change Crescendo",
        "start": START,
        "end": date(2023, 3, 5),
        "contact": "the project team, team@crescendo.example",
        "likert5": ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"],
        "authorities": {
            "northbrook": {
                "name": "Northbrook",
                "teams": {t: {"name": t.title(), "statutory": True, "headcount": h} for t, h in HEADCOUNT.items()},
            }
        },
        "phases": {
            "set_up": span("Set-up", "2021-09-06", "2021-10-31"),
            "small_changes": span("Small changes", "2021-11-01", "2021-12-26"),
            "co_design": span("Co-design", "2021-12-27", "2022-04-30"),
            "test_and_learn": span("Test and learn", "2022-05-01", "2022-12-31"),
        },
        "windows": {
            "baseline": span("Baseline", "2021-09-06", "2021-10-03"),
            "after_phase_2": span("After the small changes", "2021-12-27", "2022-01-23"),
            "ongoing_1": span("Test and learn, first round", "2022-05-02", "2022-05-29"),
            "ongoing_2": span("Test and learn, second round", "2022-08-01", "2022-08-28"),
        },
    }


def _measures() -> dict[str, object]:
    people, things = {"rests_on": "people"}, {"rests_on": "things", "periods": ["to_date"]}

    def share(title: str, outcome: str, source: str, field: str, *periods: str) -> dict[str, object]:
        words = f"Answers “Agree” or “Strongly agree” out of all answers to the question, {source.replace('_', ' ')} survey."
        return people | {
            "kind": "share", "title": title, "outcome": outcome, "definition": words,
            "source": source, "field": field, "values": [4, 5], "periods": list(periods),
        }  # fmt: skip

    def mean(title: str, outcome: str, source: str, field: str, **more: object) -> dict[str, object]:
        words = "The mean of all answers to the question."
        fixed = {
            "kind": "mean",
            "title": title,
            "outcome": outcome,
            "definition": words,
            "source": source,
            "field": field,
        }
        return people | fixed | {"periods": ["window"]} | more

    def count(title: str, **more: object) -> dict[str, object]:
        words = "Small changes that are implemented or embedded, with the day on which that happened."
        fixed = {"kind": "count", "title": title, "outcome": MAKES, "definition": words, "source": "small_changes"}
        return things | fixed | {"where": {"stage": ["Implemented", "Embedded"]}, "dated_by": "implemented_on"} | more

    pulse = ("fortnight", "window")
    return {
        "ownership_positive": share("Feel that the changes are theirs", OWNS, "pulse", "ownership", *pulse),
        "involved_positive": share("Have been involved in choosing what changes", OWNS, "pulse", "involved", "fortnight"),
        "heard_positive": share("Say that their ideas are listened to", OWNS, "pulse", "heard", "fortnight"),
        "pulse_response_rate": people
        | {
            "kind": "response_rate", "title": "Answer the fortnightly survey", "outcome": OWNS, "source": "pulse",
            "definition": "Answers that count, out of the people in the team.", "periods": ["fortnight"], "target": 0.7,
        },
        "changes_implemented_in_phase_2": count(
            "Small changes made in the eight weeks meant for them", within_phase="small_changes", target=10, target_for="authority"
        ),
        "changes_implemented": count("Small changes made so far"),
        "milestones_on_time": things
        | {
            "kind": "on_time", "title": "Milestones of the blueprint reached on time", "outcome": WORKS,
            "definition": "Done on or before the day due, out of those due so far.", "source": "blueprint",
            "due": "due_on", "done": "done_on",
        },
        "reviews_held": things
        | {
            "kind": "held", "title": "Months with a senior review meeting", "outcome": BACKS, "source": "reviews",
            "definition": "Complete months with at least one meeting, out of complete months so far.",
            "dated_by": "held_on", "target": 1,
        },
        "commitment_mean": mean(
            "Commitment that senior leaders state, from 1 to 5", BACKS, "reviews", "commitment",
            dated_by="held_on", rests_on="things", periods=["to_date"],
        ),
        "direct_time_share": people
        | {
            "kind": "ratio_mean", "title": "Part of the week spent with children and families", "outcome": TIME,
            "definition": "The mean of hours spent with children and families out of hours worked.", "source": "pulse",
            "numerator": "hours_direct", "denominator": "hours_total", "periods": ["fortnight", "window"],
        },
        "time_share_mean": mean("How much of the week goes on relationships, from 0 to 10", TIME, "time_and_barriers", "time_share"),
        "enough_time_positive": share("Families: my social worker has enough time for us", TIME, "families", "enough_time", "window"),
        "able_to_help_positive": share("Are able to help in the way they want to", LESS, "time_and_barriers", "able_to_help", "window"),
        "barriers_mean": mean("Number of barriers that people name", LESS, "time_and_barriers", "barriers", hoped="down"),
        "needs_met_positive": share("Families: we get the help that we need", HELPS, "families", "needs_met", "window"),
        "listened_positive": share("Families: my social worker listens", HELPS, "families", "listened", "window"),
    }  # fmt: skip


def _packs() -> dict[str, object]:
    return {
        "sender": {"name": "Change Crescendo", "email": "packs@crescendo.example"},
        "hope": "Social workers make small changes that they choose themselves, then design and try a different way of "
        "working, so that they have more time for children and families and families get better help.",
        "headlines": [
            "ownership_positive", "pulse_response_rate", "changes_implemented_in_phase_2", "milestones_on_time",
            "reviews_held", "direct_time_share", "needs_met_positive",
        ],
        "summary": [{"title": "Headlines", "introduction": "All.", "measures": ["ownership_positive"]}],
        "leaders": {
            "northbrook": {
                "recipients": [
                    {"name": "Dana Director", "email": "dana@northbrook.example"},
                    {"name": "Héloïse O’Neill, Deputy", "email": "heloise@northbrook.example"},
                ],
                "meeting": {
                    "title": "Monthly review", "weekday": "Thursday", "which": 1, "at": time(10, 0), "minutes": 60,
                    "place": "Room 2.1 and online",
                },
            }
        },
    }  # fmt: skip
