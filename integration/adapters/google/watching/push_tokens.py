"""Who pushes: the OpenID Connect token that Pub/Sub sends with each message, read strictly.

google-auth's own verifier asks the machine's clock, fetches the certificates for every token, and raises four kinds of
errors on headers that strangers send; so the token is read here, and cryptography checks its signature.
"""

from __future__ import annotations

import logging
import re
import threading
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from requests import RequestException, Session

from integration.errors import ExternalServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from requests import Response
    from requests.structures import CaseInsensitiveDict

    from config.keys import PubSubIdentity

ALGORITHM = "RS256"
MAX_TOKEN_LENGTH = 4096
"""Google's tokens have about a thousand characters."""

_BEARER = re.compile(r"(?i:Bearer) (?P<signed>(?P<header>[\w-]+)\.(?P<claims>[\w-]+))\.(?P<signature>[\w-]+)", re.ASCII)


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class GooglePushTokens:
    """Obeys `ports.PushTokens`."""

    def __init__(self, certificates: Certificates, pusher: PubSubIdentity) -> None:
        self._certificates = certificates
        self._pusher = pusher

    def is_authentic(self, authorization: str, *, now: datetime) -> bool:
        """Whether the header holds a token of the pusher that is good at this moment (aware UTC), signed by Google.

        Raises OutsideError where that depends on certificates which Google does not give just now. A token that claims
        the wrong things makes nobody fetch any.
        """
        token = _BEARER.fullmatch(authorization) if len(authorization) <= MAX_TOKEN_LENGTH else None
        if token is None:
            return False
        header, claims = _read(token["header"], _Header), _read(token["claims"], Claims)
        if header is None or header.alg != ALGORITHM or header.crit is not msgspec.UNSET:
            return False
        if claims is None or not are_valid_claims(claims, self._pusher, now=now):
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


ISSUERS = ("https://accounts.google.com", "accounts.google.com")
AHEAD = timedelta(minutes=1)
"""So much may Google's clock be ahead of ours. One that is behind needs no more: the next attempt has a new token."""

Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A time since 1970 that can be reckoned with, however long a number a stranger writes."""


class Claims(msgspec.Struct, frozen=True):
    """The claims that we ask for, each of exactly this type."""

    iss: str
    aud: str
    email: str
    email_verified: bool
    iat: Seconds
    exp: Seconds


def are_valid_claims(claims: Claims, pusher: PubSubIdentity, *, now: datetime) -> bool:
    """Whether Google says at this moment (aware UTC) that the pusher pushes to us.

    google-auth's verifier compares neither the account, nor whether its address is verified, and asks the machine's
    clock; any account at Google can have a token for our audience.
    """
    moment = now.timestamp()
    return (
        claims.iss in ISSUERS
        and claims.aud == pusher.audience
        and claims.email == pusher.service_account
        and claims.email_verified is True
        and claims.iat - AHEAD.total_seconds() <= moment < claims.exp
    )


HOST, PATH = "https://www.googleapis.com", "/oauth2/v1/certs"
CONNECT_SECONDS, READ_SECONDS = 3, 5
MAX_RESPONSE_BYTES = 256 * 1024

MAX_CACHE_AGE = timedelta(hours=1)
"""Certificates are fetched anew after so long, whatever Google allows: one that was taken back is soon gone."""

MIN_FETCH_INTERVAL = timedelta(seconds=10)
"""Between two fetches lies at least so long, so that made-up keys and failures make us ask no more often."""

WAIT_SECONDS = 2.0
"""So long a caller waits while another one fetches: whoever makes keys up must not hold every thread."""

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?:$|[\s,])", re.IGNORECASE)

_log = logging.getLogger("crescendo.web")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was fetched; `why_not` says why the last attempt brought nothing, and is empty where it did."""

    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    fetched_at: datetime | None = None
    lasts: timedelta = timedelta()
    asked_at: datetime | None = None
    why_not: str = ""

    def are_good(self, now: datetime) -> bool:
        return _is_within(now, self.fetched_at, self.lasts)

    def were_just_asked_for(self, now: datetime) -> bool:
        return _is_within(now, self.asked_at, MIN_FETCH_INTERVAL)


class Certificates:
    """Google's public keys by their id; many threads may ask at once, and one of them fetches."""

    def __init__(self, base_url: str | None = None) -> None:
        """`base_url` stands for Google's own address."""
        self._base_url = base_url
        self._kept = _Kept()
        self._fetching = threading.Lock()

    def key(self, key_id: str, *, now: datetime) -> RSAPublicKey | None:
        """Return the key; None where Google has no such key.

        Raises OutsideError where nobody can know, because Google does not give its certificates.
        """
        kept = self._kept
        if kept.are_good(now) and key_id in kept.keys:
            return kept.keys[key_id]
        if not self._fetching.acquire(timeout=WAIT_SECONDS):
            raise _away("another caller still waits for them")
        try:
            kept = self._kept
            if not (kept.are_good(now) and (key_id in kept.keys or kept.were_just_asked_for(now))):
                kept = self._kept = self._renewed(kept, now)
        finally:
            self._fetching.release()
        if kept.are_good(now) and key_id in kept.keys:
            return kept.keys[key_id]
        if kept.why_not:
            raise _away(kept.why_not)
        return None

    def _renewed(self, kept: _Kept, now: datetime) -> _Kept:
        """Return what is known after another fetch; what is kept, where one has just failed or fails now."""
        if kept.why_not and kept.were_just_asked_for(now):
            return kept
        try:
            keys, lasts = _fetch((self._base_url or HOST) + PATH, trusts_proxies=self._base_url is None)
        except (RequestException, _Unusable) as error:
            why_not = str(error) if isinstance(error, _Unusable) else type(error).__name__
            _log.warning("Google's certificates cannot be had", extra={"why": why_not})
            return _Kept(kept.keys, kept.fetched_at, kept.lasts, now, why_not)
        return _Kept(keys, now, lasts, now)


class _Unusable(Exception):  # noqa: N818  # named for what was found; never leaves this module
    """An answer that holds no certificates; the text says in a few words what it was."""


def _fetch(url: str, *, trusts_proxies: bool) -> tuple[Mapping[str, RSAPublicKey], timedelta]:
    """Return the keys, and how long they may be kept. They are public: nothing of ours is sent."""
    with Session() as session:
        session.trust_env = trusts_proxies
        with session.get(
            url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True,
            auth=lambda request: request,  # or else a .netrc of this machine might say who we are
        ) as response:  # fmt: skip
            if response.status_code != HTTPStatus.OK:
                raise _Unusable(f"it answers {response.status_code}")
            return _keys(_body(response)), _lasts(response.headers)


def _body(response: Response) -> bytes:
    body = b""
    for part in response.iter_content(64 * 1024):
        body += part
        if len(body) > MAX_RESPONSE_BYTES:
            raise _Unusable("it answers too much")
    return body


def _keys(body: bytes) -> dict[str, RSAPublicKey]:
    """Return each key that signs as we expect, by its id."""
    try:
        found = {
            key_id: load_pem_x509_certificate(text.encode()).public_key()
            for key_id, text in msgspec.json.decode(body, type=dict[str, str]).items()
        }
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise _Unusable("it answers no certificates") from None
    keys = {key_id: key for key_id, key in found.items() if isinstance(key, RSAPublicKey)}
    if not keys:
        raise _Unusable("it answers no certificate of an RSA key")
    return keys


def _lasts(headers: CaseInsensitiveDict[str]) -> timedelta:
    """Return how long the answer may be kept: as its Cache-Control says, within our own bounds."""
    said = _MAX_AGE.search(headers.get("Cache-Control", ""))
    age = headers.get("Age", "")
    if said is None:
        return MAX_CACHE_AGE
    left = int(said[1]) - (int(age) if re.fullmatch(r"[0-9]{1,9}", age) else 0)
    return min(max(timedelta(seconds=left), MIN_FETCH_INTERVAL), MAX_CACHE_AGE)


def _is_within(now: datetime, since: datetime | None, length: timedelta) -> bool:
    """Whether `now` is so near a moment, on either side: a clock that is set back keeps nothing alive."""
    return since is not None and abs(now - since) < length


def _away(why: str) -> ExternalServiceError:
    return ExternalServiceError(
        f"Google's certificates cannot be had ({why}), so that nobody can say who sent a token; try again later."
    )
