"""Checks with the service account everything that google.yaml names; finds what of it expires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.x509 import load_pem_x509_certificate

from integration.adapters.google.api.client import QUOTA_PER_MINUTE, READ, WRITE
from integration.adapters.google.api.resources import resources_by_id
from integration.adapters.google.checks.files import ANYONE, DOMAIN
from integration.adapters.google.checks.forms import ENDS_SOON, check_form, fetch_watches
from integration.adapters.google.checks.probe import (
    AS_DOCUMENTED,
    EVENT_TYPES,
    AccountFindings,
    GoogleFindings,
    Probe,
    ResourceFindings,
)
from integration.adapters.google.checks.spreadsheets import Use, check_spreadsheet
from integration.adapters.untrusted_input import decode_json
from integration.errors import AccessError, CrescendoError, SourceError
from integration.model import Expiry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.api.client import GoogleClient
    from integration.ports import Clock


CERTIFICATES_URL = "https://www.googleapis.com/robot/v1/metadata/x509/{}"

NEVER = 9000


@dataclass(frozen=True, slots=True)
class ExpiryFindings:
    """What ends, the names of the forms that were asked about, and the error by the name of what could not be."""

    expiring: tuple[Expiry, ...]
    forms: tuple[str, ...]
    unseen: Mapping[str, CrescendoError]


def find_expiring(client: GoogleClient, google: Google, *, reads_forms: bool) -> ExpiryFindings:
    """Ask about the account's key, and where forms are read about each form's watches; nothing is raised."""
    expiring: list[Expiry] = []
    unseen: dict[str, CrescendoError] = {}
    things = resources_by_id(google)
    forms = [things[identity] for identity in google.forms.values()] if reads_forms else []
    for identity, thing in zip(google.forms.values(), forms, strict=False):
        try:
            expiring += _expiring_watches(client, identity, thing.name)
        except CrescendoError as error:
            unseen[thing.name] = error
    name = key_name(client)
    try:
        expiring += _expiring_key(client, name)
    except CrescendoError as error:
        unseen[name] = error
    return ExpiryFindings(tuple(expiring), tuple(thing.name for thing in forms), unseen)


def key_name(client: GoogleClient) -> str:
    """Return what we call the account's key."""
    return f"the key of the Google account {client.account}"


def _expiring_watches(client: GoogleClient, identity: str, name: str) -> Iterator[Expiry]:
    for watch in fetch_watches(client, identity, name):
        about = EVENT_TYPES.get(watch.reports, watch.reports)
        yield Expiry(
            what=f"the watch of {name} for {about}",
            until=watch.expires_at,
            advice=(
                "Run renew-watches, and where it fails do what it says; until then new answers are seen only when the "
                "form is read at its usual times."
            ),
            warn_before=ENDS_SOON,
        )


def _expiring_key(client: GoogleClient, name: str) -> Iterator[Expiry]:
    """Give the key, unless it never ends; one that Google does not list any more is good no more."""
    try:
        response = client.request("get", CERTIFICATES_URL.format(quote(client.account, safe="")))
    except AccessError:  # there is no such account any more
        listed: dict[str, str] = {}
    else:
        listed = decode_json(response.content, dict[str, str], where=f"Google's list of {name}", what=AS_DOCUMENTED)
    until = _end_of_certificate(listed[client.key_id], name) if client.key_id in listed else None
    if until is None or until.year < NEVER:
        yield Expiry(
            what=name,
            until=until,
            advice=(
                f"In Google Cloud make a new key (JSON) of {client.account}, name its file in "
                "GOOGLE_APPLICATION_CREDENTIALS, start the service again, and delete the old key."
            ),
        )


def _end_of_certificate(certificate: str, name: str) -> datetime:
    """Return the last second of a certificate."""
    try:
        return load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
    except ValueError:
        raise SourceError(f"Google's list of {name} holds no certificate that can be read; look at it later.") from None


PROJECT_HOST_SUFFIX = ".iam.gserviceaccount.com"

MAX_CLOCK_DIFFERENCE = timedelta(seconds=60)


def check_google(  # noqa: PLR0913  # everything that is known of the spreadsheets
    client: GoogleClient,
    google: Google,
    *,
    clock: Clock,
    reads: Mapping[str, Mapping[str, str]],
    writes: Sequence[str],
    on_step: Callable[[str], None],
) -> GoogleFindings:
    """Return what is found; nothing is changed, no answer and no cell is read.

    `reads` has for each spreadsheet of google.yaml its tabs, and where the name of each is written; `writes` are the
    tabs of the data spreadsheet. `on_step` is given the name of each form and spreadsheet as it is asked about. Nothing
    is raised: what is wrong stands in the answer.
    """
    inquiry = Probe(client, clock=clock)
    found = tuple(_check_each(inquiry, google, clock=clock, uses=_uses(google, reads, writes), on_step=on_step))
    account = AccountFindings(
        email=client.account,
        project=_project(client.account),
        is_let_in=inquiry.is_let_in,
        clock_ahead=inquiry.clock_ahead,
        reads_left=client.budget.left(READ),
        writes_left=client.budget.left(WRITE),
        calls_a_minute=QUOTA_PER_MINUTE,
    )
    return GoogleFindings(account, found, inquiry.problems, tuple(_warn_of_clock(inquiry.clock_ahead)))


def _project(email: str) -> str:
    """Return the Google Cloud project in the address of a service account; "" where the address has none."""
    _, _, host = email.partition("@")
    return host.removesuffix(PROJECT_HOST_SUFFIX) if host.endswith(PROJECT_HOST_SUFFIX) else ""


def _check_each(
    inquiry: Probe, google: Google, *, clock: Clock, uses: Mapping[str, Use], on_step: Callable[[str], None]
) -> Iterator[ResourceFindings]:
    for identity, thing in resources_by_id(google).items():
        on_step(thing.name)
        use = uses.get(identity)
        if use is None:
            topic = google.watch.topic if google.watch else None
            yield check_form(inquiry, thing, identity, now=clock.now(), topic=topic)
        else:
            yield check_spreadsheet(inquiry, thing, identity, use=use)


def _uses(google: Google, reads: Mapping[str, Mapping[str, str]], writes: Sequence[str]) -> dict[str, Use]:
    """Return what each spreadsheet is for, by its id."""
    uses = {identity: Use(reads=reads.get(key, {})) for key, identity in google.sheets.items()}
    if google.publish:
        uses[google.publish.data] = Use(
            is_written=True,
            writes=writes,
            holds="what each person answered",
            too_open=frozenset({ANYONE, DOMAIN}),
        )
        for authority, identity in google.publish.summary.items():
            uses[identity] = Use(is_written=True, holds=f"what is for the leaders of “{authority}” only")
    return uses


def _warn_of_clock(ahead: timedelta | None) -> Iterator[str]:
    if ahead is not None and abs(ahead) > MAX_CLOCK_DIFFERENCE:
        side = "ahead of" if ahead > timedelta() else "behind"
        yield (
            f"The clock of this machine is {round(abs(ahead).total_seconds())} seconds {side} Google's; set it, or "
            "Google will refuse the sign-in, and times in the tabs are wrong."
        )
