"""The web side's application: whether it is alive, and whether it can do its work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from integration.errors import CrescendoError

PAGE = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Crescendo</title></head>
<body>
<h1>Crescendo</h1>
<p>This is the web side of Crescendo, and it is running. There is nothing to read or to fill in here yet.</p>
</body>
</html>
"""

if TYPE_CHECKING:
    from flask import Response

    from integration.wiring import Service


def create_app(service: Service) -> Flask:
    """Return the application on a service, of which it reads nothing but whether the store answers.

    It never makes a store: whoever runs the jobs does.
    """
    app = Flask("webhooks", static_folder=None)

    @app.get("/")
    def front() -> str:
        return PAGE

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> tuple[dict[str, str], int]:
        if not service.has_store:
            return {"status": "there is no store yet"}, 503
        try:
            service.store.generation()
        except CrescendoError:
            return {"status": "the store cannot be used"}, 503
        return {"status": "ready"}, 200

    @app.after_request
    def close_to_others(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        return response

    return app
