"""The web side's application: the hooks, and what is true of every answer."""

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
from webhooks.intake_service import IntakeService
from webhooks.openapi import openapi_routes
from webhooks.refusals import ERRORS, Refusal, error_response
from webhooks.request_checks import RateLimiter, RateLimits
from webhooks.telemetry import EventLog, Metrics

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
"""Whoever watches the machine is never asked to wait."""

_log = logging.getLogger("crescendo.web")


def create_app(service: Service, keys: WebhookCredentials, *, limits: RateLimits | None = None) -> Flask:
    """Return the application on a service; a hook without keys is not there. Raises SecretMissing."""
    tokens = None if keys.pusher is None else service.push_tokens(keys.pusher)
    app = Flask("webhooks", static_folder=None)
    app.url_map.merge_slashes = False  # it would redirect
    metrics = Metrics(waited_seconds=lambda: service.intake.waited_seconds)
    desk = IntakeService(service.intake, service.clock, metrics, RateLimiter(limits or RateLimits()), EventLog())
    forms, google = service.settings.forms, service.settings.google or Google()
    app.register_blueprint(health_routes(service, metrics))
    app.register_blueprint(form_routes(desk, secrets=keys.forms, forms=forms))
    app.register_blueprint(openapi_routes(keys, forms=forms))
    if tokens is not None:
        app.register_blueprint(pubsub_routes(desk, tokens=tokens, forms=google.forms))
    if keys.channels is not None:
        app.register_blueprint(drive_routes(desk, key=keys.channels, spreadsheets=google.sheets))
    _guard(app, desk)
    _answer_errors(app, desk, forms=forms)
    return app


def _guard(app: Flask, desk: IntakeService) -> None:
    """Let nobody ask too often or be sent elsewhere, and close every answer to others."""

    @app.before_request
    def not_too_often() -> None:
        if request.path not in UNLIMITED_PATHS:
            desk.limiter.check_client(request.remote_addr or "")

    @app.before_request
    def nowhere_else() -> None:
        if isinstance(request.routing_exception, RequestRedirect):  # of an empty path
            raise Refusal(404)

    @app.after_request
    def close_to_others(response: Response) -> Response:
        response.headers.update(SECURITY_HEADERS)
        return response


def _answer_errors(app: Flask, desk: IntakeService, *, forms: Collection[str]) -> None:
    """Let every error have one shape, be counted, and what a hook refuses be noted."""

    @app.errorhandler(Exception)
    def refuse(error: Exception) -> Response:
        refusal, hook = _refusal_of(error), request.blueprint or "none"
        desk.metrics.refused(hook, refusal.status)
        if hook != "none":
            form = (request.view_args or {}).get("key", "")
            facts = {"form": form} if form in forms else {}
            desk.diary.note("refused", hook=hook, status=str(refusal.status), why=refusal.noted or "-", **facts)
        response = error_response(refusal)
        if isinstance(error, MethodNotAllowed):
            response.allow.update(error.valid_methods or ())
        return response


def _refusal_of(error: Exception) -> Refusal:
    """Return what is answered to an error; one of ours inside is loud in the log, and says nothing to the caller."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        status = error.code or 0
        return Refusal(status if status in ERRORS else 400)
    _log.error("failed inside", exc_info=error)
    return Refusal(503)
