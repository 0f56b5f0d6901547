"""POST /hooks/forms/<key>: a response, or a hint, signed by the form's script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from webhooks.desk import told
from webhooks.envelope import read_envelope
from webhooks.gate import body_of_json
from webhooks.refusals import Refusal
from webhooks.signature import NotAuthentic, signer
from webhooks.strict_json import Malformed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flask import Response

    from webhooks.desk import Desk

NAME = "forms"


def form_hook(desk: Desk, *, secrets: Sequence[bytes], forms: Collection[str]) -> Blueprint:
    """Return the hook for these forms, whose scripts sign with one of the secrets."""
    hook = Blueprint(NAME, __name__)

    @hook.post("/hooks/forms/<key>", provide_automatic_options=False)
    def receive(key: str) -> Response:
        body = body_of_json()
        try:
            which = signer(request.headers, body, secrets, now=desk.clock.now())
        except NotAuthentic as error:
            raise Refusal(401, noted=str(error)) from None
        if key not in forms:
            raise Refusal(404, "There is no such form here; the address ends with the form's key.")
        desk.limiter.check_form(key)
        desk.signed(key, which)
        try:
            arrival = read_envelope(body, key)
        except Malformed as error:
            raise Refusal(400, str(error)) from None
        return told(desk.take(NAME, arrival))

    return hook
