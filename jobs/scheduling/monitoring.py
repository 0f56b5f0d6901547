"""The timers that watch over the jobs, wherever they run: alerts, and the heartbeat to an outside monitor."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.environment import read_heartbeat_url
from config.errors import SettingError
from integration.operations.monitoring.alerts import AlertChanges, update_alerts
from integration.operations.monitoring.clock_watch import note_google_clock, note_other_clock
from integration.operations.monitoring.conditions import find_late_jobs

if TYPE_CHECKING:
    from integration.operations.monitoring.clock_watch import ClockWatch
    from integration.wiring import Service
    from jobs.scheduling.timers import Actions

ALERT_SECONDS = 30
HEARTBEAT_SECONDS = 20
INTERVAL = timedelta(minutes=1)
"""At most one heartbeat is sent in so long."""

_log = logging.getLogger("crescendo.monitoring")


def monitoring_timers(service: Service, clock: ClockWatch) -> Actions:
    """Return what is called every few seconds beside the jobs, for `Timers`."""

    def check_alerts() -> None:
        clock.look()  # a timer is called at once when the clock jumps: so the owner is told at once
        note_google_clock(service)
        changes = update_alerts(service, now=service.clock.now())
        if changes != AlertChanges():
            _log.warning("alerts changed", extra={"changes": changes.in_words()})

    def check_heartbeat() -> None:
        if reason := send_due_heartbeat(service, now=service.clock.now()):
            _log.warning("heartbeat not sent", extra={"reason": reason})

    return {"alerts": (ALERT_SECONDS, check_alerts), "heartbeat": (HEARTBEAT_SECONDS, check_heartbeat)}


def send_due_heartbeat(service: Service, *, now: datetime) -> str | None:
    """Send a heartbeat where one is due; return None, or in a sentence why the monitor gets none.

    At most one a minute is sent, however many processes call; and none where a job is late or was missed, or where the
    store cannot be used: then the monitor is to ring. Raises StoreError or BusyError.
    """
    try:
        url = read_heartbeat_url()
    except SettingError as error:
        return str(error)
    heartbeat_at = service.store.state.heartbeat_at
    sent_at = heartbeat_at.get()
    if url is None or (sent_at and now - INTERVAL < sent_at <= now):
        return None
    if late := find_late_jobs(service, now=now):
        return f"No heartbeat is sent, so that the outside monitor rings: {late[0].description}"
    if not heartbeat_at.exchange(sent_at, now):
        return None  # another process sends it just now
    from integration.adapters.heartbeat import send_heartbeat  # noqa: PLC0415  # requests is slow to import

    def compare(theirs: datetime) -> None:
        note_other_clock(service, "the monitor at HEARTBEAT_URL", theirs=theirs, ours=service.clock.now())

    return send_heartbeat(url, on_date=compare)
