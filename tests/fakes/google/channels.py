"""The channels by which Drive notifies of changes: for a day at most, never renewed, known only to their account."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.google.account import PROJECT_NUMBER
from tests.fakes.google.errors import drive_refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNEL_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
LONGEST, USUAL = timedelta(days=1), timedelta(hours=1)
LONGEST_TOKEN = 256


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that is open until `until`."""

    id: str
    file: str
    resource: str
    address: str
    token: str
    until: datetime
    by: str


def opened(
    channels: dict[str, Channel], file: str, body: Mapping[str, Any], *, by: str, now: datetime
) -> dict[str, Any]:
    """Open a channel about a file and return it as Drive does. Raises Refusal."""
    identity, token = body.get("id", ""), body.get("token", "")
    if body.get("type") not in {"web_hook", "webhook"}:
        raise drive_refusal(400, "channelUnknown", f"Unknown channel type: {body.get('type', '')}")
    if not CHANNEL_ID.fullmatch(identity) or len(token) > LONGEST_TOKEN:
        raise drive_refusal(400, "invalid", "Invalid value")
    if not body.get("address", "").startswith("https://"):
        message = "WebHook callback must be HTTPS: " + body.get("address", "")
        raise drive_refusal(400, "push.webhookUrlNotHttps", message)
    if identity in channels and channels[identity].until > now:
        raise drive_refusal(400, "channelIdNotUnique", f"Channel id {identity} not unique")
    asked = int(body["expiration"]) if "expiration" in body else round((now + USUAL).timestamp() * 1000)
    until = min(datetime.fromtimestamp(asked / 1000, UTC), now + LONGEST)
    if until <= now:
        raise drive_refusal(400, "channelExpirationTooSmall", "Invalid value")
    resource = hashlib.sha256(f"{file} {by}".encode()).hexdigest()[:27]
    channels[identity] = Channel(identity, file, resource, body["address"], token, until, by)
    return {
        "kind": "api#channel", "id": identity, "resourceId": resource,
        "resourceUri": f"https://www.googleapis.com/drive/v3/files/{file}?alt=json&null", "token": token,
        "expiration": str(round(until.timestamp() * 1000)),
    }  # fmt: skip


def stop(channels: dict[str, Channel], body: Mapping[str, Any], *, by: str, now: datetime) -> None:
    """Stop a channel. Raises Refusal where there is none with both ids."""
    found = channels.get(body.get("id", ""))
    if found is None or found.until <= now or (found.resource, found.by) != (body.get("resourceId"), by):
        raise drive_refusal(404, "notFound", f"Channel '{body.get('id')}' not found for project '{PROJECT_NUMBER}'")
    del channels[found.id]
