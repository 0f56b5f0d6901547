"""What databases run into, in words: locks that others hold, full disks, servers that are away."""

from __future__ import annotations

from dataclasses import dataclass

from integration.errors import BusyError, CrescendoError, StoreError, StoreUnreachableError

WAIT_SECONDS = 30.0
"""How long one writer waits for another."""


class LockTimeoutError(Exception):
    """Another writer held the lock for all that time; only this package sees it, others see BusyError."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What a database has run into: `says` goes after its name; `passes` is a fault that trying later mends."""

    says: str = ""
    is_busy: bool = False
    passes: bool = False

    def error(self, name: str) -> CrescendoError:
        """Return it as an error of the database of this name."""
        if self.is_busy:
            return BusyError(
                f"The store {name} was in use by somebody else for {WAIT_SECONDS:g} seconds; try again later."
            )
        return (StoreUnreachableError if self.passes else StoreError)(f"The store {name} {self.says}.")
