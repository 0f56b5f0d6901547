"""What Google tells us by, as `renew-watches` left it: the watches of forms, the channels of spreadsheets."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from integration.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integration.ports import Store

WATCHES, CHANNELS = "watches", "channels"


def known_watches(store: Store) -> dict[str, str]:
    """Return the id of each watch since which nothing can have been missed, by what it watches."""
    return dict(json.loads(store.recall(WATCHES) or "{}"))


def keep_watches(store: Store, watches: Mapping[str, str]) -> None:
    """Remember these, instead of those before."""
    store.remember(WATCHES, json.dumps(watches))


def known_channels(store: Store, *, now: datetime) -> list[Channel]:
    """Return the channels that may still be open."""
    told = (
        {**each, "since": datetime.fromisoformat(each["since"]), "until": datetime.fromisoformat(each["until"])}
        for each in json.loads(store.recall(CHANNELS) or "[]")
    )
    return [channel for channel in (Channel(**each) for each in told) if channel.until > now]


def keep_channels(store: Store, channels: Iterable[Channel]) -> None:
    """Remember these, instead of those before."""
    told = [
        {
            "spreadsheet": each.spreadsheet,
            "file": each.file,
            "identity": each.identity,
            "resource": each.resource,
            "since": each.since.isoformat(),
            "until": each.until.isoformat(),
            "mark": each.mark,
        }
        for each in channels
    ]
    store.remember(CHANNELS, json.dumps(told))
