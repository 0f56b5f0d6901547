"""What the service keeps of its own doings: alerts that were told, who did what, what is being erased."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Condition:
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
    trouble: Condition
    since: datetime
    told_at: datetime | None = None
    cleared_at: datetime | None = None
    all_clear_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Expiry:
    """Something that ends: a password, a key, a watch. `until` is the last moment at which it is good, None: it is not.

    `early` is how long before that the owner is told, where it is not as long as of everything else.
    """

    what: str
    until: datetime | None
    to_do: str
    early: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when, and about what; never an answer. `digest` chains it to the line before."""

    seq: int
    at: str
    who: str
    action: str
    about: str
    detail: str
    previous: str
    digest: str


class RetentionCategory(StrEnum):
    """What is kept for a time of its own, beside people's answers."""

    CORRECTIONS = "corrections"
    SHEETS = "sheets"
    """Readings of shared sheets, but never the newest of a sheet."""
    PACKS = "packs"
    """Frozen figures, and to whom they were mailed."""
    RUNS = "runs"
    """Lines on runs, slots and alerts, but never a job's newest, nor an alert that is not over."""
    AUDIT = "audit"
    """Who did what, but never the newest line."""


@dataclass(frozen=True, slots=True)
class MailedPack:
    """A pack that was mailed, or may have been: whose, of which month, to whom; `sent_at` is "" where nobody knows."""

    authority: str
    month: str
    version: int
    recipient: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased from the store, and has still to be erased everywhere else.

    `responses` are (source, response id); `packs` are the unsent ones that went with them, as (authority, month, the
    day as of which they spoke), to be built again; `mailed` are the others of these days, which cannot be recalled;
    `began_at` is a moment.
    """

    why: str
    began_at: str
    responses: tuple[tuple[str, str], ...] = ()
    versions: int = 0
    corrections: int = 0
    packs: tuple[tuple[str, str, str], ...] = ()
    mailed: tuple[MailedPack, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel about the spreadsheet that we call `spreadsheet`, and Google by the id `file`; times are aware UTC.

    `resource` is Google's word for the spreadsheet in it, "" while nobody knows whether it was opened. `mark` changes
    with the address to which it sends and with the key of its token.
    """

    spreadsheet: str
    file: str
    identity: str
    resource: str
    since: datetime
    until: datetime
    mark: str
