"""lookout: looks for what expires, and remembers it, so that the owner is told in time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from integration.errors import CombinedError
from integration.model import Expiry
from integration.text_format import LONDON, format_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from config.schema import Alerts
    from integration.adapters.google.checks.account import ExpiryFindings
    from integration.errors import CrescendoError
    from integration.ports import Store
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class ExpiryResult:
    """What ends, as alerts.yaml says and as was found, the first to end first."""

    expiring: tuple[Expiry, ...]

    def in_words(self) -> str:
        """Return how many things end, and which is first, in a sentence."""
        if not self.expiring:
            return "nothing that expires"
        first = self.expiring[0]
        when = f"on {format_time(first.until.isoformat())}" if first.until else "now"
        things = "1 thing expires" if len(self.expiring) == 1 else f"{len(self.expiring)} things expire, the first"
        return f"{things}: {first.what} {when}"


def check_expiry(service: Service, *, now: datetime) -> ExpiryResult:
    """Look for what expires, and remember it; of what could not be asked about, what was known before stays.

    Raises OutsideError, AccessError, or Several of them, when everything else is remembered.
    """
    google = service.settings.google
    kept: tuple[Expiry, ...] = ()
    unseen: tuple[CrescendoError, ...] = ()
    if google and (service.reads_google or service.writes_google):
        from integration.adapters.google.checks.account import find_expiring  # noqa: PLC0415  # only where Google is on

        seen = find_expiring(service.google, google, reads_forms=service.reads_google)
        kept, unseen = (
            (*seen.expiring, *_still_known(known_expiries(service.store), seen, now)),
            tuple(seen.unseen.values()),
        )
    save_expiries(service.store, kept)
    if unseen:
        raise (
            unseen[0]
            if len(unseen) == 1
            else CombinedError(unseen, "What else expires was looked at and is remembered.")
        )
    every = (*configured_expiries(service.settings.alerts), *kept)
    return ExpiryResult(tuple(sorted(every, key=lambda each: each.until.timestamp() if each.until else 0.0)))


def _still_known(before: Sequence[Expiry], seen: ExpiryFindings, now: datetime) -> Iterator[Expiry]:
    """Give what was known before and was not found now, and yet is so.

    That is what nobody could ask about; and a watch that is over, which Google does not list any more: that it ended is
    what the owner is to know, until there is a new one.
    """
    found = {each.what for each in seen.expiring}
    for each in before:
        is_over = each.until is not None and each.until <= now
        still = (*seen.unseen, *(seen.forms if is_over else ()))
        if each.what not in found and any(name in each.what for name in still):
            yield each


EXPIRY_KEY = "expiries"


def configured_expiries(alerts: Alerts) -> list[Expiry]:
    """Return what alerts.yaml says; a thing is good until its day has ended in London."""
    return [
        Expiry(each.what, datetime.combine(each.on + timedelta(days=1), time.min, tzinfo=LONDON), each.to_do)
        for each in alerts.expiries
    ]


def known_expiries(store: Store) -> list[Expiry]:
    """Return what was remembered."""
    return [
        Expiry(
            what=each["what"],
            until=datetime.fromisoformat(each["until"]) if each["until"] else None,
            advice=each["to_do"],
            warn_before=timedelta(seconds=each["early"]) if each["early"] else None,
        )
        for each in json.loads(store.recall(EXPIRY_KEY) or "[]")
    ]


def save_expiries(store: Store, expiring: Iterable[Expiry]) -> None:
    """Remember these, instead of those before."""
    told = [
        {
            "what": each.what,
            "until": each.until.isoformat() if each.until else None,
            "to_do": each.advice,
            "early": each.warn_before.total_seconds() if each.warn_before else None,
        }
        for each in expiring
    ]
    store.remember(EXPIRY_KEY, json.dumps(told, ensure_ascii=False))
