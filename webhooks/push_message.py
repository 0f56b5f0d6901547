"""What Pub/Sub pushes for a watch on a form: which form it is about, and never an answer."""

from __future__ import annotations

import msgspec

from webhooks.strict_json import Malformed, read_as


class _Message(msgspec.Struct):
    """A message of Pub/Sub; one of Forms has attributes only. Its id comes under two names."""

    attributes: dict[str, str] = {}
    message_id: str = ""
    messageId: str = ""  # noqa: N815  # Pub/Sub's own name


class _Push(msgspec.Struct):
    message: _Message


def read_push(body: bytes) -> str:
    """Return the id in Google of the form that the message is about; "" for a message about none. Raises Malformed."""
    push = read_as(body, _Push, what="what Pub/Sub pushes")
    if not (push.message.message_id or push.message.messageId):
        raise Malformed("The body is not what Pub/Sub pushes (its message has no id).")
    return push.message.attributes.get("formId", "")
