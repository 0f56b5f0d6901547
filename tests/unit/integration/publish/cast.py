"""A small programme with a fixed cast: Northbrook with Elm and Oak, and Southmere with Rowan next door."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from config.schema import Settings
from integration.model import (
    FIGURE_COLUMNS,
    Column,
    ColumnType,
    Counts,
    Disclosure,
    Figures,
    Issue,
    IssueCode,
    LeadersView,
    Rows,
    WorkItem,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AS_OF = date(2022, 7, 31)
MORNING = datetime(2022, 7, 31, 8, 5, tzinfo=UTC)

SETTINGS: dict[str, Any] = {
    "programme": {
        "name": "Change Crescendo",
        "start": "2021-09-06",
        "end": "2023-03-05",
        "contact": "Ask Priya Shah at priya@programme.example.",
        "likert5": ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"],
        "authorities": {
            "northbrook": {
                "name": "Northbrook",
                "teams": {
                    "elm": {"name": "Elm", "statutory": True, "headcount": 9},
                    "oak": {"name": "Oak", "statutory": True, "headcount": 11},
                },
            },
            "southmere": {
                "name": "Southmere",
                "teams": {"rowan": {"name": "Rowan", "statutory": True, "headcount": 8}},
            },
        },
        "phases": {"set_up": {"title": "Setting up", "start": "2021-09-06", "end": "2021-10-31"}},
        "windows": {"baseline": {"title": "Before the start", "start": "2021-09-06", "end": "2021-10-03"}},
    },
    "forms": {
        "pulse": {
            "title": "Fortnightly pulse",
            "asks": "staff",
            "fields": [
                {"name": "team", "type": "team", "question": "Which team are you in?", "required": True},
                {"name": "ownership", "type": "likert5", "question": "I feel ownership"},
                {"name": "going_well", "type": "text", "question": "What has gone well?"},
            ],
        }
    },
    "sheets": {
        "small_changes": {
            "title": "Small changes",
            "spreadsheet": "register",
            "tab": "Small changes",
            "key": ["ref"],
            "shows": {
                "kind": "small_change", "title": "change", "stage": "stage", "owner": "owner",
                "on": "designed_on", "done_on": "implemented_on",
            },
            "fields": [
                {"name": "ref", "type": "text", "heading": "Ref"},
                {"name": "change", "type": "text", "heading": "Small change"},
                {"name": "team", "type": "team", "heading": "Team"},
                {"name": "stage", "type": "choice", "heading": "Stage", "options": ["Idea", "Testing", "Implemented"]},
                {"name": "designed_on", "type": "date", "heading": "Designed on"},
                {"name": "implemented_on", "type": "date", "heading": "Implemented on"},
                {"name": "owner", "type": "text", "heading": "Owner"},
            ],
        },
        "blueprint": {
            "title": "Blueprint",
            "spreadsheet": "register",
            "tab": "Blueprint",
            "key": ["ref"],
            "shows": {
                "kind": "milestone", "title": "milestone", "owner": "owner", "due_on": "due_on", "done_on": "done_on",
            },
            "fields": [
                {"name": "ref", "type": "text", "heading": "Ref"},
                {"name": "milestone", "type": "text", "heading": "Milestone"},
                {"name": "authority", "type": "authority", "heading": "Authority"},
                {"name": "owner", "type": "text", "heading": "Owner"},
                {"name": "due_on", "type": "date", "heading": "Due on"},
                {"name": "done_on", "type": "date", "heading": "Done on"},
            ],
        },
    },
    "measures": {
        "ownership_positive": {
            "kind": "share", "title": "Feel ownership of the changes", "outcome": "Social workers own the changes",
            "definition": "People who agree or strongly agree, out of those who answered.", "source": "pulse",
            "field": "ownership", "values": [4, 5], "periods": ["fortnight", "window"], "rests_on": "people",
        },
        "pulse_response_rate": {
            "kind": "response_rate", "title": "Response rate", "outcome": "Social workers own the changes",
            "definition": "Answers counted, out of the people in the team.", "source": "pulse", "target": 0.7,
            "periods": ["fortnight"], "rests_on": "people",
        },
        "hours_mean": {
            "kind": "mean", "title": "Hours with families", "unit": "hours a week", "field": "ownership",
            "outcome": "More time for relationships", "definition": "The average of the hours given.",
            "source": "pulse", "periods": ["window"], "rests_on": "people",
        },
        "changes_implemented": {
            "kind": "count", "title": "Small changes implemented", "outcome": "Small changes are made", "target": 10,
            "target_for": "authority", "definition": "Small changes at the stage Implemented.",
            "source": "small_changes", "where": {"stage": ["Implemented"]}, "dated_by": "implemented_on",
            "periods": ["to_date"], "rests_on": "things",
        },
        "milestones_on_time": {
            "kind": "on_time", "title": "Milestones on time", "outcome": "The blueprint is implemented on time",
            "definition": "Milestones done by the day they were due, out of those due.", "source": "blueprint",
            "due": "due_on", "done": "done_on", "periods": ["to_date"], "rests_on": "things",
        },
    },
    "packs": {
        "sender": {"name": "Priya Shah", "email": "priya@programme.example"},
        "hope": "We hoped that social workers would have more time for families.",
        "headlines": ["ownership_positive", "pulse_response_rate", "changes_implemented"],
        "summary": [
            {
                "title": "Pulse", "introduction": "What the teams say every two weeks.",
                "measures": ["ownership_positive", "pulse_response_rate", "hours_mean"],
            },
            {
                "title": "Small changes", "introduction": "What the teams changed by themselves.",
                "measures": ["changes_implemented"],
            },
            {"title": "Blueprint", "introduction": "What was promised, by when.", "measures": ["milestones_on_time"]},
        ],
        "leaders": {
            "northbrook": {
                "recipients": [{"name": "Dana Ellis", "email": "dana@northbrook.example"}],
                "meeting": {
                    "title": "Review", "weekday": "Tuesday", "which": 1, "at": "10:00", "minutes": 60,
                    "place": "Room 1",
                },
            }
        },
    },
    "jobs": {},
    "digest": "0",
}  # fmt: skip

PULSE_COLUMNS = (
    Column("response_id", ColumnType.TEXT),
    Column("fortnight", ColumnType.INTEGER),
    Column("team", ColumnType.TEXT),
    Column("ownership", ColumnType.INTEGER),
    Column("hours", ColumnType.NUMBER),
    Column("day", ColumnType.DATE),
    Column("going_well", ColumnType.TEXT),
)


def make_settings(**changes: Any) -> Settings:
    """Return the programme's settings, with some of their top-level parts changed."""
    return Settings.model_validate({**SETTINGS, **changes})


def make_issue(source: str = "pulse", key: str = "r1", field: str = "hours", **changes: Any) -> Issue:
    """Return something that needs attention."""
    defaults = {
        "code": IssueCode.NOT_A_NUMBER,
        "found": "about ten or twelve",
        "allowed": "one number from 0 to 80",
        "what_to_do": "Type the right value into “correction”.",
    }
    return Issue(source, key, field, **{**defaults, **changes})


def make_rows(
    source: str, frame: pd.DataFrame | None = None, columns: Sequence[Column] = (), issues: Sequence[Issue] = ()
) -> Rows:
    """Return a source's accepted rows, by default none."""
    columns = tuple(columns) or (Column("ref", ColumnType.TEXT),)
    frame = pd.DataFrame({column.name: [] for column in columns}) if frame is None else frame
    counts = Counts(len(frame) + len(issues), len(frame), len(issues), len(frame), 0)
    return Rows(source, frame, columns, tuple(issues), counts)


def pulse_rows(issues: Sequence[Issue] = (), **columns: Any) -> Rows:
    """Return two answers to the pulse form, with technical columns as the real ones have them."""
    data: dict[str, Any] = {
        "_id": ["r1", "r2"],
        "_on": pd.to_datetime(["2022-07-12", "2022-07-13"]),
        "response_id": ["r1", "r2"],
        "fortnight": [23, 23],
        "team": ["Elm", "Oak"],
        "ownership": pd.array([4, None], dtype="Int64"),
        "hours": [12.5, float("nan")],
        "day": pd.to_datetime(pd.Series(["2022-07-12", None], dtype="str")),
        "going_well": ["=SUM(A1:A9)", None],
        **columns,
    }
    return make_rows("pulse", pd.DataFrame(data), PULSE_COLUMNS, issues)


def all_rows(pulse: Rows | None = None, **others: Rows) -> dict[str, Rows]:
    """Return rows for every source of the programme."""
    empty = {source: make_rows(source) for source in ("small_changes", "blueprint")}
    return {"pulse": pulse or pulse_rows(), **empty, **others}


def figure(measure: str = "ownership_positive", team: str = "elm", **changes: Any) -> dict[str, Any]:
    """Return one figure: by default 5 of 8 in Elm in the 23rd fortnight."""
    fortnight = {
        "authority": "northbrook", "period_kind": "fortnight", "period": "23", "period_start": date(2022, 7, 11),
        "period_end": date(2022, 7, 24),
    }  # fmt: skip
    five_of_eight = {
        "n": 8.0, "numerator": 5.0, "denominator": 8.0, "value": 0.625, "lower": 0.305742, "upper": 0.863157,
    }  # fmt: skip
    rest = {"target": float("nan"), "hidden": False, "ids": ("r1",), "sd": float("nan"), "median": float("nan")}
    return {"measure": measure, "team": team, **fortnight, **five_of_eight, **rest, **changes}


def hidden_figure(measure: str = "ownership_positive", team: str = "elm", **changes: Any) -> dict[str, Any]:
    """Return a figure that leaders must not see, as disclosure control hands it on."""
    emptied = dict.fromkeys(("n", "numerator", "denominator", "value", "lower", "upper"), float("nan"))
    return figure(measure, team, **{**emptied, "hidden": True, "ids": (), **changes})


def to_date(measure: str, team: str = "", **changes: Any) -> dict[str, Any]:
    """Return a figure over the whole time up to the reporting date."""
    period = {
        "period_kind": "to_date", "period": "to_date", "period_start": date(2021, 9, 6), "period_end": AS_OF,
        "lower": float("nan"), "upper": float("nan"),
    }  # fmt: skip
    return figure(measure, team, **{**period, **changes})


def count(value: float = 12.0, team: str = "", **changes: Any) -> dict[str, Any]:
    """Return how many small changes were implemented."""
    none = float("nan")
    numbers = {"n": value, "numerator": value, "denominator": none, "value": value, "target": 10.0}
    return to_date("changes_implemented", team, **{**numbers, **changes})


def frame_of(figures: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return figures as a frame with the columns that stages agree on, also when there are none."""
    names = [*FIGURE_COLUMNS, "hidden", "ids", "sd", "median", "told"]
    frame = pd.DataFrame(list(figures), columns=names)
    told = ["" if pd.isna(words) else str(words) for words in frame["told"]]
    hidden, is_told = frame["hidden"].to_numpy(dtype=bool), np.array(told, dtype=object) != ""
    no_answers = frame["value"].isna().to_numpy(dtype=bool)
    shown_as = np.select([hidden, is_told, no_answers], ["hidden", "band", "no_answers"], "figure")
    return frame.drop(columns="hidden").assign(told=told, shown_as=shown_as, is_older=False)


def make_figures(*figures: Mapping[str, Any]) -> tuple[Figures, Disclosure]:
    """Return all figures, and how leaders see them."""
    frame = frame_of(figures)
    seen = frame.assign(leaders_see=np.where(frame["shown_as"] == "hidden", "nothing", "same"), why="")
    return Figures(AS_OF, frame.drop(columns=["told", "shown_as", "is_older"])), Disclosure(AS_OF, seen, {}, (), ())


def work_item(kind: str = "small_change", key: str = "SC-001", **changes: Any) -> WorkItem:
    """Return a small change of Elm, or another work item."""
    defaults = {
        "title": "One form instead of two", "team": "Elm", "stage": "Implemented", "owner": "Sam",
        "on": date(2021, 11, 1), "due_on": None, "done_on": date(2021, 11, 17),
    }  # fmt: skip
    return WorkItem(kind, key, **{**defaults, **changes})


def milestone(key: str = "BP-01", **changes: Any) -> WorkItem:
    """Return a milestone of the blueprint, due at the end of June and not yet done."""
    defaults = {
        "title": "Agree the blueprint",
        "team": "",
        "stage": "",
        "on": None,
        "due_on": date(2022, 6, 30),
        "done_on": None,
    }
    return work_item("milestone", key, **{**defaults, **changes})


def make_leaders_view(
    *figures: Mapping[str, Any], work_items: Sequence[WorkItem] = (), authority: str = "northbrook"
) -> LeadersView:
    """Return what the leaders of Northbrook may see."""
    return LeadersView(authority, AS_OF, frame_of(figures), tuple(work_items))
