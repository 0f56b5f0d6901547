"""The timers that watch over the jobs, wherever they run: alerts, and the heartbeat to an outside monitor."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.environment import read_heartbeat_url
from config.errors import SettingError
from integration.operations.alerts import AlertChanges, update_alerts
from integration.operations.conditions import find_late_jobs

if TYPE_CHECKING:
    from integration.wiring import Service
    from jobs.scheduling.timers import Actions

_log = logging.getLogger("crescendo.start")

INTERVAL = timedelta(minutes=1)
HEARTBEAT_KEY = "heartbeat"


def send_due_heartbeat(service: Service, *, now: datetime) -> str | None:
    """Send a heartbeat where one is due; return None, or in a sentence why the monitor hears nothing.

    At most one a minute is sent, however many call; and none where a job is late or was missed, or where the store
    cannot be used: then the monitor is to ring. Raises StoreError or BusyError.
    """
    try:
        url = read_heartbeat_url()
    except SettingError as error:
        return str(error)
    written = service.store.recall(HEARTBEAT_KEY)
    if url is None or (written and now - INTERVAL < datetime.fromisoformat(written) <= now):
        return None
    if late := find_late_jobs(service, now=now):
        return f"No heartbeat is sent, so that the outside monitor rings: {late[0].description}"
    if not service.store.exchange(HEARTBEAT_KEY, written, now.isoformat()):
        return None  # somebody else sends it just now
    from integration.adapters.heartbeat import send_heartbeat  # noqa: PLC0415  # requests is slow to import

    return send_heartbeat(url)


ALERT_SECONDS = 30
HEARTBEAT_SECONDS = 20


def monitoring_timers(service: Service) -> Actions:
    """Return the steps that look after the jobs, wherever they run: alerts, and the outside monitor."""
    clock = service.clock
    return {
        "alerts": (ALERT_SECONDS, lambda: _log_alerts(update_alerts(service, now=clock.now()))),
        "heartbeat": (HEARTBEAT_SECONDS, lambda: _log_no_heartbeat(send_due_heartbeat(service, now=clock.now()))),
    }


def _log_alerts(watched: AlertChanges) -> None:
    if watched != AlertChanges():
        _log.warning("alerts", extra={"news": watched.in_words()})


def _log_no_heartbeat(why: str | None) -> None:
    if why:
        _log.warning("no heartbeat", extra={"why": why})
