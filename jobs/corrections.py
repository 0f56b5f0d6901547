"""Corrections typed into `needs_attention`, taken up before the tab can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.model import Correction

if TYPE_CHECKING:
    from integration.wiring import Service

SEEN = "corrections.seen"


def take_up_corrections(service: Service) -> int:
    """Store what was typed since we last looked, and return how many corrections were new.

    The tabs are read only where they are not those that were last read or written.
    """
    standing = service.publisher.standing()
    if standing and service.store.recall(SEEN) == standing:
        return 0
    seen_at = service.clock.now().isoformat()
    typed = service.publisher.read_corrections()
    new = service.store.add_corrections(
        Correction(source=source, key=key, field=field, value=value, seen_at=seen_at)
        for source, key, field, value in typed
    )
    service.store.remember(SEEN, standing)
    return new


def forget_our_own_writing(service: Service) -> None:
    """Remember that the tabs as they stand now are ours and hold nothing new, where that is sure."""
    service.store.remember(SEEN, service.publisher.standing_after_writing())
