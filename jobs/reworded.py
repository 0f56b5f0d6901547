"""Questions that were reworded: what the YAML approves of, and what waits until it does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from config.nearest import quoted
from config.series import approved_changes, unapproved
from integration.words import long_date
from jobs.flow import reworded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.wiring import Service


def reworded_questions(service: Service) -> dict[str, list[dict[str, Any]]]:
    """Return the changes of words by `approved` and `waiting`; a day is ISO text, `field` a column of data.xlsx."""
    settings = service.settings
    approved = [
        {
            "source": change.source, "field": change.field, "on": change.on.isoformat(), "by": change.by,
            "was": change.was, "now": change.now, "same": change.same,
        }
        for change in approved_changes(settings)
    ]  # fmt: skip
    waiting = [
        {"source": source, "field": seen.field, "on": seen.on.isoformat(), "was": seen.was, "now": seen.now}
        for source, form in settings.forms.items()
        for seen in unapproved(form, reworded(service, source))
    ]
    return {"approved": approved, "waiting": waiting}


def reworded_lines(told: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Give the changes as lines that a person reads; none where no question was reworded."""
    for change in told["approved"]:
        means = "it asks the same, and the series goes on" if change["same"] else "a new series begins"
        yield f"{_change(change)} on {_day(change)}: {means}; approved by {change['by']}."
    for change in told["waiting"]:
        yield (
            f"{_change(change)}, first seen on {_day(change)}: a new series begins until forms/{change['source']}.yaml "
            "says under “reworded” who approved it and whether it asks the same."
        )


def _change(change: dict[str, Any]) -> str:
    return f"{change['source']}, {change['field']}: {quoted(change['was'])} became {quoted(change['now'])}"


def _day(change: dict[str, Any]) -> str:
    return long_date(date.fromisoformat(change["on"]))
