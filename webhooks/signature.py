"""Standard Webhooks signatures (specification 1.0.0), read strictly: whatever is not exactly right is not authentic.

The scheme's own library raises half a dozen kinds of errors on headers that strangers send, takes a time such as
`1.7e9`, and asks the machine's clock itself; so the headers are read here, and the one line of the scheme stands below.
The tests hold both against each other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from werkzeug.datastructures import Headers

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
SIGNATURES_AT_MOST = 5

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TIMESTAMP = re.compile(r"[0-9]{10}")
_SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{43}=")
_OF_ANOTHER_KIND = re.compile(r"v[0-9a-z]{1,4},[A-Za-z0-9+/]{1,256}={0,2}")
"""Such as v1a, which is signed by another method: left aside, for one of ours may stand beside it."""


class NotAuthentic(Exception):  # noqa: N818  # named for what was found
    """A message that nobody of ours signed just now. Its text, in a word or two, is for our own log alone."""


def signer(headers: Headers, body: bytes, secrets: Sequence[bytes], *, now: datetime) -> int:
    """Return which of the secrets, from 0, the body was signed with, within five minutes of `now` (aware UTC).

    Raises NotAuthentic.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = _read(headers.get(SIGNATURE, ""))
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp) or not given:
        raise NotAuthentic("headers")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise NotAuthentic("time")
    right = [written(sign(secret, message_id, timestamp, body)) for secret in secrets]
    # Compared as they are written, for two texts can stand for the same bytes; every pair, so that the time taken
    # tells nothing.
    found = [place for place, ours in enumerate(right) for one in given if hmac.compare_digest(one, ours)]
    if not found:
        raise NotAuthentic("signature")
    return found[0]


def sign(secret: bytes, message_id: str, timestamp: str, body: bytes) -> bytes:
    """Return the 32 bytes of the signature over `id.timestamp.body`, HMAC-SHA256."""
    return hmac.digest(secret, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256)


def written(signature: bytes) -> str:
    """Return a signature as it stands in the header."""
    return f"v1,{b64encode(signature).decode()}"


def _read(text: str) -> list[str]:
    """Return the signatures of our kind that the header gives; none where anything of it is malformed."""
    parts = text.split(" ")
    if len(parts) > SIGNATURES_AT_MOST:
        return []
    ours = [part for part in parts if _SIGNATURE.fullmatch(part)]
    others = [part for part in parts if _OF_ANOTHER_KIND.fullmatch(part) and not part.startswith("v1,")]
    return ours if len(ours) + len(others) == len(parts) else []
