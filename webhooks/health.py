"""Routes for the monitor of the machine (/healthz, /readyz, /metrics), and the front page that says what runs here."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import Blueprint, Response

from integration.adapters.store.health import has_room
from integration.errors import CrescendoError

if TYPE_CHECKING:
    from integration.wiring import Service
    from webhooks.intake_service import Metrics

PAGE = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Crescendo</title></head>
<body>
<h1>Crescendo</h1>
<p>This is the web side of Crescendo, and it is running. There is nothing to read or to fill in here yet.</p>
</body>
</html>
"""
READY_WITHIN_SECONDS = 1.0
"""A store that takes longer is not ready."""
PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def health_routes(service: Service, metrics: Metrics) -> Blueprint:
    """Return the routes for the monitor, and the front page."""
    routes = Blueprint("alive", __name__)
    asking = threading.Lock()

    @routes.get("/", provide_automatic_options=False)
    def front() -> str:
        return PAGE

    @routes.get("/healthz", provide_automatic_options=False)
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz", provide_automatic_options=False)
    def readyz() -> tuple[dict[str, str], int]:
        # While another process holds the store, a monitor is answered at once and keeps no thread from the hooks.
        if service.intake.waited_seconds > READY_WITHIN_SECONDS or not asking.acquire(timeout=READY_WITHIN_SECONDS):
            return {"status": "the store takes nothing just now"}, 503
        try:
            service.store.generation()
            if service.store.database.is_sqlite and not has_room(service.home):
                return {"status": "the disk is full"}, 503
        except CrescendoError:
            return {"status": "the store cannot be used"}, 503
        finally:
            asking.release()
        return {"status": "ready"}, 200

    @routes.get("/metrics", provide_automatic_options=False)
    def prometheus() -> Response:
        return Response(metrics.text(), content_type=PROMETHEUS_TEXT)

    return routes
