"""Addresses in the environment: of the mail server, of what stands in for Google, of the outside monitor.

To each of them a secret goes, or is part of it: it may travel unencrypted only within this machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.errors import SecretMissing
from config.spelling import quoted

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The hosts to which a secret may go unencrypted: it does not leave this machine."""

BASE_URL_ADVICE = "set it to http:// or https://, a host and a port only, such as http://127.0.0.1:8090"

SMTP_URL_ADVICE = (
    "set it to smtp://user:password@host:587?tls=starttls, or to smtps://user:password@host:465; in the user and the "
    "password write %40 for @, %3A for :, %2F for /, %3F for ?, %23 for # and %25 for %"
)


class Tls(StrEnum):
    """How the connection to a mail server is encrypted."""

    STARTTLS = "starttls"
    """The connection begins openly and is encrypted before anything else is sent; otherwise nothing is sent."""
    IMPLICIT = "implicit"
    """The connection is encrypted from its first byte: smtps://."""
    NONE = "none"
    """Everything can be read on the way: only on this machine, or where SMTP_URL says so and no password is sent."""


DEFAULT_PORTS = {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; `user` is "" where there is no sign-in. Its text form shows no password."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


def split_address(text: str) -> SplitResult | None:
    """Return the parts of an address that names a host; None of any other text."""
    try:
        parts = urlsplit(text)
        is_address = parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if is_address else None


def parse_smtp_url(text: str) -> MailServer:
    """Return the mail server that an SMTP_URL names.

    Raises SecretMissing for any other text, and where a password would travel openly; nothing of the text is shown.
    """
    parts = split_address(text)
    if parts is None or parts.scheme not in {"smtp", "smtps"} or parts.path.strip("/") or parts.fragment:
        raise SecretMissing(f"SMTP_URL is not the address of a mail server: {SMTP_URL_ADVICE}.")
    host = parts.hostname or ""
    tls = _read_tls(parts, host)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise SecretMissing(f"SMTP_URL has a user or a password without the other: {SMTP_URL_ADVICE}.")
    if not (user + password).isascii():
        raise SecretMissing(
            "SMTP_URL has letters in its user or password that mail servers do not take: choose others."
        )
    if tls is Tls.NONE and password and host not in LOOPBACK:
        raise SecretMissing(
            "SMTP_URL sends its password without encryption (tls=none) to another machine: use ?tls=starttls or "
            "smtps://, or leave the user and the password out."
        )
    return MailServer(host, parts.port or DEFAULT_PORTS[tls], tls, user, password)


def _read_tls(parts: SplitResult, host: str) -> Tls:
    """Return how the connection is encrypted: by STARTTLS, where nothing else is said and the host is another one."""
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps":
        if options:
            raise SecretMissing("SMTP_URL begins with smtps://, which is encrypted as it is: leave out what follows ?.")
        return Tls.IMPLICIT
    if not options:
        return Tls.NONE if host in LOOPBACK else Tls.STARTTLS
    for tls in (Tls.STARTTLS, Tls.NONE):
        if options == [("tls", tls)]:
            return tls
    raise SecretMissing("SMTP_URL may have ?tls=starttls or ?tls=none after the host, and nothing else: change that.")


def parse_google_base_url(text: str) -> str:
    """Return the address that GOOGLE_API_BASE_URL names, without a slash at its end.

    Raises SecretMissing where it is no such address, or where the account's token would travel openly to it.
    """
    shown, parts = f"GOOGLE_API_BASE_URL is {quoted(text)}", split_address(text)
    if parts is None or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise SecretMissing(f"{shown}: {BASE_URL_ADVICE}.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SecretMissing(f"{shown}: {BASE_URL_ADVICE}.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SecretMissing(
            f"{shown}, to which the account's token would travel openly: use https, or http only to this machine "
            "itself, such as http://127.0.0.1:8090."
        )
    return f"{parts.scheme}://{parts.netloc}"


def parse_heartbeat_url(text: str) -> str:
    """Return the address that HEARTBEAT_URL names.

    Raises SecretMissing; nothing of the address is shown, for an intruder who knows it can keep the monitor quiet.
    """
    parts = split_address(text)
    schemes = {"https", "http"} if parts and parts.hostname in LOOPBACK else {"https"}
    if parts is None or parts.scheme not in schemes or parts.fragment or "@" in parts.netloc:
        raise SecretMissing(
            "HEARTBEAT_URL is not an address to be used: set it to the https:// address that your monitor gave you "
            "(http only to this machine itself), or not at all."
        )
    return text
