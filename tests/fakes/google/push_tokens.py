"""Google's tokens as Pub/Sub sends them, right or wrong, and the certificates that sign them, which rotate."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from config.keys import PubSubIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CERTS_PATH = "/oauth2/v1/certs"
AUDIENCE = "https://crescendo.example/hooks/pubsub"
ACCOUNT = "push@stand-in.iam.gserviceaccount.com"
PUSHER = PubSubIdentity(AUDIENCE, ACCOUNT)
HOUR = 3600
FIRST_DAY, LAST_DAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


_keys: dict[int, rsa.RSAPrivateKey] = {}
_making = Lock()


def key(number: int) -> rsa.RSAPrivateKey:
    """Return one of several keys, each made once, whoever asks first: making one takes long."""
    with _making:
        if number not in _keys:
            _keys[number] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return _keys[number]


@cache
def certificate(number: int) -> str:
    """Return the certificate of a key, as Google publishes it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "federated-signon.system.gserviceaccount.com")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key(number).public_key())
        .serial_number(number + 1).not_valid_before(FIRST_DAY).not_valid_after(LAST_DAY).sign(key(number), SHA256())
    )  # fmt: skip
    return made.public_bytes(Encoding.PEM).decode()


def name_of(number: int) -> str:
    """Return the id of a key."""
    return f"{number:040x}"


@dataclass(slots=True)
class Signers:
    """Which of the keys Google publishes; `cache` is what it says of how long they may be kept."""

    numbers: list[int] = field(default_factory=lambda: [1, 2])
    cache: str = "public, max-age=19800, must-revalidate, no-transform"

    def listed(self) -> dict[str, str]:
        """Return the certificates by the ids of their keys."""
        return {name_of(number): certificate(number) for number in self.numbers}

    def rotate(self) -> int:
        """Let the oldest key go and a new one come; return the number of the new one."""
        self.numbers = [*self.numbers[1:], self.numbers[-1] % 3 + 1]
        return self.numbers[-1]


def claims(at: datetime, **other: Any) -> dict[str, Any]:
    """Return what a token given at a moment claims; None takes a claim away."""
    issued = int(at.timestamp())
    usual = {
        "aud": AUDIENCE, "azp": "113774264463038321964", "email": ACCOUNT, "email_verified": True,
        "exp": issued + HOUR, "iat": issued, "iss": "https://accounts.google.com", "sub": "113774264463038321964",
    }  # fmt: skip
    return {name: value for name, value in (usual | other).items() if value is not None}


def token(
    claimed: Mapping[str, Any] | bytes, *, by: int = 1, header: Mapping[str, Any] | None = None,
    sign: Callable[[bytes], bytes] | None = None,
) -> str:  # fmt: skip
    """Return a token with these claims, signed by a key; `header` and `sign` replace what Google would do."""
    head = {"alg": "RS256", "kid": name_of(by), "typ": "JWT"} | dict(header or {})
    body = claimed if isinstance(claimed, bytes) else json.dumps(claimed).encode()
    signed = f"{_base64(json.dumps(head).encode())}.{_base64(body)}"
    signature = (sign or _signer(by))(signed.encode())
    return f"{signed}.{_base64(signature)}"


def authorization(at: datetime, *, by: int = 1, **other: Any) -> str:
    """Return the header of a push at a moment."""
    return f"Bearer {token(claims(at, **other), by=by)}"


def message(form_id: str, *, event: str = "RESPONSES", number: int = 1) -> bytes:
    """Return the body of a push about a form: attributes, ids under two names, no data."""
    sent_at = "2022-03-28T10:00:00.123Z"
    return json.dumps({
        "message": {
            "attributes": {"eventType": event, "formId": form_id, "watchId": "watch-1"},
            "messageId": str(number), "message_id": str(number), "publishTime": sent_at, "publish_time": sent_at,
        },
        "subscription": "projects/stand-in/subscriptions/crescendo",
    }).encode()  # fmt: skip


def _signer(number: int) -> Callable[[bytes], bytes]:
    return lambda signed: key(number).sign(signed, PKCS1v15(), SHA256())


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
