"""The names of what publish writes, and the state of everything that it depends on."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from integration.errors import OF_ONE_THING, CallError
from jobs.runner import today

if TYPE_CHECKING:
    from integration.wiring import Service


REPORTING_DATE = "published as of"
"""The name of the memory of the day as of which the tabs were written last."""


def published_names(service: Service) -> tuple[str, ...]:
    """Return what people call what publish writes: the project team's tabs, then each authority's summary."""
    publisher = service.publisher
    return (publisher.data_name, *(publisher.summary_name(key) for key in service.settings.programme.authorities))


def standing(service: Service) -> str:
    """Return a text that changes whenever anything published was changed by anybody; "" where that is unknown."""
    publisher = service.publisher
    try:
        each = [publisher.standing(), *(publisher.standing(key) for key in service.settings.programme.authorities)]
    except OF_ONE_THING:  # said when it is written to
        return ""
    return " ".join(each) if all(each) else ""


def remember_reporting_date(service: Service, as_of: date) -> None:
    """Remember as of which day the tabs are about to be written."""
    service.store.remember(REPORTING_DATE, as_of.isoformat())


def last_reporting_date(service: Service) -> date | None:
    """Return as of which day the tabs were written last; None where they never were."""
    day = service.store.recall(REPORTING_DATE)
    if day:
        return date.fromisoformat(day)
    # Written by a version of the service that did not remember the day.
    return today(service) if service.store.recall("published") else None


def refuse_before_the_start(service: Service, as_of: date) -> None:
    """Raise CallError for a reporting date on which there was nothing to report yet."""
    start = service.settings.programme.start
    if as_of < start:
        raise CallError(
            f"The reporting date {as_of} lies before the programme's first day, {start}: give a later --as-of."
        )


def know_authority(service: Service, authority: str) -> None:
    """Raise CallError for a key that is no authority's; "" stands for all of them."""
    known = service.settings.programme.authorities
    if authority and authority not in known:
        raise CallError(f"There is no authority {authority!r}; there are: {', '.join(known)}.")


def content_key(service: Service, content: object, standing: str) -> str:
    """Return a digest of what is to be written, the code that writes it, and what stands there now."""
    parts = (repr(content), service.rules, standing)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def state_key(service: Service, as_of: date) -> str:
    """Return a digest of everything that figures depend on: what is stored, the rules, the day."""
    reworded = [service.store.recall(f"reworded.{source}") or "" for source in service.settings.forms]
    parts = (service.store.generation(), service.rules, as_of.isoformat(), *reworded)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
