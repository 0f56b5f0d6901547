"""An erasure that was begun and is not finished."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from integration.adapters.moment import as_datetime
from jobs.london import told_time

if TYPE_CHECKING:
    from datetime import datetime

    from integration.wiring import Service


def unfinished_since(service: Service) -> datetime | None:
    """Return when an erasure began that is not finished; None where there is none."""
    erasures = service.store.erasures
    erasure = erasures.unfinished()
    if erasure:
        return as_datetime(erasure.began_at)
    note = erasures.unscrubbed()
    return as_datetime(json.loads(note)["began_at"]) if note else None


def unfinished_lines(since: str | None) -> list[str]:
    """Return the line of the status, if there is one."""
    if since is None:
        return []
    return [f"An erasure that began at {told_time(since)} is not finished: run retention finishes it.", ""]
