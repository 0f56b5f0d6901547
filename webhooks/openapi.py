"""GET /openapi.json: what may be asked of the web side, and what it answers, in the words of OpenAPI 3.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response

from integration.adapters.sources.forms_json import FormResponse
from webhooks.hooks.forms import CHANGED, ID, RESPONSE, SIGNATURE, TIMESTAMP
from webhooks.refusals import ERRORS

if TYPE_CHECKING:
    from collections.abc import Collection

    from config.keys import WebhookCredentials

Node = dict[str, Any]

JSON = "application/json"
ANYWHERE = (400, 429, 503)
"""These may be answered to any request: what cannot be read, too many, and when nothing can be done."""
WITH_BODY = (401, 411, 413, 415, *ANYWHERE)
SCHEMAS = "#/components/schemas"
RETRY = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}}}


def openapi_routes(keys: WebhookCredentials, *, forms: Collection[str]) -> Blueprint:
    """Return the route that describes all routes; a hook that has no keys is left out."""
    routes = Blueprint("openapi", __name__)
    body = json.dumps(describe_routes(keys, forms=forms), ensure_ascii=False).encode()

    @routes.get("/openapi.json", provide_automatic_options=False)
    def described() -> Response:
        return Response(body, mimetype=JSON)

    return routes


def describe_routes(keys: WebhookCredentials, *, forms: Collection[str]) -> Node:
    """Return the description of the hooks that have keys, and of what is always there."""
    _, schemas = msgspec.json.schema_components([FormResponse], ref_template=f"{SCHEMAS}/{{name}}")
    responses = {
        code: _answer(sentence, _object({"error": _object({"code": {"const": code}, "message": {"type": "string"}})}))
        | ({"headers": RETRY} if status in {429, 503} else {})
        for status, (code, sentence) in ERRORS.items()
    }
    paths, schemes = _describe_paths(keys, forms)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Crescendo",
            "version": "1",
            "description": "Takes in responses of forms, and hints to read again. A 202 means: stored on disk.",
        },
        "paths": paths,
        "components": {"schemas": schemas, "responses": responses, "securitySchemes": schemes},
    }


def _describe_paths(keys: WebhookCredentials, forms: Collection[str]) -> tuple[Node, Node]:
    """Return the paths, and by what each hook authenticates its callers."""
    schemes: Node = {}
    alive, ready = _answer("It runs.", _status("alive")), _answer("It can do its work.", _status("ready"))
    away = _answer("The store cannot be used, or nothing can be done.", {"type": "object"})
    text = {"text/plain; version=0.0.4; charset=utf-8": {"schema": {"type": "string"}}}
    page = {"text/html; charset=utf-8": {"schema": {"type": "string"}}}
    described = _answer("This description.", {"type": "object"})
    paths = {
        "/": {"get": _operation("The front page", {"200": {"description": "A page.", "content": page}})},
        "/healthz": {"get": _operation("Whether it runs", {"200": alive})},
        "/readyz": {"get": _operation("Whether it can do its work", {"200": ready}, {"503": away})},
        "/metrics": {"get": _operation("Numbers for Prometheus", {"200": {"description": "Text.", "content": text}})},
        "/openapi.json": {"get": _operation("What may be asked", {"200": described})},
    }
    if keys.form_secrets:
        key = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "enum": sorted(forms)}}
        envelope = {"oneOf": [
            {"type": "object", "required": ["type", "data"], "properties": {
                "type": {"const": RESPONSE}, "data": {"$ref": f"{SCHEMAS}/FormResponse"},
            }},
            {"type": "object", "required": ["type"], "properties": {"type": {"const": CHANGED}}},
        ]}  # fmt: skip
        signature = {
            ID: "What names this message.",
            TIMESTAMP: "When it was signed, in seconds of Unix time; within five minutes of now.",
            SIGNATURE: "HMAC-SHA256 over id.timestamp.body: `v1,` and Base64; several with spaces between.",
        }
        for name, what in signature.items():
            schemes[name] = {"type": "apiKey", "in": "header", "name": name, "description": what}
        signed: Node = {name: [] for name in signature}
        summary = "A response of a form, or the hint that the form changed"
        post = _operation(summary, _accepted("stored", "duplicate", "noted"), _refused(404, *WITH_BODY))
        post |= {"security": [signed], "parameters": [key], "requestBody": _body(envelope)}
        paths["/hooks/forms/{key}"] = {"post": post}
    if keys.pubsub:
        message = {"type": "object", "required": ["message"], "properties": {"message": {"type": "object"}}}
        post = _operation("What Pub/Sub pushes of a form's watch", _accepted("noted", "ignored"), _refused(*WITH_BODY))
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The account's token."}
        schemes["pubsub"] = bearer
        paths["/hooks/pubsub"] = {"post": post | {"security": [{"pubsub": []}], "requestBody": _body(message)}}
    if keys.drive_channel_key:
        headers = [
            {"name": f"X-Goog-{name}", "in": "header", "required": True, "schema": {"type": "string"}}
            for name in ("Channel-ID", "Resource-State")
        ]
        header = "X-Goog-Channel-Token"
        schemes["drive"] = {"type": "apiKey", "in": "header", "name": header, "description": "The channel's token."}
        refused = _refused(401, 411, 413, *ANYWHERE)
        post = _operation("What Drive notifies of a spreadsheet", _accepted("noted", "ignored"), refused)
        paths["/hooks/drive"] = {"post": post | {"security": [{"drive": []}], "parameters": headers}}
    return paths, schemes


# --- the parts of a route -----------------------------------------------------------------------------------


def _operation(summary: str, *answers: Node) -> Node:
    responses = _refused(*ANYWHERE)
    for more in answers:
        responses |= more
    return {"summary": summary, "responses": dict(sorted(responses.items()))}


def _accepted(*statuses: str) -> Node:
    return {"202": _answer("It stands on disk; for `ignored`, there was nothing to keep.", _status(*statuses))}


def _refused(*statuses: int) -> Node:
    return {str(status): {"$ref": f"#/components/responses/{ERRORS[status][0]}"} for status in statuses}


def _body(schema: Node) -> Node:
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _answer(description: str, schema: Node) -> Node:
    return {"description": description, "content": {JSON: {"schema": schema}}}


def _status(*words: str) -> Node:
    return _object({"status": {"enum": list(words)}})


def _object(properties: Node) -> Node:
    """Return the schema of an object that has exactly these."""
    return {
        "type": "object", "required": list(properties), "properties": properties, "additionalProperties": False,
    }  # fmt: skip
