"""POST /hooks/forms/<key>: a response, or a hint, signed by the form's script."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from flask import Blueprint, request

from integration.adapters.sources.forms_json import parse_response
from integration.model import Arrival, name_form_shard
from webhooks.intake_service import accepted_response
from webhooks.refusals import Refusal
from webhooks.request_checks import MalformedBody, parse_body, read_json_body

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from flask import Response
    from werkzeug.datastructures import Headers

    from webhooks.intake_service import IntakeService

NAME = "forms"


def form_routes(desk: IntakeService, *, secrets: Sequence[bytes], forms: Collection[str]) -> Blueprint:
    """Return the hook for these forms, whose scripts sign with one of the secrets."""
    hook = Blueprint(NAME, __name__)

    @hook.post("/hooks/forms/<key>", provide_automatic_options=False)
    def receive(key: str) -> Response:
        body = read_json_body()
        try:
            which = find_signing_secret(request.headers, body, secrets, now=desk.clock.now())
        except InvalidSignature as error:
            raise Refusal(401, noted=str(error)) from None
        if key not in forms:
            raise Refusal(404, "There is no such form here; the address ends with the form's key.")
        desk.limiter.check_form(key)
        desk.signed(key, which)
        try:
            arrival = parse_envelope(body, key)
        except MalformedBody as error:
            raise Refusal(400, str(error)) from None
        return accepted_response(desk.take(NAME, arrival))

    return hook


RESPONSE, CHANGED = "form.response", "form.changed"


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw = msgspec.Raw()


def parse_envelope(body: bytes, form: str) -> Arrival:
    """Return what the body of a request says of the form. Raises Malformed."""
    envelope = parse_body(body, _Envelope, what="what a form's script sends")
    if envelope.type == CHANGED:
        return Arrival(form, job=name_form_shard(form))
    if envelope.type != RESPONSE:
        raise MalformedBody(f"The type is neither {RESPONSE} nor {CHANGED}.")
    try:
        return Arrival(form, parse_response(envelope.data))
    except ValueError as error:
        raise MalformedBody(f"The data {error}.") from None


ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 5

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{10}")
_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_OTHER_SCHEME = re.compile(r"v[0-9a-z]{1,4},[A-Za-z0-9+/]{1,256}={0,2}")
"""Such as v1a, which is signed by another method: left aside, for one of ours may stand beside it."""


class InvalidSignature(Exception):  # noqa: N818  # named for what was found
    """A message that nobody of ours signed just now. Its text, in a word or two, is for our own log alone."""


def find_signing_secret(headers: Headers, body: bytes, secrets: Sequence[bytes], *, now: datetime) -> int:
    """Return which of the secrets, from 0, the body was signed with, within five minutes of `now` (aware UTC).

    Raises NotAuthentic.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = _parse_signatures(headers.get(SIGNATURE, ""))
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp) or not given:
        raise InvalidSignature("headers")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise InvalidSignature("time")
    right = [format_signature(compute_signature(secret, message_id, timestamp, body)) for secret in secrets]
    # Compared as they are written, for two texts can stand for the same bytes; every pair, so that the time taken
    # tells nothing.
    found = [place for place, ours in enumerate(right) for one in given if hmac.compare_digest(one, ours)]
    if not found:
        raise InvalidSignature("signature")
    return found[0]


def compute_signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    """Return the 32 bytes of the signature over `id.timestamp.body`, HMAC-SHA256."""
    return hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)


def format_signature(signature: bytes) -> str:
    """Return a signature as it stands in the header."""
    return f"v1,{b64encode(signature).decode()}"


def _parse_signatures(text: str) -> list[str]:
    """Return the signatures of our kind that the header gives; none where anything of it is malformed."""
    parts = text.split(" ")
    if len(parts) > MAX_SIGNATURES:
        return []
    ours = [part for part in parts if _SIGNATURE.fullmatch(part)]
    others = [part for part in parts if _OTHER_SCHEME.fullmatch(part) and not part.startswith("v1,")]
    return ours if len(ours) + len(others) == len(parts) else []
