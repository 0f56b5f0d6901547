"""POST /hooks/pubsub: Pub/Sub says that a form has new answers, or another question; the form is read soon.

A message that is not answered 2xx comes again and again for days, so one about a form that the configuration does not
name is answered likewise.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, request

from integration.errors import ExternalServiceError
from integration.model import Arrival
from integration.operations.job_runs import name_form_shard
from webhooks.intake_service import accepted_response
from webhooks.refusals import Refusal
from webhooks.request_checks import parse_body, read_json_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Response

    from integration.adapters.google.watching.push_tokens import GooglePushTokens
    from webhooks.intake_service import IntakeService

NAME = "pubsub"
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

_log = logging.getLogger("crescendo.web")


def pubsub_routes(intake: IntakeService, *, tokens: GooglePushTokens, forms: Mapping[str, str]) -> Blueprint:
    """Return the hook for these forms, as google.yaml has them: the id in Google of each form by its key."""
    hook = Blueprint(NAME, __name__)
    keys = {form_id: key for key, form_id in forms.items()}

    @hook.post("/hooks/pubsub", provide_automatic_options=False)
    def receive() -> Response:
        body = read_json_body()
        try:
            is_authentic = tokens.is_authentic(request.headers.get("Authorization", ""), now=intake.clock.now())
        except ExternalServiceError:  # Google's certificates cannot be had just now
            raise Refusal(503) from None
        if not is_authentic:
            raise Refusal(401)
        form_id = parse_push(body)
        key = keys.get(form_id)
        if key is None:
            intake.metrics.ignored.labels(NAME).inc()
            logged_id = form_id if _FORM_ID.fullmatch(form_id) else "none"
            _log.info("pushed for a form that google.yaml does not name", extra={"form_id": logged_id})
            return accepted_response("ignored")
        intake.limiter.check_form(key)
        return accepted_response(intake.accept(NAME, Arrival(key, job=name_form_shard(key))))

    return hook


class _Message(msgspec.Struct):
    """A message of Pub/Sub; one of Forms has attributes only. Its id comes under two names."""

    attributes: dict[str, str] = {}
    message_id: str = ""
    messageId: str = ""  # noqa: N815  # Pub/Sub's own name


class _Push(msgspec.Struct):
    message: _Message


def parse_push(body: bytes) -> str:
    """Return the id in Google of the form that the message is about; "" for one about none. Raises Refusal (400)."""
    message = parse_body(body, _Push, what="what Pub/Sub pushes").message
    if not (message.message_id or message.messageId):
        raise Refusal(400, "The body is not what Pub/Sub pushes (its message has no id).")
    return message.attributes.get("formId", "")
