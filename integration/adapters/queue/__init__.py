"""The queue of several machines: procrastinate, in the PostgreSQL database of the store."""

from integration.adapters.queue.deferring import SlotQueue
from integration.adapters.queue.working import STALLED_SECONDS, QueueWorker

__all__ = ["STALLED_SECONDS", "QueueWorker", "SlotQueue"]
