"""What measuring produces, and what of it leaders may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

FIGURE_COLUMNS = (
    "measure", "authority", "team", "period_kind", "period", "period_start", "period_end", "n", "numerator",
    "denominator", "value", "lower", "upper", "target",
)  # fmt: skip
"""Columns of a frame of figures. `authority` and `team` are keys here (`team` is "" for the whole authority);
`period` is text; `period_start` and `period_end` are dates; numbers are float64 with NaN for none. Further columns:
`ids` (a tuple of the contributing row ids), `sd` and `median` (of a mean), `people` (how many people it rests on,
NaN for a figure on work items), `series_from` (the first day of its series, NaT for the first series), and those of
DIFFERENCING_COLUMNS. A series is a run of answers to one wording of a question."""

DIFFERENCING_COLUMNS = tuple(
    {what: f"{name}_{what}" for what in ("people", "value", "sd")} for name in ("whole", "left_out")
)
"""Where a measure's question was reworded: the columns of two figures with which its figure could be differenced, by
the column of the figure itself. `whole` is the figure of all answers in the period; `left_out` that of the answers
which the figure leaves out, because they were given to an earlier wording (to the last of these, where there were
several). Nothing reworded: no such columns, or NaN for the measure. They serve to decide what is hidden; a
`LeadersView` has none of them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every figure of every measure, as of a reporting date; for the project team only."""

    as_of: date
    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A small change, a milestone or an action as leaders may see it: its text is redacted."""

    kind: str
    key: str
    title: str
    team: str
    stage: str
    owner: str
    on: date | None
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True, slots=True)
class LeadersView:
    """What one authority's leaders may see. Only `integration.disclose` makes one.

    `frame` has `FIGURE_COLUMNS` and `hidden` (bool); where hidden, n, numerator, denominator, value, lower, upper
    and ids are empty. Only periods that ended by `as_of`, only this authority.
    """

    authority: str
    as_of: date
    frame: pd.DataFrame
    work_items: tuple[WorkItem, ...]
