"""Who pushes: the OpenID Connect token that Pub/Sub sends with each message, read strictly.

google-auth's own verifier asks the machine's clock, fetches the certificates for every token, and raises four kinds of
errors on headers that strangers send; so the token is read here, and cryptography checks its signature.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from integration.adapters.google.push_claims import Claims, are_right

if TYPE_CHECKING:
    from datetime import datetime

    from config.hook_keys import Pusher
    from integration.adapters.google.certificates import Certificates

ALGORITHM = "RS256"
LONGEST = 4096
"""Google's tokens have about a thousand characters."""

_BEARER = re.compile(r"(?i:Bearer) (?P<signed>(?P<header>[\w-]+)\.(?P<claims>[\w-]+))\.(?P<signature>[\w-]+)", re.ASCII)


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class GooglePushTokens:
    """Obeys `ports.PushTokens`."""

    def __init__(self, certificates: Certificates, pusher: Pusher) -> None:
        self._certificates = certificates
        self._pusher = pusher

    def is_authentic(self, authorization: str, *, now: datetime) -> bool:
        """Whether the header holds a token of the pusher that is good at this moment (aware UTC), signed by Google.

        Raises OutsideError where that depends on certificates which Google does not give just now. A token that claims
        the wrong things makes nobody fetch any.
        """
        token = _BEARER.fullmatch(authorization) if len(authorization) <= LONGEST else None
        if token is None:
            return False
        header, claims = _read(token["header"], _Header), _read(token["claims"], Claims)
        if header is None or header.alg != ALGORITHM or header.crit is not msgspec.UNSET:
            return False
        if claims is None or not are_right(claims, self._pusher, now=now):
            return False
        key = self._certificates.key(header.kid, now=now)
        signature = _bytes(token["signature"])
        if key is None or signature is None:
            return False
        try:
            key.verify(signature, token["signed"].encode(), PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True


Shape = TypeVar("Shape")


def _read(text: str, shape: type[Shape]) -> Shape | None:
    body = _bytes(text)
    try:
        return None if body is None else msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _bytes(text: str) -> bytes | None:
    """Return what is written in Base64 without its padding; None where it is not."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
