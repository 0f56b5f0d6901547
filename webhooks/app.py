"""The web side's application: its routes, and the rules that hold for every request and every answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from config.schema import Google
from webhooks.health import health_routes
from webhooks.hooks.drive import drive_routes
from webhooks.hooks.forms import form_routes
from webhooks.hooks.pubsub import pubsub_routes
from webhooks.intake_service import EventLog, IntakeService, Metrics
from webhooks.openapi import openapi_routes
from webhooks.refusals import ERRORS, Refusal, error_response
from webhooks.request_checks import RateLimiter, RateLimits

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Response

    from config.keys import WebhookCredentials
    from integration.wiring import Service

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

UNLIMITED_PATHS = frozenset({"/healthz", "/readyz"})
"""The monitor of the machine is never asked to wait."""

_log = logging.getLogger("crescendo.web")


def create_app(service: Service, keys: WebhookCredentials, *, limits: RateLimits | None = None) -> Flask:
    """Return the application on a service; a hook without keys is not there. Raises SecretMissing."""
    tokens = None if keys.pubsub is None else service.push_tokens(keys.pubsub)
    app = Flask("webhooks", static_folder=None)
    app.url_map.merge_slashes = False  # it would redirect
    metrics = Metrics(waited_seconds=lambda: service.intake.waited_seconds)
    limiter = RateLimiter(limits or RateLimits())
    intake = IntakeService(service.intake, service.clock, metrics, limiter, EventLog())
    forms, google = service.settings.forms, service.settings.google or Google()
    app.register_blueprint(health_routes(service, metrics))
    app.register_blueprint(form_routes(intake, secrets=keys.form_secrets, forms=forms))
    app.register_blueprint(openapi_routes(keys, forms=forms))
    if tokens is not None:
        app.register_blueprint(pubsub_routes(intake, tokens=tokens, forms=google.forms))
    if keys.drive_channel_key is not None:
        app.register_blueprint(drive_routes(intake, key=keys.drive_channel_key, spreadsheets=google.sheets))
    _answer_errors(app, intake, forms=forms)

    @app.before_request
    def check_request() -> None:
        if request.path not in UNLIMITED_PATHS:
            limiter.check_client(request.remote_addr or "")
        if isinstance(request.routing_exception, RequestRedirect):  # of an empty path: it would redirect
            raise Refusal(404)

    @app.after_request
    def add_security_headers(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        return response

    return app


def _answer_errors(app: Flask, intake: IntakeService, *, forms: Collection[str]) -> None:
    """Give every error one shape and count it; log what a hook refuses. An error of ours is loud in the log alone."""

    @app.errorhandler(Exception)
    def refuse(error: Exception) -> Response:
        if isinstance(error, Refusal):
            refusal = error
        elif isinstance(error, HTTPException):
            status = error.code or 0
            refusal = Refusal(status if status in ERRORS else 400)
        else:
            _log.error("failed inside", exc_info=error)
            refusal = Refusal(503)
        hook = request.blueprint or "none"
        intake.metrics.refused.labels(hook, str(refusal.status)).inc()
        if hook != "none":
            form = (request.view_args or {}).get("key", "")
            facts = {"form": form} if form in forms else {}
            reason = refusal.logged_reason or "-"
            intake.log.write("refused", hook=hook, status=str(refusal.status), reason=reason, **facts)
        response = error_response(refusal)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response
