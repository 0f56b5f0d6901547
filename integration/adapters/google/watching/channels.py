"""Drive channels: Drive calls our web side when a spreadsheet changes.

A channel's id names the spreadsheet; its token, which Drive sends along, proves that we opened it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.api.resources import FILE_URL, decode_answer
from integration.errors import AccessError, PublishError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integration.adapters.google.api.client import GoogleClient
    from integration.model import Channel

WATCH_URL = FILE_URL + "/watch"
STOP_URL = "https://www.googleapis.com/drive/v3/channels/stop"
HOOK_PATH = "/hooks/drive"
"""Where Drive's messages arrive on our own web side."""

MAX_LIFETIME = timedelta(days=1)
"""How long a channel about a file lasts at most."""

DEFAULT_LIFETIME = timedelta(hours=1)
"""How long a channel lasts if Google does not say until when."""

_CHANNEL_ID = re.compile(r"crescendo-([0-9a-f]{16})-[0-9a-f]{16}")


def new_channel_id(spreadsheet: str) -> str:
    """Return the id of a new channel about one of our spreadsheets: 43 characters, of 64 that Drive takes."""
    return f"crescendo-{_digest(spreadsheet)}-{secrets.token_hex(8)}"


def token_for(key: bytes, channel_id: str) -> str:
    """Return the token that Drive is to send with each message: the hexadecimal HMAC-SHA256 of the channel's id."""
    return hmac.new(key, channel_id.encode(), hashlib.sha256).hexdigest()


def is_authentic(key: bytes, channel_id: str, token: str) -> bool:
    """Whether the token is the one of this channel."""
    return hmac.compare_digest(token_for(key, channel_id).encode(), token.encode("utf-8", "surrogateescape"))


def spreadsheet_of_channel(channel_id: str, spreadsheets: Iterable[str]) -> str | None:
    """Return which of the spreadsheets the channel is about; None where it is about none of them, or is not ours."""
    match = _CHANNEL_ID.fullmatch(channel_id)
    return next((name for name in spreadsheets if match and _digest(name) == match[1]), None)


def _digest(spreadsheet: str) -> str:
    return hashlib.sha256(spreadsheet.encode()).hexdigest()[:16]


def open_channel(client: GoogleClient, channel: Channel, *, address: str, key: bytes) -> tuple[str, datetime]:
    """Open the channel; return Google's resource id of the spreadsheet in it, and until when it lasts.

    Raises LostReplyError where it may be open; AccessError, ExternalServiceError or PublishError where it is not.
    """
    wanted = {
        "id": channel.identity,
        "type": "web_hook",
        "address": address + HOOK_PATH,
        "token": token_for(key, channel.identity),
        "expiration": str(round(channel.until.timestamp() * 1000)),
    }
    response = client.request("post", WATCH_URL.format(channel.file), json=wanted)
    opened = decode_answer(response, _Opened, where=f"Google's answer about the spreadsheet “{channel.spreadsheet}”")
    if not opened.expiration.isdecimal():
        return opened.resource_id, channel.since + DEFAULT_LIFETIME
    return opened.resource_id, datetime.fromtimestamp(int(opened.expiration) / 1000, UTC)


class _Opened(msgspec.Struct, rename="camel"):
    resource_id: str
    expiration: str = ""


def stop_channel(client: GoogleClient, channel: Channel, *, resource: str) -> None:
    """Stop the channel about what Google calls `resource`. Raises ExternalServiceError.

    Where Google refuses, the channel is over already, or ends by itself within a day.
    """
    for attempt in client.retry_lost_replies():
        with attempt, suppress(AccessError, PublishError):
            client.request("post", STOP_URL, json={"id": channel.identity, "resourceId": resource})
