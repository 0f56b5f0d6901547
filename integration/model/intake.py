"""What comes in by itself, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integration.model.raw import RawResponse


class Receipt(StrEnum):
    """What became of an arrival; each means that it stands on disk."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    """The same version was there before, or the person's answers were forgotten and never come back."""
    NOTED = "noted"
    """A hint: what it is about will be read soon."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version of a response of the form `source`; without one, the hint to run the job `look`.

    A hint about a spreadsheet has the spreadsheet's name as its source.
    """

    source: str
    response: RawResponse | None = None
    look: str = ""
