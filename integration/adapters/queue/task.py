"""The one task of the queue: run a slot. Its arguments are the slot's name and moment, and nothing of any person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procrastinate import App, BaseRetryStrategy, RetryDecision

from integration.adapters.moment import as_datetime, write_moment
from integration.model import Slot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from procrastinate.connector import BaseConnector
    from procrastinate.jobs import Job

TASK = "slot"


class Again(Exception):  # noqa: N818  # named for what happens
    """The slot is to be tried again at `at`; the ledger says why."""

    def __init__(self, at: datetime) -> None:
        """Say when."""
        super().__init__(f"tried again at {at.isoformat()}")
        self.at = at


class AsTheLedgerSays(BaseRetryStrategy):
    """A slot is tried again when the ledger says so, and given up when it does not."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again: under a lock of its own, or it would keep others waiting for its moment."""
        if not isinstance(exception, Again):
            return None
        return RetryDecision(retry_at=exception.at, lock=f"{job.task_kwargs['job']} {job.task_kwargs['due']}")


def make_app(connector: BaseConnector, run: Callable[[Slot], Awaitable[datetime | None]]) -> App:
    """Return the app of which the one task awaits `run`, which gives the moment of the next attempt, or None."""
    app = App(connector=connector)

    async def slot(job: str, due: str) -> None:
        again_at = await run(Slot(as_datetime(due), job))
        if again_at is not None:
            raise Again(again_at)

    app.task(name=TASK, retry=AsTheLedgerSays())(slot)
    return app


def arguments(slot: Slot) -> dict[str, str]:
    """Return what the task is told of a slot."""
    return {"job": slot.job, "due": write_moment(slot.due_at)}
