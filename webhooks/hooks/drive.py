"""POST /hooks/drive: Drive says that something happened to a spreadsheet; whatever it was, it is read soon.

Drive signs nothing: that a message is authentic is known by its channel's token alone, and its body is empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request

from integration.adapters.google.watching.channels import is_authentic, spreadsheet_of_channel
from integration.model import Arrival, IntakeOutcome, name_spreadsheet_shard
from webhooks.intake_service import accepted_response
from webhooks.refusals import Refusal
from webhooks.request_checks import check_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response
    from werkzeug.datastructures import Headers

    from webhooks.intake_service import IntakeService

NAME = "drive"
CHANNEL_OPENED = "sync"
"""The state of a channel's first message, which says only that the channel is there."""

_ID = re.compile(r"[A-Za-z0-9_+/=-]{1,64}")
_TOKEN = re.compile(r"[0-9a-f]{64}")
_STATE = re.compile(r"[a-z_]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_URI = re.compile(r"[!-~]{1,2048}")
_FILE = re.compile(r"/files/([A-Za-z0-9_-]{1,128})(?:[/?#]|$)")


@dataclass(frozen=True, slots=True)
class _Notification:
    """What the headers say."""

    channel: str
    token: str
    state: str
    uri: str


def drive_routes(desk: IntakeService, *, key: bytes, spreadsheets: Mapping[str, str]) -> Blueprint:
    """Return the hook for these spreadsheets, as google.yaml has them; `key` is that of the channels' tokens."""
    hook = Blueprint(NAME, __name__)

    @hook.post("/hooks/drive", provide_automatic_options=False)
    def receive() -> Response:
        check_length()
        said = _parse_headers(request.headers)
        if said is None or not is_authentic(key, said.channel, said.token):
            raise Refusal(401)
        about = () if said.state == CHANNEL_OPENED else _changed_spreadsheets(said, spreadsheets)
        if not about:
            desk.metrics.ignored(NAME)
            return accepted_response("ignored")
        for name in about:
            desk.take(NAME, Arrival(name, job=name_spreadsheet_shard(name)))
        return accepted_response(IntakeOutcome.NOTED)

    return hook


def _parse_headers(headers: Headers) -> _Notification | None:
    """Return what the headers say; None where one that Drive always sends is malformed or missing.

    The message's number and the address of the resource may be missing, for nothing depends on them.
    """
    said = _Notification(*(headers.get(f"X-Goog-{name}", "") for name in _NAMES))
    number = headers.get("X-Goog-Message-Number", "")
    is_sound = (
        _ID.fullmatch(said.channel)
        and _TOKEN.fullmatch(said.token)
        and _STATE.fullmatch(said.state)
        and (not said.uri or _URI.fullmatch(said.uri))
        and (not number or _NUMBER.fullmatch(number))
    )
    return said if is_sound else None


def _changed_spreadsheets(said: _Notification, spreadsheets: Mapping[str, str]) -> Sequence[str]:
    """Return which spreadsheets are to be read: all of them for an authentic channel that we no longer know."""
    if name := spreadsheet_of_channel(said.channel, spreadsheets):
        return (name,)
    file = _FILE.search(said.uri)
    named = tuple(name for name, file_id in spreadsheets.items() if file and file[1] == file_id)
    return named or tuple(spreadsheets)


_NAMES = ("Channel-ID", "Channel-Token", "Resource-State", "Resource-URI")
