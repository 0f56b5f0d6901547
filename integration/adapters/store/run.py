"""The ledger of runs: a line for each run of each job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from integration.adapters.clock import as_datetime, write_moment
from integration.adapters.store.tables import runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def record(  # noqa: PLR0913  # a line of the ledger has so many parts
    connection: Connection, job: str, *, started_at: datetime, ended_at: datetime, outcome: str, note: str
) -> None:
    """Write a line."""
    row = {
        "job": job,
        "started_at": write_moment(started_at),
        "ended_at": write_moment(ended_at),
        "outcome": outcome,
        "note": note,
    }
    connection.execute(insert(runs), row)


def last(connection: Connection) -> dict[str, tuple[datetime, str, str]]:
    """Return for each job when its last run ended, how, and its note."""
    last_of_each = select(func.max(runs.c.seq)).group_by(runs.c.job)
    query = select(runs.c.job, runs.c.ended_at, runs.c.outcome, runs.c.note).where(runs.c.seq.in_(last_of_each))
    return {
        job: (as_datetime(ended_at), outcome, note)
        for job, ended_at, outcome, note in connection.execute(query.order_by(runs.c.job))
    }
