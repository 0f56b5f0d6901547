"""Verifies the OpenID Connect token that Pub/Sub sends with each push message.

1. The header must be a bearer token of three parts, no longer than Google's are.
2. Its claims must be those of our configured account, for our audience, at this moment.
3. Its signature must be of one of Google's public keys, which are fetched and kept for at most an hour.

google-auth's own verifier asks the machine's clock, fetches the certificates for every token, and raises four kinds of
errors on headers that an intruder sends; so the token is parsed here, and cryptography checks its signature.
"""

from __future__ import annotations

import logging
import re
import threading
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

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

    from requests.structures import CaseInsensitiveDict

    from config.keys import PubSubIdentity

ALGORITHM = "RS256"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
MAX_TOKEN_LENGTH = 4096
"""Google's tokens have about a thousand characters."""

CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far Google's clock may be ahead of ours. One that is behind needs no more: the next attempt has a new token."""

HOST, PATH = "https://www.googleapis.com", "/oauth2/v1/certs"
CONNECT_SECONDS, READ_SECONDS = 3, 5
MAX_RESPONSE_BYTES = 256 * 1024

MAX_CACHE_AGE = timedelta(hours=1)
"""How long certificates are kept at most, whatever Google allows: one that is revoked is soon gone."""

MIN_FETCH_INTERVAL = timedelta(seconds=10)
"""The least time between two fetches, so that made-up key ids and failures make us ask no more often."""

WAIT_SECONDS = 2.0
"""How long a caller waits while another one fetches: an intruder with made-up key ids must not hold every thread."""

_BEARER = re.compile(r"(?i:Bearer) (?P<signed>(?P<header>[\w-]+)\.(?P<claims>[\w-]+))\.(?P<signature>[\w-]+)", re.ASCII)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=([0-9]{1,9})(?:$|[\s,])", re.IGNORECASE)

_log = logging.getLogger("crescendo.web")

Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A time since 1970, bounded so that it can be computed with, whatever an intruder writes."""


class GooglePushTokens:
    """Checks by its token whether Google's Pub/Sub pushed a message."""

    def __init__(self, certificates: Certificates, pusher: PubSubIdentity) -> None:
        self._certificates = certificates
        self._pusher = pusher

    def is_authentic(self, authorization: str, *, now: datetime) -> bool:
        """Whether the header holds a token of the configured account, good at this moment (aware UTC), by Google.

        Raises ExternalServiceError where that depends on certificates which Google does not give just now. They are
        not fetched for a token whose claims are wrong.
        """
        token = _BEARER.fullmatch(authorization) if len(authorization) <= MAX_TOKEN_LENGTH else None
        if token is None:
            return False
        try:
            header = msgspec.json.decode(_decode_base64(token["header"]), type=_Header)
            claims = msgspec.json.decode(_decode_base64(token["claims"]), type=_Claims)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return False
        has_algorithm = header.alg == ALGORITHM and header.crit is msgspec.UNSET
        if not has_algorithm or not _are_valid(claims, self._pusher, now=now):
            return False
        key = self._certificates.key(header.kid, now=now)
        try:
            if key is not None:
                key.verify(_decode_base64(token["signature"]), token["signed"].encode(), PKCS1v15(), SHA256())
        except (ValueError, InvalidSignature):
            return False
        return key is not None


class _Header(msgspec.Struct, frozen=True):
    alg: str
    kid: str
    crit: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class _Claims(msgspec.Struct, frozen=True):
    """The claims that are compared, each of exactly this type."""

    iss: str
    aud: str
    email: str
    email_verified: bool
    iat: Seconds
    exp: Seconds


def _decode_base64(text: str) -> bytes:
    """Return the bytes of Base64 without its padding. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _are_valid(claims: _Claims, pusher: PubSubIdentity, *, now: datetime) -> bool:
    """Whether the claims are those of our pusher, for us, at this moment (aware UTC).

    google-auth's verifier compares neither the account, nor whether its address is verified, and asks the machine's
    clock; any account at Google can have a token for our audience.
    """
    moment = now.timestamp()
    return (
        claims.iss in ISSUERS
        and claims.aud == pusher.audience
        and claims.email == pusher.service_account
        and claims.email_verified is True
        and claims.iat - CLOCK_TOLERANCE.total_seconds() <= moment < claims.exp
    )


class Certificates:
    """Google's public keys by their id, kept for a while; of many threads that ask at once, one fetches."""

    def __init__(self, base_url: str | None = None) -> None:
        """`base_url` replaces Google's own host."""
        self._base_url = base_url
        self._cache = _Cache()
        self._fetching = threading.Lock()

    def key(self, key_id: str, *, now: datetime) -> RSAPublicKey | None:
        """Return the key; None where Google has no such key.

        Raises ExternalServiceError where that is unknown, because Google does not give its certificates.
        """
        cache = self._cache
        if cache.is_fresh(now) and key_id in cache.keys:
            return cache.keys[key_id]
        if not self._fetching.acquire(timeout=WAIT_SECONDS):
            raise _unavailable("another caller still waits for them")
        try:
            cache = self._cache
            if not (cache.is_fresh(now) and (key_id in cache.keys or cache.was_just_fetched(now))):
                cache = self._cache = self._refreshed(cache, now)
        finally:
            self._fetching.release()
        key = cache.keys.get(key_id) if cache.is_fresh(now) else None
        if key is None and cache.failure:
            raise _unavailable(cache.failure)
        return key

    def _refreshed(self, cache: _Cache, now: datetime) -> _Cache:
        """Return the cache after another fetch; with its old keys where one has just failed or fails now."""
        if cache.failure and cache.was_just_fetched(now):
            return cache
        try:
            keys, lifetime = _fetch_keys((self._base_url or HOST) + PATH, trusts_proxies=self._base_url is None)
        except (RequestException, _Unusable) as error:
            failure = str(error) if isinstance(error, _Unusable) else type(error).__name__
            _log.warning("Google's certificates are not available", extra={"error": failure})
            return _Cache(cache.keys, cache.fetched_at, cache.lifetime, now, failure)
        return _Cache(keys, now, lifetime, now)


@dataclass(frozen=True, slots=True)
class _Cache:
    """The keys as last fetched; `failure` says why the last attempt failed, and is "" where it did not."""

    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    fetched_at: datetime | None = None
    lifetime: timedelta = timedelta()
    attempted_at: datetime | None = None
    failure: str = ""

    def is_fresh(self, now: datetime) -> bool:
        return _is_within(now, self.fetched_at, self.lifetime)

    def was_just_fetched(self, now: datetime) -> bool:
        return _is_within(now, self.attempted_at, MIN_FETCH_INTERVAL)


def _is_within(now: datetime, since: datetime | None, length: timedelta) -> bool:
    """Whether `now` is so near a moment, on either side: a clock that is set back keeps no key for longer."""
    return since is not None and abs(now - since) < length


def _unavailable(reason: str) -> ExternalServiceError:
    return ExternalServiceError(
        f"Google's certificates cannot be had ({reason}), so that nobody can say who sent a token; try again later."
    )


class _Unusable(Exception):  # noqa: N818  # named for what was found; never leaves this module
    """An answer that holds no certificates; the text says in a few words what it was."""


def _fetch_keys(url: str, *, trusts_proxies: bool) -> tuple[Mapping[str, RSAPublicKey], timedelta]:
    """Return the keys, and how long they may be kept. They are public: nothing of ours is sent."""
    with Session() as session:
        session.trust_env = trusts_proxies
        with session.get(
            url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True,
            auth=lambda request: request,  # else a .netrc of this machine might say who we are
        ) as response:  # fmt: skip
            if response.status_code != HTTPStatus.OK:
                raise _Unusable(f"it answers {response.status_code}")
            body = b""
            for part in response.iter_content(64 * 1024):
                body += part
                if len(body) > MAX_RESPONSE_BYTES:
                    raise _Unusable("it answers too much")
            return _parse_keys(body), _lifetime(response.headers)


def _parse_keys(body: bytes) -> dict[str, RSAPublicKey]:
    """Return the RSA keys by their id; Google signs with no others."""
    try:
        public_keys = {
            key_id: load_pem_x509_certificate(text.encode()).public_key()
            for key_id, text in msgspec.json.decode(body, type=dict[str, str]).items()
        }
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise _Unusable("it answers no certificates") from None
    keys = {key_id: key for key_id, key in public_keys.items() if isinstance(key, RSAPublicKey)}
    if not keys:
        raise _Unusable("it answers no certificate of an RSA key")
    return keys


def _lifetime(headers: CaseInsensitiveDict[str]) -> timedelta:
    """Return how long the answer may be kept: as its Cache-Control says, within our own bounds."""
    max_age = _MAX_AGE.search(headers.get("Cache-Control", ""))
    age = headers.get("Age", "")
    if max_age is None:
        return MAX_CACHE_AGE
    left = int(max_age[1]) - (int(age) if re.fullmatch(r"[0-9]{1,9}", age) else 0)
    return min(max(timedelta(seconds=left), MIN_FETCH_INTERVAL), MAX_CACHE_AGE)
