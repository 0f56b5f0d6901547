"""What a form's script sends: a response as the Forms API gives it, or the hint that the form changed."""

from __future__ import annotations

import msgspec

from integration.adapters.form_response import read_response
from integration.model import Arrival, sync_of_form
from webhooks.strict_json import Malformed, read_as

RESPONSE, CHANGED = "form.response", "form.changed"


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw = msgspec.Raw()


def read_envelope(body: bytes, form: str) -> Arrival:
    """Return what the body of a request says of the form. Raises Malformed."""
    envelope = read_as(body, _Envelope, what="what a form's script sends")
    if envelope.type == CHANGED:
        return Arrival(form, look=sync_of_form(form))
    if envelope.type != RESPONSE:
        raise Malformed(f"The type is neither {RESPONSE} nor {CHANGED}.")
    try:
        return Arrival(form, read_response(envelope.data))
    except ValueError as error:
        raise Malformed(f"The data {error}.") from None
