"""How Google refuses: exact codes, names and sentences."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

NAMES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip

BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"

NO_CREDENTIALS = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid"
    " authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
BAD_CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
    " authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)

HTML_404 = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 404 (Not Found)!!1</title>\n"
    "  <p><b>404.</b> <ins>That’s an error.</ins>\n"
    "  <p>The requested URL was not found on this server.  <ins>That’s all we know.</ins>\n"
)
HTML_502 = (
    "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>Error 502 (Server Error)!!1</title>\n"
    "  <p><b>502.</b> <ins>That’s an error.</ins>\n"
    "  <p>The server encountered a temporary error and could not complete your request.<p>"
    "Please try again in 30 seconds.  <ins>That’s all we know.</ins>\n"
)


class Refusal(Exception):  # noqa: N818  # what Google does
    """An answer other than 200; `body` is JSON, or a page of HTML where it is text."""

    def __init__(self, status: int, body: dict[str, Any] | str) -> None:
        super().__init__(f"{status} {HTTPStatus(status).phrase}")
        self.status = status
        self.body = body

    @property
    def message(self) -> str:
        """Return Google's sentence."""
        return str(self.body["error"]["message"]) if isinstance(self.body, dict) else self.body


def refusal(status: int, message: str, *details: dict[str, Any]) -> Refusal:
    """Return a refusal in the envelope that Sheets and Forms share."""
    error: dict[str, Any] = {"code": status, "message": message, "status": NAMES.get(status, "UNKNOWN")}
    if details:
        error["details"] = list(details)
    return Refusal(status, {"error": error})


def invalid(message: str) -> Refusal:
    """Return a 400 with nothing but its sentence."""
    return refusal(400, message)


def invalid_fields(violations: list[tuple[str, str]], message: str = "") -> Refusal:
    """Return a 400 that names each wrong field and what is wrong with it."""
    said = [{"field": field, "description": text} if field else {"description": text} for field, text in violations]
    return refusal(
        400, message or "\n".join(text for _, text in violations), {"@type": BAD_REQUEST, "fieldViolations": said}
    )


def not_found() -> Refusal:
    return refusal(404, "Requested entity was not found.")


def no_such_page() -> Refusal:
    return Refusal(404, HTML_404)


def forbidden() -> Refusal:
    return refusal(403, "The caller does not have permission")


def unauthenticated(service: str, method: str, *, given: bool) -> Refusal:
    """Return the 401 for a token that is missing, or (`given`) expired or unknown."""
    reason = "ACCESS_TOKEN_EXPIRED" if given else "CREDENTIALS_MISSING"
    metadata = {"service": service, "method": method}
    info = {"@type": ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}
    return refusal(401, BAD_CREDENTIALS if given else NO_CREDENTIALS, info)


def scope_too_narrow(service: str, method: str) -> Refusal:
    info = {
        "@type": ERROR_INFO, "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "domain": "googleapis.com",
        "metadata": {"service": service, "method": method},
    }  # fmt: skip
    return refusal(403, "Request had insufficient authentication scopes.", info)


def api_disabled(service: str, title: str, project: str) -> Refusal:
    """Return the 403 of a project in which the API was never switched on."""
    address = f"https://console.developers.google.com/apis/api/{service}/overview?project={project}"
    message = (
        f"{title} has not been used in project {project} before or it is disabled. Enable it by visiting {address} then"
        " retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and"
        " retry."
    )
    info = {
        "@type": ERROR_INFO, "reason": "SERVICE_DISABLED", "domain": "googleapis.com",
        "metadata": {
            "service": service, "serviceTitle": title, "consumer": f"projects/{project}",
            "containerInfo": project, "activationUrl": address,
        },
    }  # fmt: skip
    console = [{"description": "Google developers console API activation", "url": address}]
    return refusal(403, message, info, {"@type": "type.googleapis.com/google.rpc.Help", "links": console})


def over_quota(service: str, *, kind: str, limit: int, project: str) -> Refusal:
    """Return the 429 of a quota a minute for one user; `kind` is Read or Write."""
    message = (
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of service"
        f" '{service}' for consumer 'project_number:{project}'."
    )
    info = {
        "@type": ERROR_INFO, "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
        "metadata": {
            "quota_metric": f"{service}/{kind.lower()}_requests", "consumer": f"projects/{project}",
            "quota_limit": f"{kind}RequestsPerMinutePerUser", "quota_limit_value": str(limit),
            "quota_location": "global", "quota_unit": "1/min/{project}/{user}", "service": service,
        },
    }  # fmt: skip
    more = {
        "description": "Request a higher quota limit.",
        "url": "https://cloud.google.com/docs/quotas/help/request_increase",
    }
    return refusal(429, message, info, {"@type": "type.googleapis.com/google.rpc.Help", "links": [more]})


def drive_refusal(status: int, reason: str, message: str, *, domain: str = "global", at: str = "") -> Refusal:
    """Return a refusal in Drive's older envelope; `at` names the parameter that is wrong."""
    found = {"message": message, "domain": domain, "reason": reason}
    if at:
        found |= {"location": at, "locationType": "parameter"}
    return Refusal(status, {"error": {"code": status, "message": message, "errors": [found]}})


def no_such_file(file_id: str) -> Refusal:
    return drive_refusal(404, "notFound", f"File not found: {file_id}.", at="fileId")
