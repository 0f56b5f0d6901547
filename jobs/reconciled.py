"""What the job `reconcile` counted last of each form, as it is remembered and as `status` tells it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.landing import Compared
from jobs.london import told_time

if TYPE_CHECKING:
    from datetime import datetime

    from integration.ports import Store
    from integration.wiring import Service

COUNTS = tuple(Compared.__slots__)


def keep_reconciled(store: Store, form: str, counted: Compared, *, holder: str, now: datetime) -> None:
    """Remember the counts of a form, and where it is held, instead of those before."""
    store.remember(f"reconciled.{form}", json.dumps({"at": now.isoformat(), "held_by": holder, **asdict(counted)}))


def last_reconciled(service: Service) -> dict[str, dict[str, Any]]:
    """Return what was counted last of each form that was ever counted; times are ISO text in UTC."""
    kept = {form: service.store.recall(f"reconciled.{form}") for form in service.settings.forms}
    return {form: json.loads(told) for form, told in kept.items() if told}


def reconciled_lines(told: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each form."""
    return [
        f"{form}: reconciled {told_time(each['at'])}: "
        + reconciled_in_words(Compared(**{name: each[name] for name in COUNTS}), each["held_by"])
        for form, each in told.items()
    ]


def reconciled_in_words(counted: Compared, holder: str) -> str:
    """Return such as "1,204 held by Google, 0 were missing"; what there is none of is left out otherwise."""
    parts = [f"{counted.held:,} held by {holder}", _missing(counted.missing)]
    parts += [f"{counted.outdated:,} stood here in an older version"] if counted.outdated else []
    parts += [f"{counted.erased:,} erased here for good"] if counted.erased else []
    parts += [f"{counted.gone:,} gone from there and still counted"] if counted.gone else []
    return ", ".join(parts)


def _missing(number: int) -> str:
    if number == 0:
        return "0 were missing"
    return "1 was missing and has been fetched" if number == 1 else f"{number:,} were missing and have been fetched"
