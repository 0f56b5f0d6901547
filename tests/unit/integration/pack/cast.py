"""The configuration of the pack's tests: Northbrook with Elm and Oak, and a measure of every kind."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from typing import TYPE_CHECKING

from config.schema import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

START = date(2021, 9, 6)
HEADCOUNT = {"elm": 8, "oak": 7}

OWNS = "Social workers co-produce the changes and own them"
MAKES = "Small changes are made by the teams"
WORKS = "The new approach is workable locally"
BACKS = "Senior management is on board"
TIME = "More time for relationships"
LESS = "Fewer barriers"
HELPS = "Families have a better experience and their needs are better met"


@cache
def settings() -> Settings:
    """Return the smallest configuration that has a measure of every kind."""
    return Settings.model_validate(
        {
            "programme": _programme(),
            "forms": _forms(),
            "sheets": {
                "small_changes": _sheet("Small changes", texts=["ref", "stage"], dates=["implemented_on"]),
                "blueprint": _sheet("Blueprint", texts=["ref"], dates=["due_on", "done_on"]),
                "reviews": _sheet("Reviews", texts=["ref", "commitment"], dates=["held_on"]),
            },
            "measures": _asked_every_fortnight() | _done_and_held() | _asked_in_rounds(),
            "packs": _packs(),
            "jobs": {"pack": {"about": "Builds and sends the packs.", "when": "monthly on the 3rd at 07:00"}},
            "digest": "0" * 64,
        }
    )


def _programme() -> dict[str, object]:
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
            "set_up": _span("Set-up", "2021-09-06", "2021-10-31"),
            "small_changes": _span("Small changes", "2021-11-01", "2021-12-26"),
            "co_design": _span("Co-design", "2021-12-27", "2022-04-30"),
            "test_and_learn": _span("Test and learn", "2022-05-01", "2022-12-31"),
        },
        "windows": {
            "baseline": _span("Baseline", "2021-09-06", "2021-10-03"),
            "after_phase_2": _span("After the small changes", "2021-12-27", "2022-01-23"),
            "ongoing_1": _span("Test and learn, first round", "2022-05-02", "2022-05-29"),
            "ongoing_2": _span("Test and learn, second round", "2022-08-01", "2022-08-28"),
        },
    }


def _span(title: str, start: str, end: str) -> dict[str, str]:
    return {"title": title, "start": start, "end": end}


def _forms() -> dict[str, object]:
    scale = {"name": "time_share", "type": "scale", "low": 0, "high": 10}
    ticks = {"name": "barriers", "type": "choices", "options": ["Travel", "IT systems"]}
    return {
        "pulse": _form("staff", _asked("involved"), _asked("ownership"), _asked("heard")),
        "time_and_barriers": _form("staff", scale, _asked("able_to_help"), ticks),
        "families": _form("families", _asked("listened"), _asked("enough_time"), _asked("needs_met")),
    }


def _form(asks: str, *fields: Mapping[str, object]) -> dict[str, object]:
    return {"title": "A form", "asks": asks, "fields": list(fields)}


def _asked(name: str) -> dict[str, object]:
    return {"name": name, "type": "likert5"}


def _sheet(title: str, *, texts: list[str], dates: list[str]) -> dict[str, object]:
    fields = [{"name": name, "type": "text"} for name in texts] + [{"name": name, "type": "date"} for name in dates]
    return {"title": title, "spreadsheet": "register", "tab": title, "key": ["ref"], "fields": fields}


def _asked_every_fortnight() -> dict[str, object]:
    return {
        "ownership_positive": _share(
            "Feel that the changes are theirs", OWNS, "pulse", "ownership", "fortnight", "window"
        ),
        "involved_positive": _share("Have been involved in choosing", OWNS, "pulse", "involved", "fortnight"),
        "heard_positive": _share("Say that their ideas are listened to", OWNS, "pulse", "heard", "fortnight"),
        "pulse_response_rate": {
            "kind": "response_rate",
            "title": "Answer the fortnightly survey",
            "outcome": OWNS,
            "definition": "Answers that count, out of the people in the team.",
            "source": "pulse",
            "periods": ["fortnight"],
            "target": 0.7,
            "rests_on": "people",
        },
    }


def _done_and_held() -> dict[str, object]:
    count = {
        "kind": "count",
        "outcome": MAKES,
        "definition": "Small changes that are implemented or embedded, with the day on which that happened.",
        "source": "small_changes",
        "where": {"stage": ["Implemented", "Embedded"]},
        "dated_by": "implemented_on",
    }
    aimed = {"within_phase": "small_changes", "target": 10, "target_for": "authority"}
    not_asked = {"rests_on": "things", "periods": ["to_date"]}
    return {
        "changes_implemented_in_phase_2": not_asked
        | count
        | aimed
        | {"title": "Small changes made in the weeks for them"},
        "changes_implemented": not_asked | count | {"title": "Small changes made so far"},
        "milestones_on_time": not_asked
        | {
            "kind": "on_time",
            "title": "Milestones of the blueprint reached on time",
            "outcome": WORKS,
            "definition": "Done on or before the day due, out of those due so far.",
            "source": "blueprint",
            "due": "due_on",
            "done": "done_on",
        },
        "reviews_held": not_asked
        | {
            "kind": "held",
            "title": "Months with a senior review meeting",
            "outcome": BACKS,
            "definition": "Complete months with at least one meeting, out of complete months so far.",
            "source": "reviews",
            "dated_by": "held_on",
            "target": 1,
        },
        "commitment_mean": _mean("Commitment that leaders state", BACKS, "reviews", "commitment")
        | not_asked
        | {"dated_by": "held_on", "unit": "out of 5"},
    }


def _asked_in_rounds() -> dict[str, object]:
    return {
        "direct_time_share": {
            "kind": "ratio_mean",
            "title": "Part of the week spent with children and families",
            "outcome": TIME,
            "definition": "The mean of hours spent with children and families out of hours worked.",
            "source": "pulse",
            "numerator": "hours_direct",
            "denominator": "hours_total",
            "periods": ["fortnight", "window"],
            "rests_on": "people",
        },
        "time_share_mean": _mean("How much of the week goes on relationships", TIME, "time_and_barriers", "time_share"),
        "enough_time_positive": _share("Families: there is enough time for us", TIME, "families", "enough_time"),
        "able_to_help_positive": _share("Are able to help", LESS, "time_and_barriers", "able_to_help"),
        "barriers_mean": _mean("Barriers that people name", LESS, "time_and_barriers", "barriers") | {"hoped": "down"},
        "needs_met_positive": _share("Families: we get the help that we need", HELPS, "families", "needs_met"),
        "listened_positive": _share("Families: my social worker listens", HELPS, "families", "listened"),
    }


def _share(title: str, outcome: str, source: str, field: str, *periods: str) -> dict[str, object]:
    return {
        "kind": "share",
        "title": title,
        "outcome": outcome,
        "definition": "Answers “Agree” or “Strongly agree” out of all answers to the question.",
        "source": source,
        "field": field,
        "values": [4, 5],
        "periods": list(periods) or ["window"],
        "rests_on": "people",
    }


def _mean(title: str, outcome: str, source: str, field: str) -> dict[str, object]:
    return {
        "kind": "mean",
        "title": title,
        "outcome": outcome,
        "definition": "The mean of all answers to the question.",
        "source": source,
        "field": field,
        "periods": ["window"],
        "rests_on": "people",
    }


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
                    {"name": "Héloïse O'Neill, Deputy", "email": "heloise@northbrook.example"},
                ],
                "meeting": {
                    "title": "Monthly review", "weekday": "Thursday", "which": 1, "at": time(10, 0), "minutes": 60,
                    "place": "Room 2.1 and online",
                },
            }
        },
    }  # fmt: skip
