"""Corrections typed into `needs_attention`, taken up before the tab can be replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.model import Correction
from jobs.published import DATA_FILE

if TYPE_CHECKING:
    from integration.wiring import Service

SEEN = "corrections.seen"


def take_up_corrections(service: Service) -> int:
    """Store what was typed since we last looked, and return how many corrections were new.

    The workbook is read only where it is not the one that was last read or written.
    """
    fingerprint = service.files.fingerprint([DATA_FILE])
    if service.store.recall(SEEN) == fingerprint:
        return 0
    seen_at = service.clock.now().isoformat()
    typed = service.publisher.read_corrections()
    new = service.store.add_corrections(
        Correction(source=source, key=key, field=field, value=value, seen_at=seen_at)
        for source, key, field, value in typed
    )
    service.store.remember(SEEN, fingerprint)
    return new


def forget_our_own_writing(service: Service) -> None:
    """Remember that the workbook as it stands now is ours and holds nothing new."""
    service.store.remember(SEEN, service.files.fingerprint([DATA_FILE]))
