"""How many of something, in words."""

from __future__ import annotations

MANY = {
    "older reading of a sheet": "older readings of sheets",
    "line on runs and alerts": "lines on runs and alerts",
    "line of the audit trail": "lines of the audit trail",
    "mail in the outbox": "mails in the outbox",
    "old copy of the store": "old copies of the store",
}
"""Where more of something is not its name with an s."""


def counted(number: int, what: str) -> str:
    """Return `1 response`, `2 responses`."""
    return f"{number} {what}" if number == 1 else f"{number} {MANY.get(what, f'{what}s')}"
