"""When something of each form last came in by itself, and which webhook is silent while its form is not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from integration.alert import unheard
from jobs.counted import counted
from jobs.london import told_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from integration.alert import Unheard
    from integration.wiring import Service


def silent_webhooks(service: Service, *, now: datetime) -> Iterator[Unheard]:
    """Give each webhook that once worked and is silent as of now. Raises StoreError."""
    store = service.store
    for form in service.settings.forms:
        if silent := unheard(form, store.heard(form), partial(store.came_between, form), now=now):
            yield silent


def webhooks_heard(service: Service, *, now: datetime) -> dict[str, dict[str, Any]]:
    """Return of each form when it was heard of, since when it is silent, and what came only by reading since.

    Times are ISO text in UTC; None where it was never heard of, or is not silent.
    """
    silent = {each.form: each for each in silent_webhooks(service, now=now)}
    heard = {form: service.store.heard(form) for form in service.settings.forms}
    return {
        form: {
            "heard_at": at.isoformat() if at else None,
            "silent_since": silent[form].since.isoformat() if form in silent else None,
            "only_by_reading": silent[form].answers if form in silent else 0,
            "to_do": silent[form].to_do if form in silent else None,
        }
        for form, at in heard.items()
    }


def heard_lines(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line about each webhook that was ever heard of; what to do besides where one is silent."""
    lines = []
    for form, each in told.items():
        if each["silent_since"]:
            since, answers = told_time(each["silent_since"]), counted(each["only_by_reading"], "answer")
            lines += [
                f"{form}: its webhook has been silent since {since}; {answers} came only by reading",
                f"  What to do: {each['to_do']}",
            ]
        elif each["heard_at"]:
            lines.append(f"{form}: last told at once {told_time(each['heard_at'])}")
    return lines
