"""A channel by which Drive tells us of changes: its id names the spreadsheet, its token proves that the id is ours."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.checks.probe import AS_DOCUMENTED
from integration.adapters.untrusted_input import decode_json
from integration.errors import AccessError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.adapters.google.api.client import GoogleClient
    from integration.model import Channel

_ID = re.compile(r"crescendo-([0-9a-f]{16})-[0-9a-f]{16}")


def new_channel_id(spreadsheet: str) -> str:
    """Return the id of a new channel about one of our spreadsheets: 43 characters, of 64 that Drive takes."""
    return f"crescendo-{_digest(spreadsheet)}-{secrets.token_hex(8)}"


def token_for(key: bytes, channel_id: str) -> str:
    """Return the token that Drive is to send along: the hexadecimal HMAC-SHA256 of the channel's id."""
    return hmac.new(key, channel_id.encode(), hashlib.sha256).hexdigest()


def is_authentic(key: bytes, channel_id: str, token: str) -> bool:
    """Whether the token is the one of this channel."""
    return hmac.compare_digest(token_for(key, channel_id).encode(), token.encode("utf-8", "surrogateescape"))


def spreadsheet_of_channel(channel_id: str, spreadsheets: Iterable[str]) -> str | None:
    """Return which of the spreadsheets the channel is about; None where it is about none of them, or not ours."""
    found = _ID.fullmatch(channel_id)
    return next((name for name in spreadsheets if found and _digest(name) == found[1]), None)


def _digest(spreadsheet: str) -> str:
    return hashlib.sha256(spreadsheet.encode()).hexdigest()[:16]


OPEN = "https://www.googleapis.com/drive/v3/files/{}/watch"
STOP = "https://www.googleapis.com/drive/v3/channels/stop"
HOOK = "/hooks/drive"
"""Where on our own web side Drive's messages arrive."""

MAX_LIFETIME = timedelta(days=1)
"""So long a channel of a file lasts at most."""

UNLESS_TOLD = timedelta(hours=1)
"""So long a channel lasts of which Google does not say until when."""


class _Opened(msgspec.Struct, rename="camel"):
    resource_id: str
    expiration: str = ""


def open_channel(client: GoogleClient, channel: Channel, *, address: str, key: bytes) -> tuple[str, datetime]:
    """Open the channel; return what Google calls the spreadsheet in it, and until when it lasts.

    Raises LostReply where it may be open; AccessError, OutsideError or PublishError where it is not.
    """
    wanted = {
        "id": channel.identity,
        "type": "web_hook",
        "address": address + HOOK,
        "token": token_for(key, channel.identity),
        "expiration": str(round(channel.until.timestamp() * 1000)),
    }
    response = client.request("post", OPEN.format(channel.file), json=wanted)
    where = f"Google's answer about the spreadsheet “{channel.spreadsheet}”"
    opened = decode_json(response.content, _Opened, where=where, what=AS_DOCUMENTED)
    if not opened.expiration.isdecimal():
        return opened.resource_id, channel.since + UNLESS_TOLD
    return opened.resource_id, datetime.fromtimestamp(int(opened.expiration) / 1000, UTC)


def stop_channel(client: GoogleClient, channel: Channel, *, resource: str) -> None:
    """Stop the channel about what Google calls `resource`. Raises OutsideError.

    Where Google refuses, the channel is over already, or ends by itself within a day.
    """
    for attempt in client.again():
        with attempt:
            try:
                client.request("post", STOP, json={"id": channel.identity, "resourceId": resource})
            except (AccessError, PublishError):
                return
