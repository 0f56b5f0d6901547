"""POST /hooks/forms/<form key>: a response, or the hint that a form changed, signed by the form's Apps Script.

A POST, from the socket to the disk:

1. `webhooks/server.py` reads the whole request, however slowly it comes, in one thread for all callers.
2. `webhooks/app.py` counts it against the caller's rate limit (429) and finds the route (404, 405).
3. `read_json_body` checks length and type, and returns the raw bytes (411, 413, 415, 400).
4. `find_signing_secret` checks the signature over those bytes, and the time (401).
5. The form must be one of the configuration (404), and is counted against its own rate limit (429).
6. `parse_envelope` reads strict JSON and checks the shape of the response (400).
7. `IntakeService.accept` hands the arrival to `integration/adapters/intake.py`, which writes those of all waiting
   callers in one transaction, together with the job that is due after it (503 where it cannot).
8. The answer is 202 with what became of it: `stored`, `duplicate` or `noted`. It stands on disk.

Whichever step refuses, `webhooks/app.py` gives the answer its one shape, counts it and logs it.
"""

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
from integration.model import Arrival
from integration.operations.job_runs import name_form_shard
from webhooks.intake_service import accepted_response
from webhooks.refusals import Refusal
from webhooks.request_checks import parse_body, read_json_body

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from flask import Response
    from werkzeug.datastructures import Headers

    from webhooks.intake_service import IntakeService

NAME = "forms"


def form_routes(intake: IntakeService, *, secrets: Sequence[bytes], forms: Collection[str]) -> Blueprint:
    """Return the hook for these forms, whose scripts sign with one of the secrets."""
    hook = Blueprint(NAME, __name__)

    @hook.post("/hooks/forms/<key>", provide_automatic_options=False)
    def receive(key: str) -> Response:
        body = read_json_body()
        try:
            secret = find_signing_secret(request.headers, body, secrets, now=intake.clock.now())
        except InvalidSignature as error:
            raise Refusal(401, logged_reason=str(error)) from None
        if key not in forms:
            raise Refusal(404, "There is no such form here; the address ends with the form's key.")
        intake.limiter.check_form(key)
        intake.record_secret(key, secret)
        return accepted_response(intake.accept(NAME, parse_envelope(body, key)))

    return hook


# --- the signature, by the Standard Webhooks scheme ---------------------------------------------------------

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
MAX_SIGNATURES = 5

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{10}")
_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_OTHER_SCHEME = re.compile(r"v[0-9a-z]{1,4},[A-Za-z0-9+/]{1,256}={0,2}")
"""Such as v1a, which is signed by another method: left aside, for one of ours may stand beside it."""


class InvalidSignature(Exception):  # noqa: N818  # named for what is wrong
    """A message that was not signed with one of the secrets just now. Its text, a word or two, is for our log alone."""


def find_signing_secret(headers: Headers, body: bytes, secrets: Sequence[bytes], *, now: datetime) -> int:
    """Return the index, from 0, of the secret that the body was signed with, within five minutes of `now` (aware UTC).

    Raises InvalidSignature.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    signatures = _parse_signatures(headers.get(SIGNATURE, ""))
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp) or not signatures:
        raise InvalidSignature("headers")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise InvalidSignature("time")
    expected = [format_signature(compute_signature(secret, message_id, timestamp, body)) for secret in secrets]
    # Compared as they are written, for two texts can stand for the same bytes; every pair, so that the time taken
    # gives nothing away.
    matching = [index for index, ours in enumerate(expected) for one in signatures if hmac.compare_digest(one, ours)]
    if not matching:
        raise InvalidSignature("signature")
    return matching[0]


def compute_signature(secret: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    """Return the 32 bytes of the signature over `id.timestamp.body`, HMAC-SHA256."""
    return hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)


def format_signature(signature: bytes) -> str:
    """Return a signature as it stands in the header."""
    return f"v1,{b64encode(signature).decode()}"


def _parse_signatures(text: str) -> list[str]:
    """Return the signatures of our scheme that the header gives; none where anything of it is malformed."""
    parts = text.split(" ")
    if len(parts) > MAX_SIGNATURES:
        return []
    ours = [part for part in parts if _SIGNATURE.fullmatch(part)]
    others = [part for part in parts if _OTHER_SCHEME.fullmatch(part) and not part.startswith("v1,")]
    return ours if len(ours) + len(others) == len(parts) else []


# --- the body ---------------------------------------------------------------------------------------------

RESPONSE, CHANGED = "form.response", "form.changed"


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw = msgspec.Raw()


def parse_envelope(body: bytes, form: str) -> Arrival:
    """Return what the body of a request says of the form. Raises Refusal (400)."""
    envelope = parse_body(body, _Envelope, what="what a form's script sends")
    if envelope.type == CHANGED:
        return Arrival(form, job=name_form_shard(form))
    if envelope.type != RESPONSE:
        raise Refusal(400, f"The type is neither {RESPONSE} nor {CHANGED}.")
    try:
        return Arrival(form, parse_response(envelope.data))
    except ValueError as error:
        raise Refusal(400, f"The data {error}.") from None
