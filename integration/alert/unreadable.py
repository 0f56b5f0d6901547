"""A store of which a part cannot be read any more, while the rest still can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.alert.words import COMMAND
from integration.model import Trouble

if TYPE_CHECKING:
    from integration.errors import StoreError


def what_is_unreadable(error: StoreError) -> Trouble:
    """Return `unreadable/the store`; the error says what was found and what to do."""
    return Trouble(
        "unreadable/the store",
        str(error),
        f"Do it soon, for what comes in may be lost as well; then run: {COMMAND} run backup, which reads every page.",
    )
