"""The web side's application: whether it is alive, and whether it can do its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from integration.errors import CrescendoError

if TYPE_CHECKING:
    from flask import Response

    from integration.wiring import Service


def create_app(service: Service) -> Flask:
    """Return the application on a service, of which it reads nothing but whether the store answers."""
    app = Flask("webhooks", static_folder=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        try:
            service.store.generation()
        except CrescendoError:
            return {"status": "the store cannot be used"}, 503
        return {"status": "ready"}, 200

    @app.after_request
    def close_to_others(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return app
