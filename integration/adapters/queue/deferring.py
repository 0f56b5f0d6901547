"""Putting slots into the queue, in the very transaction that enters them into the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procrastinate import SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from integration.adapters.moment import as_datetime
from integration.adapters.queue.task import TASK, arguments, make_app
from integration.model import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_QUEUED = text(
    "SELECT args->>'job', args->>'due' FROM procrastinate_jobs WHERE task_name = :task AND status IN ('todo', 'doing')"
)


class SlotQueue:
    """Obeys `store.books.Queue`: what it is given is queued when the transaction commits, and not if it does not."""

    def __init__(self) -> None:
        self._app = make_app(SyncPsycopgConnector(), _nobody)

    def prepare(self, connection: Connection) -> None:
        """Make the queue's tables, where they are not there yet."""
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
            _raw(connection).execute(SchemaManager.get_schema())

    def enter(self, connection: Connection, slots: Sequence[Slot]) -> None:
        """Put the slots into the queue, in the transaction of the connection."""
        for slot in slots:
            self._app.configure_task(TASK, lock=slot.lock, connection=_raw(connection)).defer(**arguments(slot))

    def refill(self, connection: Connection, slots: Sequence[Slot]) -> list[Slot]:
        """Put those of the slots into the queue that are not in it, and return them."""
        queued = {Slot(as_datetime(due), job) for job, due in connection.execute(_QUEUED, {"task": TASK})}
        missing = [slot for slot in slots if slot not in queued]
        self.enter(connection, missing)
        return missing


def _raw(connection: Connection) -> Any:
    """Return the driver's own connection, whose transaction it is."""
    return connection.connection.driver_connection


async def _nobody(_: Slot) -> datetime | None:
    raise AssertionError("who puts slots into the queue does not run them")
