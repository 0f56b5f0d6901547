"""Group commit: one writer for many callers; what arrives while the disk is busy shares the next transaction.

A caller waits until its own arrival is on disk, so that a hundred callers cost one sync of the disk, not a hundred.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integration.errors import BusyError, CrescendoError, StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.adapters.store.received import Responses
    from integration.model import Arrival, IntakeOutcome
    from integration.ports import Clock

MAX_BATCH = 256
"""So many arrivals share a transaction at most."""
MAX_QUEUED = 2000
TIMEOUT_SECONDS = 10.0

_log = logging.getLogger("crescendo.intake")


@dataclass(slots=True)
class _QueuedArrival:
    """An arrival in the queue, the outcome for which its caller waits, and since when it has been queued."""

    arrival: Arrival
    outcome: Future[IntakeOutcome] = field(default_factory=Future)
    since: float = field(default_factory=time.monotonic)


class GroupCommit:
    """Obeys `ports.Intake`. The writer is a thread, started with the first arrival, and anew should it have died."""

    def __init__(self, responses: Responses, clock: Clock, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._responses = responses
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._queue: deque[_QueuedArrival] = deque()
        self._writing: Sequence[_QueuedArrival] = ()
        self._changed = threading.Condition()
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def take(self, arrival: Arrival) -> IntakeOutcome:
        """Return when the arrival stands on disk.

        Raises StoreError or BusyError: then it may not stand there, and may be sent again.
        """
        queued = _QueuedArrival(arrival)
        with self._changed:
            if not self._is_closing:
                self._start()
            # Where one has waited in vain, the next would too, and keep a thread of the web side meanwhile.
            is_stuck = self.waited_seconds > self._timeout_seconds
            if self._is_closing or is_stuck or len(self._queue) >= MAX_QUEUED:
                raise BusyError("The intake takes nothing more at this moment; send it again later.")
            self._queue.append(queued)
            self._changed.notify()
        try:
            return queued.outcome.result(self._timeout_seconds)
        except FutureTimeoutError:
            raise BusyError(
                f"The store did not take what arrived within {self._timeout_seconds:g} seconds; send it again later."
            ) from None

    @property
    def waited_seconds(self) -> float:
        """For how long the oldest arrival that is not on disk yet has been waiting; 0 where none is."""
        with self._changed:
            oldest = self._writing or self._queue
            return time.monotonic() - oldest[0].since if oldest else 0.0

    def close(self) -> None:
        """Take nothing more, and return when what had arrived is on disk."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():  # one that died would let everybody wait in vain
            self._writing = ()
            thread = threading.Thread(target=self._run_writer, name="intake", daemon=True)
            thread.start()  # raises where this machine has no thread to spare
            self._thread = thread

    def _run_writer(self) -> None:
        """Write what has arrived, until the intake is closed and nothing is left."""
        while True:
            with self._changed:
                self._writing = ()
                self._changed.wait_for(lambda: self._queue or self._is_closing)
                batch = self._writing = tuple(self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH)))
            if not batch:
                return
            self._write(batch)

    def _write(self, batch: Sequence[_QueuedArrival]) -> None:
        try:
            outcomes = self._responses.receive([each.arrival for each in batch], received_at=self._clock.now())
        except Exception as error:  # noqa: BLE001  # the writer must outlive it; the callers get the error
            may_concern_one = not isinstance(error, CrescendoError) or error.permanent
            if len(batch) > 1 and may_concern_one:
                for each in batch:  # one that the store cannot take must not keep the others out
                    self._write((each,))
                return
            if not isinstance(error, CrescendoError):
                _log.exception("the store failed inside")
                error = StoreError("The store failed inside; the log of the web side says where.")
            for each in batch:
                each.outcome.set_exception(error)
        else:
            for each, outcome in zip(batch, outcomes, strict=True):
                each.outcome.set_result(outcome)
