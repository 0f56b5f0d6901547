"""The channels by which Drive tells us that a spreadsheet was changed: opened for a day, never renewed, and stopped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.channel import token_of
from integration.adapters.google.inquiry import AS_DOCUMENTED
from integration.adapters.json_text import decode
from integration.errors import AccessError, PublishError

if TYPE_CHECKING:
    from integration.adapters.google.client import GoogleClient
    from integration.model import Channel

OPEN = "https://www.googleapis.com/drive/v3/files/{}/watch"
STOP = "https://www.googleapis.com/drive/v3/channels/stop"
HOOK = "/hooks/drive"
"""Where on our own web side Drive's messages arrive."""

LONGEST = timedelta(days=1)
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
        "token": token_of(key, channel.identity),
        "expiration": str(round(channel.until.timestamp() * 1000)),
    }
    response = client.request("post", OPEN.format(channel.file), json=wanted)
    where = f"Google's answer about the spreadsheet “{channel.spreadsheet}”"
    opened = decode(response.content, _Opened, where=where, what=AS_DOCUMENTED)
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
