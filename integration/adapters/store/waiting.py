"""How long one waits for another, and what is said when it was too long or something else went wrong."""

from __future__ import annotations

from dataclasses import dataclass

WAIT_SECONDS = 30.0
"""How long one writer waits for another."""


class Busy(Exception):  # noqa: N818  # named for what it is; nobody outside this folder sees it
    """Somebody else was writing for all that time."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a database has run into: `says` goes after its name; `passes` is a fault that trying later mends."""

    says: str = ""
    is_busy: bool = False
    passes: bool = False
