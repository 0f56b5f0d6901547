"""A channel by which Drive tells us of a spreadsheet, as we remember it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


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
