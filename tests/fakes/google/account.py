"""The service account: its key file, and the token server that knows it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from google.auth import jwt
from google.auth.exceptions import GoogleAuthError

from tests.fakes.google.errors import Refusal, not_found

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.fakes.google.clock import Clock

EMAIL = "crescendo@stand-in.iam.gserviceaccount.com"
PROJECT_ID, PROJECT_NUMBER = "stand-in", "123456789012"
GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"
LIFETIME_SECONDS = 3599
FIRST_DAY, NO_END = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
CERTIFICATES_PATH = "/robot/v1/metadata/x509/"
KEY_ID = "5f2d0c1e8b7a4d3c9e6f10213243546576879808"


@cache
def key() -> rsa.RSAPrivateKey:
    """Return a key, made once: making one takes long; a short one, because it is checked whenever it is read."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # it protects nothing


def private_pem() -> str:
    return key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem() -> bytes:
    return key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def write_account_file(path: Path, token_uri: str, *, email: str = EMAIL) -> None:
    """Write the JSON file of the account's key."""
    facts = {
        "type": "service_account", "project_id": PROJECT_ID, "private_key_id": KEY_ID, "private_key": private_pem(),
        "client_email": email, "client_id": "104857600000000000000",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{email}",
        "universe_domain": "googleapis.com",
    }  # fmt: skip
    path.write_text(json.dumps(facts, indent=2), encoding="utf-8")
    path.chmod(0o600)


def certificate(until: datetime) -> str:
    """Return the certificate of the account's key as Google publishes it: signed by the key itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, EMAIL)])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
        .serial_number(int(KEY_ID, 16)).not_valid_before(FIRST_DAY).not_valid_after(until).sign(key(), SHA256())
    )  # fmt: skip
    return made.public_bytes(Encoding.PEM).decode()


@dataclass(slots=True)
class Keys:
    """The keys of the service account, each with the moment until which it is good; only the first is in its file."""

    until: dict[str, datetime] = field(default_factory=lambda: {KEY_ID: NO_END})

    def listed(self, email: str) -> dict[str, str]:
        """Return the certificates that anybody may ask for. Raises Refusal for an account that is not there."""
        if email != EMAIL:
            # What exactly Google says of an unknown account stands in no document; that it is a 404 does.
            raise not_found()
        return {name: certificate(until) for name, until in self.until.items()}


@dataclass(frozen=True, slots=True)
class Token:
    """What a bearer token lets its bearer do, until `expires_at` (seconds since 1970)."""

    email: str
    scopes: frozenset[str]
    expires_at: float


class Tokens:
    """Gives tokens for signed assertions, and knows them again."""

    def __init__(self, clock: Clock, chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._given: dict[str, Token] = {}
        self.is_revoked = False

    def give(self, form: dict[str, list[str]], own_address: str) -> dict[str, Any]:
        """Return a new token for an assertion. Raises Refusal in OAuth's own shape."""
        if form.get("grant_type") != [GRANT_TYPE]:
            raise _refused("unsupported_grant_type", f"Invalid grant_type: {','.join(form.get('grant_type', []))}")
        claims = self._claims(form.get("assertion", [""])[0], own_address)
        scopes = frozenset(each.rpartition("/")[2] for each in str(claims.get("scope", "")).split())
        if not scopes:
            raise _refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        text = "ya29.c." + "".join(self._chance.choices("abcdefghijklmnopqrstuvwxyz0123456789-_", k=120))
        expires_at = self._clock.seconds() + LIFETIME_SECONDS
        self._given[text] = Token(str(claims["iss"]), scopes, expires_at)
        return {"access_token": text, "expires_in": LIFETIME_SECONDS, "token_type": "Bearer"}

    def _claims(self, assertion: str, own_address: str) -> dict[str, Any]:
        if self.is_revoked:
            raise _refused("invalid_grant", "Invalid JWT Signature.")
        try:
            claims: dict[str, Any] = dict(jwt.decode(assertion, certs=public_pem(), audience=[AUDIENCE, own_address]))  # type: ignore[no-untyped-call]
        except (ValueError, GoogleAuthError) as error:
            raise _refused("invalid_grant", _why(str(error))) from None
        return claims

    def known(self, text: str) -> Token | None:
        """Return what a bearer token stands for; None where it is unknown or its time is over."""
        token = self._given.get(text)
        return token if token and token.expires_at > self._clock.seconds() and not self.is_revoked else None

    def forget(self) -> None:
        """Let every token given so far be expired."""
        self._given.clear()


def _why(error: str) -> str:
    if "expired" in error or "too early" in error or "Token used" in error:
        return (
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            " Check your iat and exp values in the JWT claim."
        )
    if "audience" in error:
        return "Invalid JWT: Failed audience check."
    return "Invalid JWT Signature."


def _refused(error: str, description: str) -> Refusal:
    return Refusal(400, {"error": error, "error_description": description})
