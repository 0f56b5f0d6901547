"""The queue of several machines: procrastinate, in the PostgreSQL database of the store.

1. `SlotQueue` puts a slot into the queue in the transaction that enters it into the ledger.
2. `QueueWorker` fetches slots, one at a time, in a thread of its own, and hands each over to the main thread.
3. Where the run is to be tried again, the task raises `RetryAt`, and the queue keeps the slot until then.
4. Meanwhile it takes over what dead workers ran, and what it seems to run itself and does not.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.schema import SchemaManager
from procrastinate.worker import Worker
from sqlalchemy import text

from integration.adapters.clock import as_datetime, write_moment
from integration.model import Slot

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from procrastinate.connector import BaseConnector
    from procrastinate.jobs import Job
    from sqlalchemy import Connection

__all__ = ["STALLED_SECONDS", "QueueWorker", "SlotQueue"]

TASK = "slot"
STALLED_SECONDS = 20.0
"""A worker that has given no sign of life for so long is dead, and what it ran is run by another."""
HEARTBEATS_PER_TIMEOUT = 4
"""So many times in that span a living worker gives a sign of life, and looks for dead ones."""
POLL_SECONDS = 2.0
RECONNECT_SECONDS = 3.0

_QUEUED = text(
    "SELECT args->>'job', args->>'due' FROM procrastinate_jobs WHERE task_name = :task AND status IN ('todo', 'doing')"
)
_log = logging.getLogger("crescendo.queue")


class SlotQueue:
    """The store's side: what it is given is queued when the transaction commits, and not if it does not."""

    def __init__(self) -> None:
        self._app = App(connector=SyncPsycopgConnector())  # without the task: what puts slots in does not run them

    def prepare(self, connection: Connection) -> None:
        """Make the queue's tables, where they are not there yet."""
        if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
            _driver_connection(connection).execute(SchemaManager.get_schema())

    def enter(self, connection: Connection, slots: Sequence[Slot]) -> None:
        """Put the slots into the queue, in the transaction of the connection."""
        for slot in slots:
            task = self._app.configure_task(TASK, lock=slot.lock, connection=_driver_connection(connection))
            task.defer(**_task_arguments(slot))

    def refill(self, connection: Connection, slots: Sequence[Slot]) -> list[Slot]:
        """Put those of the slots into the queue that are not in it, and return them."""
        queued = {Slot(as_datetime(due), job) for job, due in connection.execute(_QUEUED, {"task": TASK})}
        missing = [slot for slot in slots if slot not in queued]
        self.enter(connection, missing)
        return missing


def _driver_connection(connection: Connection) -> Any:
    """Return the driver's own connection, whose transaction it is."""
    return connection.connection.driver_connection


class QueueWorker:
    """Fetches one slot after another, as long as it runs.

    `hand_over` is called with each slot and returns at once; the future gives the moment of the next attempt, or None.
    """

    def __init__(
        self, conninfo: str, hand_over: Callable[[Slot], Future[datetime | None]], *, stalled_seconds: float
    ) -> None:
        self._conninfo = conninfo
        self._hand_over = hand_over
        self._stalled_seconds = stalled_seconds
        self._thread = threading.Thread(target=self._main, name="queue", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._working: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._running: Slot | None = None

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Fetch nothing more; what was handed over is waited for."""
        self._stopping.set()
        if self._loop is not None and self._working is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._working.cancel)

    def _main(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._work_until_stopped())

    async def _work_until_stopped(self) -> None:
        """Work; where the database cannot be reached, go on as soon as it can be."""
        self._loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            self._working = asyncio.create_task(self._work())
            if self._stopping.is_set():  # asked for between the two lines above
                self._working.cancel()
            try:
                await self._working
            except asyncio.CancelledError:
                if self._stopping.is_set():
                    return
                raise
            except Exception as error:  # noqa: BLE001  # whatever a database that is away leads to: try again
                _log.warning("the queue cannot be reached", extra={"error": type(error).__name__})
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _work(self) -> None:
        app = _make_app(PsycopgConnector(conninfo=self._conninfo, min_size=1, max_size=4, timeout=10), self._run)
        async with app.open_async():
            worker = Worker(
                app, concurrency=1, install_signal_handlers=False, delete_jobs="always",
                update_heartbeat_interval=self._stalled_seconds / HEARTBEATS_PER_TIMEOUT,
                stalled_worker_timeout=self._stalled_seconds, fetch_job_polling_interval=POLL_SECONDS,
            )  # fmt: skip
            rescue = asyncio.create_task(self._take_over_abandoned(worker))
            try:
                await worker.run()  # type: ignore[no-untyped-call]  # the library says no types there
            finally:
                rescue.cancel()

    async def _run(self, slot: Slot) -> datetime | None:
        self._running = slot
        try:
            return await asyncio.wrap_future(self._hand_over(slot))
        finally:
            self._running = None

    async def _take_over_abandoned(self, worker: Worker) -> None:
        """Have run again what no worker runs, though the queue believes that one does.

        Two workers that do so at once are harmless: a run holds its lock, and the ledger begins none that has ended.
        """
        lost: set[int] = set()
        while True:
            await asyncio.sleep(self._stalled_seconds / HEARTBEATS_PER_TIMEOUT)
            try:
                lost = await self._retry_abandoned(worker, lost_before=lost)
            except Exception as error:  # noqa: BLE001  # it must outlive whatever a database that is away leads to
                extra = {"error": type(error).__name__, "while": "looking for dead workers"}
                _log.warning("the queue cannot be reached", extra=extra)

    async def _retry_abandoned(self, worker: Worker, lost_before: set[int]) -> set[int]:
        """Retry what dead workers ran, and what this one seems to run, for the second time, and does not.

        Returns the jobs that this worker seems to run and does not.
        """
        jobs = worker.app.job_manager
        dead = await jobs.get_stalled_jobs(seconds_since_heartbeat=self._stalled_seconds)
        own = await jobs.list_jobs_async(status="doing", worker_id=worker.worker_id) if worker.worker_id else []
        # Their end could not be written, because the database was away just then.
        lost = [job for job in own if self._running is None or job.task_kwargs != _task_arguments(self._running)]
        for job, source in (
            *((job, "a dead worker") for job in dead),
            *((job, "a lost end") for job in lost if job.id in lost_before),
        ):
            _log.warning("job taken over from a dead worker", extra={"from": source, **job.task_kwargs})
            with suppress(ProcrastinateException):  # one that cannot be taken over must not keep the others
                await jobs.retry_job(job)
        return {job.id for job in lost if job.id}


# --- the one task of the queue ------------------------------------------------------------------------------


def _make_app(connector: BaseConnector, run: Callable[[Slot], Awaitable[datetime | None]]) -> App:
    """Return the app of which the one task awaits `run`, which gives the moment of the next attempt, or None."""
    app = App(connector=connector)

    async def slot(job: str, due: str) -> None:
        retry_at = await run(Slot(as_datetime(due), job))
        if retry_at is not None:
            raise RetryAt(retry_at)

    app.task(name=TASK, retry=LedgerRetryStrategy())(slot)
    return app


def _task_arguments(slot: Slot) -> dict[str, str]:
    return {"job": slot.job, "due": write_moment(slot.due_at)}


class RetryAt(Exception):  # noqa: N818  # named for what happens
    """The slot is to be tried again at `at`; the ledger says why."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"tried again at {at.isoformat()}")
        self.at = at


class LedgerRetryStrategy(BaseRetryStrategy):
    """A slot is tried again when the ledger says so, and given up when it does not."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again: under a lock of its own, or it would keep other slots waiting for its moment."""
        if not isinstance(exception, RetryAt):
            return None
        return RetryDecision(retry_at=exception.at, lock=f"{job.task_kwargs['job']} {job.task_kwargs['due']}")
