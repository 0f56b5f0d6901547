"""What ends soon, or has ended: passwords, keys, watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.alert.words import end, length
from integration.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta

    from integration.model import Expiring


def what_expires(expiring: Iterable[Expiring], *, within: timedelta, now: datetime) -> Iterator[Trouble]:
    """Give `expires/<what>` for each thing that ends within so long, has ended, or is good no more."""
    for each in expiring:
        if each.until is None:
            says = f"{_opening(each.what)} is not good any more: it was deleted or switched off."
        elif each.until <= now:
            says = f"{_opening(each.what)} expired {end(each.until)}."
        elif each.until - now <= (each.early or within):
            says = f"{_opening(each.what)} expires {end(each.until)}, in {length(each.until - now)}."
        else:
            continue
        yield Trouble(f"expires/{each.what}", says, each.to_do)


def _opening(what: str) -> str:
    return what[:1].upper() + what[1:]
