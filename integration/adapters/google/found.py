"""What a look at Google finds: of the account, and of each form and spreadsheet that google.yaml names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from integration.adapters.google.sharing import Share
    from integration.adapters.google.things import Thing
    from integration.errors import CrescendoError

WATCHED_FOR = {"RESPONSES": "new answers", "SCHEMA": "changes of the form"}
"""What a form can be watched for, by Google's word for it."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch of a form. `reports` is RESPONSES or SCHEMA; `trouble` is Google's word for why it is not active.

    `topic` is the whole name of the Pub/Sub topic that it tells.
    """

    reports: str
    is_active: bool
    expires_at: datetime
    trouble: str
    identity: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Tabs:
    """The tabs of a spreadsheet by name: those we want that are there, and those that are not.

    Where they are ours, what is missing is made by the next publish.
    """

    are_ours: bool
    there: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One form or spreadsheet. None is: nobody could say, or it does not apply.

    `problems` are for a person to put right, or for later; `warnings` are sentences about what works all the same.
    """

    thing: Thing
    identity: str
    kind: str
    title: str | None
    is_readable: bool | None
    is_writable: bool | None
    are_answers_readable: bool | None
    is_taking_answers: bool | None
    shares: tuple[Share, ...] | None
    watches: tuple[Watch, ...] | None
    tabs: Tabs | None
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The service account, as which everything was asked.

    `clock_ahead` is how far this machine's clock is ahead of Google's, None where Google never answered.
    `reads_left` and `writes_left` are of the calls of Sheets in this minute, as far as this process knows.
    """

    email: str
    project: str
    is_let_in: bool
    clock_ahead: timedelta | None
    reads_left: int
    writes_left: int
    calls_a_minute: int


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that was found; `problems` and `warnings` here are about no form or spreadsheet alone."""

    account: Account
    found: tuple[Found, ...]
    problems: tuple[CrescendoError, ...]
    warnings: tuple[str, ...]
