"""The heartbeat: an outside monitor hears from the service as long as its jobs run when they should."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.environment import read_heartbeat_url
from config.errors import SettingError
from integration.operations.conditions import find_late_jobs

if TYPE_CHECKING:
    from integration.wiring import Service

EVERY = timedelta(minutes=1)
MEMORY = "heartbeat"


def beat(service: Service, *, now: datetime) -> str | None:
    """Send a heartbeat where one is due; return None, or in a sentence why the monitor hears nothing.

    At most one a minute is sent, however many call; and none where a job is late or was missed, or where the store
    cannot be used: then the monitor is to ring. Raises StoreError or BusyError.
    """
    try:
        url = read_heartbeat_url()
    except SettingError as error:
        return str(error)
    written = service.store.recall(MEMORY)
    if url is None or (written and now - EVERY < datetime.fromisoformat(written) <= now):
        return None
    if late := find_late_jobs(service, now=now):
        return f"No heartbeat is sent, so that the outside monitor rings: {late[0].says}"
    if not service.store.exchange(MEMORY, written, now.isoformat()):
        return None  # somebody else sends it just now
    from integration.adapters.heartbeat import send_heartbeat  # noqa: PLC0415  # requests is slow to import

    return send_heartbeat(url)
