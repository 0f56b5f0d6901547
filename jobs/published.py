"""The names of what publish writes, and the state of everything that it depends on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from integration.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from integration.wiring import Service

DATA_FILE = "data.xlsx"


def summary_file(authority: str) -> str:
    """Return the name of the leaders' summary of an authority."""
    return f"summary-{authority}.xlsx"


def published_files(service: Service) -> tuple[str, ...]:
    """Return the names of the files that publish writes."""
    return (DATA_FILE, *(summary_file(authority) for authority in service.settings.programme.authorities))


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


def content_key(service: Service, content: object, names: Sequence[str]) -> str:
    """Return a digest of what is to be written, the code that writes it, and the files as they stand."""
    parts = (repr(content), service.rules, service.files.fingerprint(names))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def state_key(service: Service, as_of: date) -> str:
    """Return a digest of everything that figures depend on: what is stored, the rules, the day."""
    parts = (service.store.generation(), service.rules, as_of.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
