"""What the web side knows its callers by: secrets of the forms' scripts, the account that pushes, the channels' key."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field

from config.errors import SecretMissing

PREFIX = "whsec_"
SHORTEST_BYTES = 24
AT_MOST = 5
"""So many secrets may be good at one time; two are enough to change one for another."""

HOW = (
    f"set it to {PREFIX} and the Base64 of 32 random bytes, such as `echo {PREFIX}$(openssl rand -base64 32)` prints; "
    "several, to change one for another, with a space between"
)
_ACCOUNT = re.compile(r"[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Pusher:
    """Who pushes Pub/Sub's messages: the service account that signs them, and the audience that they are meant for."""

    audience: str
    account: str


@dataclass(frozen=True, slots=True)
class HookKeys:
    """What each hook knows its callers by; one without stays closed."""

    forms: tuple[bytes, ...] = field(default=(), repr=False)
    pusher: Pusher | None = None
    channels: bytes | None = field(default=None, repr=False)


def read_webhook_secrets(text: str, where: str) -> tuple[bytes, ...]:
    """Return the secrets in WEBHOOK_SECRETS, found `where`. Raises SecretMissing; nothing of them is shown."""
    written = text.split()
    if len(written) > AT_MOST:
        raise SecretMissing(f"{where} holds {len(written)} secrets, and {AT_MOST} at most may be good at one time.")
    return tuple(_read_secret(each, where) for each in written)


def _read_secret(text: str, where: str) -> bytes:
    body = text.removeprefix(PREFIX)
    try:
        secret = b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        secret = None
    if secret is None or body == text:
        raise SecretMissing(f"{where} is no secret of a webhook: {HOW}.")
    if len(secret) < SHORTEST_BYTES:
        raise SecretMissing(f"{where} has a secret shorter than {SHORTEST_BYTES} bytes: {HOW}.")
    return secret


def read_pusher(audience: str | None, account: str | None) -> Pusher | None:
    """Return who pushes; None where neither is set. Raises SecretMissing where only one is, or one is no such thing."""
    if audience is None and account is None:
        return None
    if audience is None or account is None:
        missing, there = ("PUBSUB_AUDIENCE", "PUBSUB_SERVICE_ACCOUNT")[:: 1 if audience is None else -1]
        raise SecretMissing(f"{there} is set, but {missing} is not: Pub/Sub needs both, or set neither to keep it off.")
    if not _ACCOUNT.fullmatch(account):
        raise SecretMissing(
            "PUBSUB_SERVICE_ACCOUNT is not the e-mail address of a service account: set it to the account that the "
            "subscription pushes as, such as push@project.iam.gserviceaccount.com."
        )
    return Pusher(audience, account)


def read_channel_key(text: str | None) -> bytes | None:
    """Return DRIVE_CHANNEL_KEY as bytes; None where it is not set. Raises SecretMissing where it is too short."""
    if text is None:
        return None
    key = text.encode("utf-8", "surrogateescape")
    if len(key) < SHORTEST_BYTES:
        raise SecretMissing(
            f"DRIVE_CHANNEL_KEY is shorter than {SHORTEST_BYTES} bytes: set it to a random text, such as "
            "`openssl rand -hex 32` prints."
        )
    return key
