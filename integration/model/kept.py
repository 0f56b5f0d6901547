"""What the service keeps of its own doings: alerts that were told, and who did what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that the owner should know now: what it is, and what to do about it, each a sentence or two.

    `key` names it as long as it lasts, such as `failed/sync`: the same trouble is told once.
    """

    key: str
    says: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A trouble that was seen: told when `told_at` is set, over when `cleared_at` is.

    The owner knows that it is over when `all_clear_at` is set.
    """

    seq: int
    trouble: Trouble
    since: datetime
    told_at: datetime | None = None
    cleared_at: datetime | None = None
    all_clear_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expiring:
    """Something that ends: a password, a key, a watch. `until` is the last moment at which it is good, None: it is not.

    `early` is how long before that the owner is told, where it is not as long as of everything else.
    """

    what: str
    until: datetime | None
    to_do: str
    early: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what, when, and about what; never an answer. `digest` chains it to the line before."""

    seq: int
    at: str
    who: str
    action: str
    about: str
    detail: str
    previous: str
    digest: str
