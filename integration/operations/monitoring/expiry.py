"""lookout: finds the keys and watches that expire, and stores when, so that the owner is notified in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from integration.errors import CombinedError
from integration.model import Expiry
from integration.text_format import LONDON, format_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from config.schema import Alerts
    from integration.adapters.google.checks.account import ExpiryFindings
    from integration.adapters.store import Store
    from integration.errors import CrescendoError
    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class ExpiryResult:
    """What expires, as alerts.yaml says and as Google says, the first to expire first."""

    expiring: tuple[Expiry, ...]

    def in_words(self) -> str:
        """Return how many expire, and which is first, in a sentence."""
        if not self.expiring:
            return "nothing that expires"
        first, number = self.expiring[0], len(self.expiring)
        when = f"on {format_time(first.until.isoformat())}" if first.until else "now"
        return f"{'1 thing expires' if number == 1 else f'{number} things expire, the first'}: {first.what} {when}"


def check_expiry(service: Service, *, now: datetime) -> ExpiryResult:
    """Ask Google what expires, and store it; of what could not be asked about, what was known before stays.

    Raises ExternalServiceError, AccessError, or a CombinedError of them, when everything else is stored.
    """
    google = service.settings.google
    expiring: tuple[Expiry, ...] = ()
    errors: tuple[CrescendoError, ...] = ()
    if google and (service.reads_google or service.writes_google):
        from integration.adapters.google.checks.account import fetch_expiries  # noqa: PLC0415  # only with Google

        seen = fetch_expiries(service.google, google, reads_forms=service.reads_google)
        expiring = (*seen.expiries, *_still_known(known_expiries(service.store), seen, now))
        errors = tuple(seen.errors.values())
    service.store.state.expiries.set(expiring)
    if errors:
        rest = "What else expires was looked at and is remembered."
        raise errors[0] if len(errors) == 1 else CombinedError(errors, rest)
    every = (*configured_expiries(service.settings.alerts), *expiring)
    return ExpiryResult(tuple(sorted(every, key=lambda each: each.until.timestamp() if each.until else 0.0)))


def _still_known(before: Sequence[Expiry], seen: ExpiryFindings, now: datetime) -> Iterator[Expiry]:
    """Give what was known before and was not found now, and yet is so.

    That is what could not be asked about; and a watch that is over, which Google does not list any more: that it ended
    is what the owner is to know, until there is a new one.
    """
    found = {each.what for each in seen.expiries}
    for each in before:
        is_over = each.until is not None and each.until <= now
        still = (*seen.errors, *(seen.forms if is_over else ()))
        if each.what not in found and any(name in each.what for name in still):
            yield each


def configured_expiries(alerts: Alerts) -> list[Expiry]:
    """Return what alerts.yaml says; what it names is good until its day has ended in London."""
    return [
        Expiry(each.what, datetime.combine(each.on + timedelta(days=1), time.min, tzinfo=LONDON), each.to_do)
        for each in alerts.expiries
    ]


def known_expiries(store: Store) -> list[Expiry]:
    """Return what `check_expiry` stored last."""
    return list(store.state.expiries.get() or ())
