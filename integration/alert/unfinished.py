"""An erasure that was begun and is not finished: somewhere answers still stand that should be gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.alert.words import COMMAND, moment
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

STILL_AT_WORK = timedelta(hours=1)
"""For so long it may just be running."""


def what_is_unfinished(began_at: datetime | None, *, now: datetime) -> Iterator[Trouble]:
    """Give `unfinished/forget` for an erasure that began long ago; None where there is none."""
    if began_at is not None and now - began_at > STILL_AT_WORK:
        says = (
            f"Answers that were to be erased may still stand somewhere: the erasure that began at {moment(began_at)} "
            "has not been finished."
        )
        yield Trouble(
            "unfinished/forget", says, f"To finish it, and to see what keeps it, run: {COMMAND} run retention"
        )
