"""keys.json in the home folder (random keys, made once, for the owner only), and the credentials of the webhooks."""

from __future__ import annotations

import binascii
import json
import os
import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from config.errors import SecretMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

KEYS_FILE = "keys.json"
WEBHOOK_SECRET_PREFIX = "whsec_"  # noqa: S105  # how a secret begins
RANDOM_BYTES = 32
OWNER_ONLY = 0o600
GROUP_AND_OTHERS = 0o077


KEY_MAKERS: Mapping[str, Callable[[], str]] = {
    "PSEUDONYM_KEY": partial(secrets.token_urlsafe, RANDOM_BYTES),
    "WEBHOOK_SECRETS": lambda: f"{WEBHOOK_SECRET_PREFIX}{b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()}",
}
"""The keys that a home folder has, and how each is made."""


def read_keys(home: Path) -> dict[str, str]:
    """Return the keys of the home folder; none where there is no file. Raises SecretMissing."""
    path = home / KEYS_FILE
    try:
        with path.open(encoding="utf-8") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & GROUP_AND_OTHERS:
                raise SecretMissing(f"{path} can be read by others on this machine: run chmod 600 {path}.")
            keys = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SecretMissing(f"{path} cannot be read ({error.strerror}): make it readable for you alone.") from None
    except (ValueError, RecursionError):
        raise SecretMissing(f"{path} is not JSON: put back the file as it was, or move it away.") from None
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise SecretMissing(f"{path} is not a list of keys and texts: put back the file as it was, or move it away.")
    return keys


def make_keys(home: Path, names: Iterable[str] = tuple(KEY_MAKERS)) -> Path:
    """Make those of the keys that the home folder does not have; one that it has is never changed. Return the file.

    The file is whole, and closed to others, from the moment that it is there. Raises SecretMissing.
    """
    path = home / KEYS_FILE
    known = read_keys(home)
    new = {name: KEY_MAKERS[name]() for name in names if not known.get(name)}
    if not new:
        return path
    try:
        home.mkdir(parents=True, exist_ok=True)
        _write_file(path, json.dumps(known | new, indent=1) + "\n", replace=bool(known))
    except OSError as error:
        raise SecretMissing(
            f"{path} cannot be written ({error.strerror}): name a home folder that you may write to."
        ) from None
    return path


def _write_file(path: Path, text: str, *, replace: bool) -> None:
    """Write a copy beside the file, then give it its name; where another process was quicker, its file stays."""
    copy = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            copy.replace(path)
        else:
            path.hardlink_to(copy)
    except FileExistsError:
        return
    finally:
        copy.unlink(missing_ok=True)


MIN_SECRET_BYTES = 24
MAX_WEBHOOK_SECRETS = 5
"""So many secrets may be good at one time; two are enough to change one for another."""

WEBHOOK_SECRET_ADVICE = (
    f"set it to {WEBHOOK_SECRET_PREFIX} and the Base64 of 32 random bytes, such as "
    f"`echo {WEBHOOK_SECRET_PREFIX}$(openssl rand -base64 32)` prints; several, to change one for another, with a "
    "space between"
)
_ACCOUNT_EMAIL = re.compile(r"[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]+")


@dataclass(frozen=True, slots=True)
class PubSubIdentity:
    """Who pushes Pub/Sub's messages: the service account that signs them, and the audience that they are meant for."""

    audience: str
    service_account: str


@dataclass(frozen=True, slots=True)
class WebhookCredentials:
    """By what each webhook authenticates its callers; one without stays closed."""

    form_secrets: tuple[bytes, ...] = field(default=(), repr=False)
    pubsub: PubSubIdentity | None = None
    drive_channel_key: bytes | None = field(default=None, repr=False)


def decode_webhook_secrets(text: str, where: str) -> tuple[bytes, ...]:
    """Return the secrets in WEBHOOK_SECRETS, which stands `where`. Raises SecretMissing; no secret is shown."""
    written = text.split()
    if len(written) > MAX_WEBHOOK_SECRETS:
        raise SecretMissing(
            f"{where} holds {len(written)} secrets, and {MAX_WEBHOOK_SECRETS} at most may be good at one time."
        )
    decoded = []
    for each in written:
        body = each.removeprefix(WEBHOOK_SECRET_PREFIX)
        try:
            secret = b64decode(body + "=" * (-len(body) % 4), validate=True)
        except (binascii.Error, ValueError):
            secret = None
        if secret is None or body == each:
            raise SecretMissing(f"{where} is no secret of a webhook: {WEBHOOK_SECRET_ADVICE}.")
        if len(secret) < MIN_SECRET_BYTES:
            raise SecretMissing(f"{where} has a secret shorter than {MIN_SECRET_BYTES} bytes: {WEBHOOK_SECRET_ADVICE}.")
        decoded.append(secret)
    return tuple(decoded)


def parse_pubsub_identity(audience: str | None, account: str | None) -> PubSubIdentity | None:
    """Return who pushes; None where neither is set. Raises SecretMissing where only one is, or one is malformed."""
    if audience is None and account is None:
        return None
    if audience is None or account is None:
        missing, there = ("PUBSUB_AUDIENCE", "PUBSUB_SERVICE_ACCOUNT")[:: 1 if audience is None else -1]
        raise SecretMissing(f"{there} is set, but {missing} is not: Pub/Sub needs both, or set neither to keep it off.")
    if not _ACCOUNT_EMAIL.fullmatch(account):
        raise SecretMissing(
            "PUBSUB_SERVICE_ACCOUNT is not the e-mail address of a service account: set it to the account that the "
            "subscription pushes as, such as push@project.iam.gserviceaccount.com."
        )
    return PubSubIdentity(audience, account)


def parse_drive_channel_key(text: str | None) -> bytes | None:
    """Return DRIVE_CHANNEL_KEY as bytes; None where it is not set. Raises SecretMissing where it is too short."""
    if text is None:
        return None
    key = text.encode("utf-8", "surrogateescape")
    if len(key) < MIN_SECRET_BYTES:
        raise SecretMissing(
            f"DRIVE_CHANNEL_KEY is shorter than {MIN_SECRET_BYTES} bytes: set it to a random text, such as "
            "`openssl rand -hex 32` prints."
        )
    return key
