"""What comes in by itself: versions of responses, and hints to look again, all of a moment together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.store import memory, response
from integration.model import IntakeOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from integration.model import Arrival

PUBLISH = "publish"


def receive(
    connection: Connection, arrivals: Sequence[Arrival], received_at: str
) -> tuple[list[IntakeOutcome], list[str]]:
    """Store them; return the receipt of each, in order, and the jobs that are now due, each once."""
    receipts = [IntakeOutcome.NOTED] * len(arrivals)
    due = dict.fromkeys(arrival.job for arrival in arrivals if arrival.response is None)
    for source in dict.fromkeys(arrival.source for arrival in arrivals):
        places = [place for place, each in enumerate(arrivals) if each.source == source and each.response is not None]
        versions = [each.response for each in arrivals if each.source == source and each.response is not None]
        for place, is_new in zip(places, response.receive(connection, source, versions, received_at), strict=True):
            receipts[place] = IntakeOutcome.STORED if is_new else IntakeOutcome.DUPLICATE
        memory.remember(connection, heard_of(source), received_at)
    if IntakeOutcome.STORED in receipts:
        due[PUBLISH] = None
    return receipts, list(due)


def heard_of(source: str) -> str:
    """Return the name under which it is remembered when the source was heard of last."""
    return f"heard.{source}"
