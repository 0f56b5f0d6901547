"""The names of what publish writes, and the state of everything that it depends on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service

DATA_FILE = "data.xlsx"


def summary_file(authority: str) -> str:
    """Return the name of the leaders' summary of an authority."""
    return f"summary-{authority}.xlsx"


def published_files(service: Service) -> tuple[str, ...]:
    """Return the names of the files that publish writes."""
    return (DATA_FILE, *(summary_file(authority) for authority in service.settings.programme.authorities))


def state_key(service: Service, as_of: date) -> str:
    """Return a digest of everything that figures depend on: what is stored, the rules, the day."""
    parts = (service.store.generation(), service.rules, as_of.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
