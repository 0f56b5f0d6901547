"""What a form's script sends: a response as the Forms API gives it, or the hint that the form changed."""

from __future__ import annotations

import msgspec

from integration.adapters.form_response import read_response
from integration.model import Arrival, sync_of_form
from webhooks.strict_json import NotStrict, read_strictly

RESPONSE, CHANGED = "form.response", "form.changed"


class Malformed(ValueError):  # noqa: N818  # named for what was found
    """A body that is neither; the text is a sentence that holds nothing of it."""


class _Envelope(msgspec.Struct):
    type: str
    data: msgspec.Raw = msgspec.Raw()


def read_envelope(body: bytes, form: str) -> Arrival:
    """Return what the body of a request says of the form. Raises Malformed."""
    try:
        read_strictly(body)
        envelope = msgspec.json.decode(body, type=_Envelope)
    except NotStrict as error:
        raise Malformed(f"The body {error}.") from None
    except msgspec.ValidationError as error:
        raise Malformed(f"The body is not what a form's script sends ({error}).") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed("The body is not JSON.") from None
    if envelope.type == CHANGED:
        return Arrival(form, look=sync_of_form(form))
    if envelope.type != RESPONSE:
        raise Malformed(f"The type is neither {RESPONSE} nor {CHANGED}.")
    try:
        return Arrival(form, read_response(envelope.data))
    except ValueError as error:
        raise Malformed(f"The data {error}.") from None
