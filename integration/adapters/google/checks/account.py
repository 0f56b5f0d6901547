"""Checks with the service account everything that google.yaml names; finds which of its keys and watches expire.

`check_google`, one step after the other: each form and spreadsheet (`forms_and_spreadsheets.py`, with `files.py`), then
what was noticed of the account on the way: whether it is signed in, the clock, the calls left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography.x509 import load_pem_x509_certificate

from integration.adapters.google.api.calls import QUOTA_PER_MINUTE, READ, WRITE
from integration.adapters.google.api.resources import decode_answer, resources_by_id
from integration.adapters.google.checks.files import ANYONE, DOMAIN
from integration.adapters.google.checks.forms_and_spreadsheets import EXPIRES_SOON, Use, check_form, check_spreadsheet
from integration.adapters.google.checks.probe import AccountFindings, GoogleFindings, Probe, ResourceFindings
from integration.adapters.google.watching.watches import EVENT_TYPES, fetch_watches
from integration.errors import AccessError, CrescendoError, SourceError
from integration.model import Expiry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from config.schema import Google
    from integration.adapters.google.api.client import GoogleClient
    from integration.ports import Clock

PROJECT_HOST_SUFFIX = ".iam.gserviceaccount.com"

MAX_CLOCK_DIFFERENCE = timedelta(seconds=60)
"""A greater difference is worth a warning; at a few minutes Google refuses the sign-in."""

CERTIFICATES_URL = "https://www.googleapis.com/robot/v1/metadata/x509/{}"
"""The certificates of a service account's keys, by the key's id; no sign-in is needed."""

WATCH_ADVICE = (
    "Run renew-watches, and where it fails do what it says; until then new answers are seen only when the form is read "
    "at its usual times."
)
NEVER_EXPIRES_FROM = 9000
"""A key without an end has a certificate that ends in the year 9999."""


def check_google(  # noqa: PLR0913  # everything that is known of the spreadsheets
    client: GoogleClient,
    google: Google,
    *,
    clock: Clock,
    reads: Mapping[str, Mapping[str, str]],
    writes: Sequence[str],
    on_step: Callable[[str], None],
) -> GoogleFindings:
    """Return the findings; nothing is changed, no response and no cell is read, nothing is raised.

    `reads` has for each spreadsheet of google.yaml its tabs, and where the name of each is written; `writes` are the
    tabs of the data spreadsheet. `on_step` is called with the name of each form and spreadsheet as it is checked.
    """
    probe, uses = Probe(client, clock=clock), _uses(google, reads, writes)
    topic = google.watch.topic if google.watch else None
    findings: list[ResourceFindings] = []
    for resource_id, resource in resources_by_id(google).items():
        on_step(resource.name)
        use = uses.get(resource_id)
        if use is None:
            findings.append(check_form(probe, resource, resource_id, now=clock.now(), topic=topic))
        else:
            findings.append(check_spreadsheet(probe, resource, resource_id, use=use))
    warnings: list[str] = []
    ahead = probe.clock_ahead or timedelta()
    if abs(ahead) > MAX_CLOCK_DIFFERENCE:
        side = "ahead of" if ahead > timedelta() else "behind"
        warnings.append(
            f"The clock of this machine is {round(abs(ahead).total_seconds())} seconds {side} Google's; set it, or "
            "Google will refuse the sign-in, and times in the tabs are wrong."
        )
    _, _, host = client.account.partition("@")
    account = AccountFindings(
        email=client.account,
        project=host.removesuffix(PROJECT_HOST_SUFFIX) if host.endswith(PROJECT_HOST_SUFFIX) else "",
        is_signed_in=probe.is_signed_in,
        clock_ahead=probe.clock_ahead,
        reads_left=client.budget.left(READ),
        writes_left=client.budget.left(WRITE),
        calls_a_minute=QUOTA_PER_MINUTE,
    )
    return GoogleFindings(account, tuple(findings), probe.problems, tuple(warnings))


def _uses(google: Google, reads: Mapping[str, Mapping[str, str]], writes: Sequence[str]) -> dict[str, Use]:
    """Return what each spreadsheet is for, by its id."""
    uses = {spreadsheet_id: Use(reads=reads.get(key, {})) for key, spreadsheet_id in google.sheets.items()}
    if google.publish:
        uses[google.publish.data] = Use(
            is_written=True, writes=writes, holds="what each person answered", too_open=frozenset({ANYONE, DOMAIN})
        )
        for authority, spreadsheet_id in google.publish.summary.items():
            uses[spreadsheet_id] = Use(is_written=True, holds=f"what is for the leaders of “{authority}” only")
    return uses


@dataclass(frozen=True, slots=True)
class ExpiryFindings:
    """What expires; the names of the forms that were asked about; the error of what could not be checked, by name."""

    expiries: tuple[Expiry, ...]
    forms: tuple[str, ...]
    errors: Mapping[str, CrescendoError]


def fetch_expiries(client: GoogleClient, google: Google, *, reads_forms: bool) -> ExpiryFindings:
    """Ask about the account's key, and where forms are read about each form's watches; nothing is raised."""
    expiries: list[Expiry] = []
    errors: dict[str, CrescendoError] = {}
    resources = resources_by_id(google)
    forms = [(form_id, resources[form_id].name) for form_id in google.forms.values()] if reads_forms else []
    for form_id, form_name in forms:
        try:
            for watch in fetch_watches(client, form_id, form_name):
                what = f"the watch of {form_name} for {EVENT_TYPES.get(watch.event_type, watch.event_type)}"
                expiries.append(Expiry(what, watch.expires_at, WATCH_ADVICE, warn_before=EXPIRES_SOON))
        except CrescendoError as error:
            errors[form_name] = error
    name = f"the key of the Google account {client.account}"
    try:
        expiries += _key_expiry(client, name)
    except CrescendoError as error:
        errors[name] = error
    return ExpiryFindings(tuple(expiries), tuple(form_name for _, form_name in forms), errors)


def _key_expiry(client: GoogleClient, name: str) -> Iterator[Expiry]:
    """Yield the key, unless it never expires; one that Google does not list any more is not valid any more."""
    try:
        response = client.request("get", CERTIFICATES_URL.format(quote(client.account, safe="")))
    except AccessError:  # there is no such account any more
        certificates: dict[str, str] = {}
    else:
        certificates = decode_answer(response, dict[str, str], where=f"Google's list of {name}")
    until = None
    if client.key_id in certificates:
        try:
            until = load_pem_x509_certificate(certificates[client.key_id].encode()).not_valid_after_utc
        except ValueError:
            raise SourceError(
                f"Google's list of {name} holds no certificate that can be read; look at it later."
            ) from None
    if until is None or until.year < NEVER_EXPIRES_FROM:
        yield Expiry(
            what=name,
            until=until,
            advice=(
                f"In Google Cloud make a new key (JSON) of {client.account}, name its file in "
                "GOOGLE_APPLICATION_CREDENTIALS, start the service again, and delete the old key."
            ),
        )
