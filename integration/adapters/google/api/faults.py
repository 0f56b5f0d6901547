"""What a refusal of Google means: try again, ask a person, or give up; in one sentence that quotes no cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec

from integration.errors import AccessError, CrescendoError, NotFoundError, PublishError

if TYPE_CHECKING:
    from requests import Response

    from integration.adapters.google.api.resources import Resource

BUSY_STATUSES = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
BUSY_REASONS = {
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "subscriptionRateLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
    "backendError",
}
WATCH_IS_GONE = "Watch not found or permission denied."
"""Google's 403 for a watch that is not there, though its reference says 404."""

ADDRESS_REFUSED = {"push.webhookUrlUnauthorized", "webhookUrlUnauthorized", "push.webhookUrlNotHttps"}
"""Drive's reasons for an address to which it sends nothing; the first two come as 401, yet the sign-in is good."""

QUOTES_NO_CELL = re.compile(
    r"Unable to parse range: .*|.* exceeds grid limits.*|.*above the limit of \d+ cells.*"
    r"|.*more than the maximum of \d+ characters.*|.*already exists.*|.*protected cell or object.*"
    r"|Invalid requests\[\d+\]\.\w+: (No (grid|sheet) with id: \d+|Cannot find field\.?)",
    re.DOTALL,
)
"""Google's messages that quote no cell; of any other only the status goes into the sentence."""

API_NAMES = {
    "sheets.googleapis.com": "Google Sheets API",
    "drive.googleapis.com": "Google Drive API",
    "forms.googleapis.com": "Google Forms API",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error that an answer holds. Where its body is no error of Google's, only `code` is known."""

    code: int
    status: str
    message: str
    reasons: frozenset[str]
    metadata: dict[str, str]
    is_json: bool


def read_refusal(response: Response) -> Refusal:
    """Read an answer that is no success."""
    try:
        error: dict[str, Any] = msgspec.json.decode(response.content)["error"]
        details = [detail for detail in error.get("details", ()) if isinstance(detail, dict)]
        listed = [*details, *error.get("errors", ())]
        reasons = frozenset(str(each["reason"]) for each in listed if isinstance(each, dict) and "reason" in each)
        metadata = {str(k): str(v) for detail in details for k, v in detail.get("metadata", {}).items()}
        message, status = str(error.get("message", "")), str(error.get("status", ""))
    except (msgspec.DecodeError, KeyError, TypeError, AttributeError):
        return Refusal(response.status_code, "", "", frozenset(), {}, is_json=False)
    return Refusal(response.status_code, status, message, reasons, metadata, is_json=True)


def is_busy(refusal: Refusal) -> bool:
    """Whether the same call may well succeed a little later."""
    if refusal.code >= HTTPStatus.INTERNAL_SERVER_ERROR or refusal.code in BUSY_STATUSES:
        return True
    # An error page of something between us and Google says nothing about the call.
    is_page = not refusal.is_json and refusal.code != HTTPStatus.NOT_FOUND
    return is_page or bool(refusal.reasons & BUSY_REASONS)


def is_surely_not_applied(refusal: Refusal) -> bool:
    """Whether a busy answer is sure to mean that nothing was done."""
    return refusal.is_json and (
        refusal.code == HTTPStatus.TOO_MANY_REQUESTS or bool(refusal.reasons & {*BUSY_REASONS} - {"backendError"})
    )


def error_of(  # noqa: PLR0911  # a sentence for each kind of refusal, one after the other
    refusal: Refusal, resource: Resource, account: str, *, is_writing: bool
) -> CrescendoError:
    """Return the error whose sentence says what a person must do, or what Google refuses."""
    name = resource.opening
    if "SERVICE_DISABLED" in refusal.reasons or "accessNotConfigured" in refusal.reasons:
        service = refusal.metadata.get("service", "")
        project = refusal.metadata.get("consumer", "").removeprefix("projects/") or "of the service account"
        return AccessError(
            f"The {API_NAMES.get(service, service or 'API')} is switched off in the Google Cloud project {project}; "
            f"switch it on at https://console.cloud.google.com/apis/library/{service} and try again in a few minutes."
        )
    if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in refusal.reasons:
        return AccessError(f"{name}: the sign-in of {account} carries too few rights; sign in with a new key.")
    if refusal.reasons & ADDRESS_REFUSED:
        return AccessError(
            f"{name}: Google sends nothing to the address in google.yaml (watch: address); check that it is "
            "ours, is reached from outside by https with a certificate that browsers accept, and that its domain is "
            "verified for the account's Google Cloud project."
        )
    if refusal.code == HTTPStatus.UNAUTHORIZED:
        return AccessError(
            f"Google does not accept the sign-in of {account} any more: make a new key (JSON) of the service account, "
            "and name its file in GOOGLE_APPLICATION_CREDENTIALS."
        )
    if "protected cell" in refusal.message:
        return AccessError(
            f"{name}: somebody protected cells there against {account}; in Google, open Data, Protect sheets "
            "and ranges, and take that protection away or let this address edit."
        )
    if refusal.code == HTTPStatus.FORBIDDEN and WATCH_IS_GONE in refusal.message:
        return NotFoundError(f"{name}: its watch is not there any more; run renew-watches.")
    if refusal.code == HTTPStatus.FORBIDDEN:
        verb = "write" if is_writing else "read"
        return AccessError(
            f"{name}: {account} may not {verb} it; in Google, share it with that address as {resource.role}."
        )
    if refusal.code == HTTPStatus.NOT_FOUND:
        return NotFoundError(
            f"{name}: Google knows nothing under its id; check the id in {resource.place}, or put it back "
            f"from the bin, and share it with {account} as {resource.role}."
        )
    reason = refusal.message if QUOTES_NO_CELL.fullmatch(refusal.message) else refusal.status or "no reason given"
    return PublishError(
        f"{name}: Google refuses the call ({refusal.code}: {reason.rstrip('.')}); nothing was half changed. "
        "Run it again, and where that does not help, show this sentence to whoever looks after the service."
    )
