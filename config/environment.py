"""The only reader of the environment: where the data is, and what must stay secret.

Each function reads one setting and checks it; a setting that cannot be used is a sentence (SecretMissing).
"""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.addresses import parse_google_base_url, parse_heartbeat_url, parse_smtp_url
from config.errors import SecretMissing
from config.keys import (
    KEYS_FILE,
    WEBHOOK_SECRET_ADVICE,
    WebhookCredentials,
    decode_webhook_secrets,
    make_keys,
    parse_drive_channel_key,
    parse_pubsub_identity,
    read_keys,
)
from config.spelling import quoted
from config.variables import VARIABLES

if TYPE_CHECKING:
    from config.addresses import MailServer
    from config.keys import PubSubIdentity

MIN_KEY_LENGTH = 16
POSTGRESQL_PREFIX = "postgresql+psycopg://"
DEFAULT_RETRY_BASE_SECONDS = 1.0


def _variable(name: str) -> Any:
    """Return a field whose value is a variable of the environment; one that is empty is not set.

    Raises KeyError where the variable has no record: then it would stand in no document.
    """
    return field(
        default_factory=lambda: os.environ.get(name, "").strip() or None,  # noqa: TID251  # the one place
        metadata={"record": VARIABLES[name]},
    )


@dataclass(frozen=True, slots=True, repr=False)
class Environment:
    """The environment, read when this is made; None where a variable is not set. Its text form shows no value."""

    pseudonym_key: str | None = _variable("PSEUDONYM_KEY")
    crescendo_config: str | None = _variable("CRESCENDO_CONFIG")
    crescendo_home: str | None = _variable("CRESCENDO_HOME")
    crescendo_data: str | None = _variable("CRESCENDO_DATA")

    database_url: str | None = _variable("DATABASE_URL")

    google_application_credentials: str | None = _variable("GOOGLE_APPLICATION_CREDENTIALS")
    google_retry_base_seconds: str | None = _variable("GOOGLE_RETRY_BASE_SECONDS")
    google_calls_per_minute: str | None = _variable("GOOGLE_CALLS_PER_MINUTE")
    google_api_base_url: str | None = _variable("GOOGLE_API_BASE_URL")

    webhook_secrets: str | None = _variable("WEBHOOK_SECRETS")
    pubsub_audience: str | None = _variable("PUBSUB_AUDIENCE")
    pubsub_service_account: str | None = _variable("PUBSUB_SERVICE_ACCOUNT")
    drive_channel_key: str | None = _variable("DRIVE_CHANNEL_KEY")

    smtp_url: str | None = _variable("SMTP_URL")
    mail_from: str | None = _variable("MAIL_FROM")
    heartbeat_url: str | None = _variable("HEARTBEAT_URL")

    sudo_user: str | None = _variable("SUDO_USER")

    def __repr__(self) -> str:
        """Return which variables are set, and the value of none."""
        shown = (f"{f.name}={'***' if getattr(self, f.name) else None}" for f in fields(self))
        return f"Environment({', '.join(shown)})"


def read_pseudonym_key(home: Path, *, may_make: bool) -> tuple[str, str | None]:
    """Return the key of the hash that stands for a respondent's code, and a sentence if it was made just now.

    The environment comes first, then keys.json in the home folder. With `may_make` a key is made where there is
    none. Raises SecretMissing where there is none, or where it is not fit to be used.
    """
    path = home / KEYS_FILE
    key, where = Environment().pseudonym_key, "The variable PSEUDONYM_KEY"
    if not key:
        key, where = read_keys(home).get("PSEUDONYM_KEY"), f"PSEUDONYM_KEY in {path}"
    if key and len(key) < MIN_KEY_LENGTH:
        raise SecretMissing(f"{where} is shorter than {MIN_KEY_LENGTH} characters: set it to a longer random text.")
    if key:
        return key, None
    if not may_make:
        raise SecretMissing(
            "PSEUDONYM_KEY is not set: set it to a random text of 32 characters or more, which you keep safe and never "
            f"change, or put back the file {path}."
        )
    make_keys(home)
    sentence = f"Made random keys in {path}: keep this file safe and to yourself, for without it codes no longer pair."
    return read_keys(home)["PSEUDONYM_KEY"], sentence


def read_webhook_secrets(home: Path, *, may_make: bool = False) -> tuple[str, ...]:
    """Return the secrets by which forms' scripts sign, as they are written, the newest first.

    The environment comes first, then keys.json in the home folder. With `may_make` one is made where there is none.
    Raises SecretMissing where there is none, or where one is not fit to be used.
    """
    text, where = Environment().webhook_secrets, "WEBHOOK_SECRETS"
    if text is None:
        if may_make and not read_keys(home).get("WEBHOOK_SECRETS"):
            make_keys(home, ("WEBHOOK_SECRETS",))
        text, where = read_keys(home).get("WEBHOOK_SECRETS", ""), f"WEBHOOK_SECRETS in {home / KEYS_FILE}"
    if not text.split():
        raise SecretMissing(f"WEBHOOK_SECRETS is not set: {WEBHOOK_SECRET_ADVICE}.")
    decode_webhook_secrets(text, where)
    return tuple(text.split())


def read_webhook_credentials(home: Path) -> WebhookCredentials:
    """Return how the web side authenticates its callers. Raises SecretMissing, also where half of a pair is missing."""
    return WebhookCredentials(
        pubsub=read_pubsub_identity(),
        form_secrets=decode_webhook_secrets(" ".join(read_webhook_secrets(home)), "WEBHOOK_SECRETS"),
        drive_channel_key=read_drive_channel_key(),
    )


def read_pubsub_identity() -> PubSubIdentity | None:
    """Return who pushes Pub/Sub's messages; None where that is off. Raises SecretMissing."""
    environment = Environment()
    identity = parse_pubsub_identity(environment.pubsub_audience, environment.pubsub_service_account)
    if identity:
        read_google_base_url()  # its certificates are fetched from there: a wrong address is refused at once
    return identity


def read_drive_channel_key() -> bytes | None:
    """Return the key of the channels' tokens; None where Drive notifies nothing. Raises SecretMissing."""
    return parse_drive_channel_key(Environment().drive_channel_key)


def read_database_url() -> str | None:
    """Return the address of the PostgreSQL database that several machines share; None for SQLite in the home folder.

    Raises SecretMissing for any other address; what is shown of it has no password.
    """
    text = Environment().database_url
    if text is not None and not text.startswith(POSTGRESQL_PREFIX):
        raise SecretMissing(
            f"DATABASE_URL does not begin with {POSTGRESQL_PREFIX}: set it to "
            f"{POSTGRESQL_PREFIX}user:password@host/name, or not at all, and the store lies in the home folder."
        )
    return text


def read_google_key_file() -> Path:
    """Return the key file of the service account that reads and writes in Google. Raises SecretMissing."""
    name = Environment().google_application_credentials
    what = "the key file (JSON) of the service account with which your forms and spreadsheets are shared"
    if name is None:
        raise SecretMissing(f"GOOGLE_APPLICATION_CREDENTIALS is not set: set it to the path of {what}.")
    path = Path(name)
    if not path.is_file():
        raise SecretMissing(f"GOOGLE_APPLICATION_CREDENTIALS names {path}, which is no file: set it to {what}.")
    return path


def read_google_retry_base_seconds() -> float:
    """Return the first wait in seconds before a call to Google is tried again. Raises SecretMissing."""
    text = Environment().google_retry_base_seconds
    if text is None:
        return DEFAULT_RETRY_BASE_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (seconds > 0 and math.isfinite(seconds)):
        raise SecretMissing(
            f"GOOGLE_RETRY_BASE_SECONDS is {quoted(text)}: set it to a number of seconds above 0, such as 0.5, or not "
            f"at all ({DEFAULT_RETRY_BASE_SECONDS:g} second)."
        )
    return seconds


def read_google_calls_per_minute() -> int | None:
    """Return how many reads, and writes, of Sheets a process may make a minute, if limited. Raises SecretMissing."""
    text = Environment().google_calls_per_minute
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SecretMissing(
            f"GOOGLE_CALLS_PER_MINUTE is {quoted(text)}: set it to a whole number from 1, such as 25 for each of two "
            "workers that share an account, or not at all."
        )
    return int(text)


def read_google_base_url() -> str | None:
    """Return what stands in for Google's own addresses; None for Google itself. Raises SecretMissing."""
    text = Environment().google_api_base_url
    return None if text is None else parse_google_base_url(text)


def read_mail_server() -> MailServer | None:
    """Return the mail server that sends the mails; None where they go into a folder. Raises SecretMissing."""
    text = Environment().smtp_url
    return None if text is None else parse_smtp_url(text)


def read_mail_from() -> str | None:
    """Return the address from which every mail is sent; None for the sender's in packs.yaml. Raises SecretMissing."""
    from config.schema.base import EMAIL_PATTERN  # noqa: PLC0415  # pydantic is slow to import

    text = Environment().mail_from
    if text is not None and not (text.isascii() and re.fullmatch(EMAIL_PATTERN, text)):
        raise SecretMissing(
            f"MAIL_FROM is {quoted(text)}: set it to an address only, such as crescendo@example.org, or not at all, "
            "and the address of the sender in packs.yaml serves."
        )
    return text


def read_heartbeat_url() -> str | None:
    """Return the address of an outside monitor, which is notified that the service runs; None where there is none.

    Raises SecretMissing; nothing of the address is shown.
    """
    text = Environment().heartbeat_url
    return None if text is None else parse_heartbeat_url(text)
