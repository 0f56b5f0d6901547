"""POST /hooks/drive: Drive says that something happened to a spreadsheet; whatever it was, it is read soon.

Drive signs nothing: that a message is authentic is known by its channel's token alone, and its body is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Blueprint, request

from integration.adapters.google.watching.channels import is_authentic, spreadsheet_of_channel
from integration.model import Arrival, IntakeOutcome
from integration.operations.job_runs import name_spreadsheet_shard
from webhooks.intake_service import accepted_response
from webhooks.refusals import Refusal
from webhooks.request_checks import check_length

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Response

    from webhooks.intake_service import IntakeService

NAME = "drive"
CHANNEL_OPENED = "sync"
"""The state of a channel's first message, which says only that the channel is there."""

_HEADERS = {
    "Channel-ID": re.compile(r"[A-Za-z0-9_+/=-]{1,64}"),
    "Channel-Token": re.compile(r"[0-9a-f]{64}"),
    "Resource-State": re.compile(r"[a-z_]{1,32}"),
    "Resource-URI": re.compile(r"[!-~]{0,2048}"),
    "Message-Number": re.compile(r"[0-9]{0,20}"),
}
"""What each X-Goog- header must be. The last two may be missing, for nothing depends on them."""
_FILE = re.compile(r"/files/([A-Za-z0-9_-]{1,128})(?:[/?#]|$)")


def drive_routes(intake: IntakeService, *, key: bytes, spreadsheets: Mapping[str, str]) -> Blueprint:
    """Return the hook for these spreadsheets, as google.yaml has them; `key` is that of the channels' tokens."""
    hook = Blueprint(NAME, __name__)

    @hook.post("/hooks/drive", provide_automatic_options=False)
    def receive() -> Response:
        check_length()
        headers = {name: request.headers.get(f"X-Goog-{name}", "") for name in _HEADERS}
        channel = headers["Channel-ID"]
        is_well_formed = all(pattern.fullmatch(headers[name]) for name, pattern in _HEADERS.items())
        if not is_well_formed or not is_authentic(key, channel, headers["Channel-Token"]):
            raise Refusal(401)
        is_opened = headers["Resource-State"] == CHANNEL_OPENED
        names = () if is_opened else _changed_spreadsheets(channel, headers["Resource-URI"], spreadsheets)
        if not names:
            intake.metrics.ignored.labels(NAME).inc()
            return accepted_response("ignored")
        for name in names:
            intake.accept(NAME, Arrival(name, job=name_spreadsheet_shard(name)))
        return accepted_response(IntakeOutcome.NOTED)

    return hook


def _changed_spreadsheets(channel: str, uri: str, spreadsheets: Mapping[str, str]) -> Sequence[str]:
    """Return which spreadsheets are to be read: all of them for an authentic channel that is not known any more."""
    if name := spreadsheet_of_channel(channel, spreadsheets):
        return (name,)
    file = _FILE.search(uri)
    named = tuple(name for name, file_id in spreadsheets.items() if file and file[1] == file_id)
    return named or tuple(spreadsheets)
