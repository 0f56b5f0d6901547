"""What ends in Google: the watches of the forms, and the key of the account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.x509 import load_pem_x509_certificate

from integration.adapters.google.found import WATCHED_FOR
from integration.adapters.google.inquiry import AS_DOCUMENTED
from integration.adapters.google.look_form import ENDS_SOON, watches_of
from integration.adapters.google.things import things_of
from integration.adapters.json_text import decode
from integration.errors import AccessError, CrescendoError, SourceError
from integration.model import Expiring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from config.schema import Google
    from integration.adapters.google.client import GoogleClient

CERTIFICATES = "https://www.googleapis.com/robot/v1/metadata/x509/{}"
"""Tells the certificates of a service account's keys, by the key's id; anybody may ask."""

NEVER = 9000
"""A key without an end has a certificate that ends in the year 9999."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What ends, the names of the forms that were asked about, and the error by the name of what could not be."""

    expiring: tuple[Expiring, ...]
    forms: tuple[str, ...]
    unseen: Mapping[str, CrescendoError]


def look_at_expiry(client: GoogleClient, google: Google, *, reads_forms: bool) -> Seen:
    """Ask about the account's key, and where forms are read about each form's watches; nothing is raised."""
    expiring: list[Expiring] = []
    unseen: dict[str, CrescendoError] = {}
    things = things_of(google)
    forms = [things[identity] for identity in google.forms.values()] if reads_forms else []
    for identity, thing in zip(google.forms.values(), forms, strict=False):
        try:
            expiring += _watches(client, identity, thing.name)
        except CrescendoError as error:
            unseen[thing.name] = error
    name = key_name(client)
    try:
        expiring += _key(client, name)
    except CrescendoError as error:
        unseen[name] = error
    return Seen(tuple(expiring), tuple(thing.name for thing in forms), unseen)


def key_name(client: GoogleClient) -> str:
    """Return what we call the account's key."""
    return f"the key of the Google account {client.account}"


def _watches(client: GoogleClient, identity: str, name: str) -> Iterator[Expiring]:
    for watch in watches_of(client, identity, name):
        about = WATCHED_FOR.get(watch.reports, watch.reports)
        yield Expiring(
            what=f"the watch of {name} for {about}",
            until=watch.expires_at,
            to_do=(
                "Run renew-watches, and where it fails do what it says; until then new answers are seen only when the "
                "form is read at its usual times."
            ),
            early=ENDS_SOON,
        )


def _key(client: GoogleClient, name: str) -> Iterator[Expiring]:
    """Give the key, unless it never ends; one that Google does not list any more is good no more."""
    try:
        response = client.request("get", CERTIFICATES.format(quote(client.account, safe="")))
    except AccessError:  # there is no such account any more
        listed: dict[str, str] = {}
    else:
        listed = decode(response.content, dict[str, str], where=f"Google's list of {name}", what=AS_DOCUMENTED)
    until = _end(listed[client.key_id], name) if client.key_id in listed else None
    if until is None or until.year < NEVER:
        yield Expiring(
            what=name,
            until=until,
            to_do=(
                f"In Google Cloud make a new key (JSON) of {client.account}, name its file in "
                "GOOGLE_APPLICATION_CREDENTIALS, start the service again, and delete the old key."
            ),
        )


def _end(certificate: str, name: str) -> datetime:
    """Return the last second of a certificate."""
    try:
        return load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
    except ValueError:
        raise SourceError(f"Google's list of {name} holds no certificate that can be read; look at it later.") from None
