"""A channel by which Drive tells us of changes: its id names the spreadsheet, its token proves that the id is ours."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ID = re.compile(r"crescendo-([0-9a-f]{16})-[0-9a-f]{16}")


def new_channel_id(spreadsheet: str) -> str:
    """Return the id of a new channel about one of our spreadsheets: 43 characters, of 64 that Drive takes."""
    return f"crescendo-{_digest(spreadsheet)}-{secrets.token_hex(8)}"


def token_of(key: bytes, channel_id: str) -> str:
    """Return the token that Drive is to send along: the hexadecimal HMAC-SHA256 of the channel's id."""
    return hmac.new(key, channel_id.encode(), hashlib.sha256).hexdigest()


def is_authentic(key: bytes, channel_id: str, token: str) -> bool:
    """Whether the token is the one of this channel."""
    return hmac.compare_digest(token_of(key, channel_id).encode(), token.encode("utf-8", "surrogateescape"))


def spreadsheet_of(channel_id: str, spreadsheets: Iterable[str]) -> str | None:
    """Return which of the spreadsheets the channel is about; None where it is about none of them, or not ours."""
    found = _ID.fullmatch(channel_id)
    return next((name for name in spreadsheets if found and _digest(name) == found[1]), None)


def _digest(spreadsheet: str) -> str:
    return hashlib.sha256(spreadsheet.encode()).hexdigest()[:16]
