"""What a respondent typed, what it means by the contract, and under which code it is reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula, and the result that it shows."""

    formula: str
    shows: str


Typed = str | int | float | date | datetime | Formula | tuple[str, ...] | None
Meaning = str | int | float | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TypedAnswer:
    """`means` is the value that a tab shows (None: empty); `code` is set where the answer must be reported.

    `secrets` are the pieces of the text that no leader may ever read.
    """

    typed: Typed = None
    means: Meaning = None
    code: str | None = None
    secrets: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Say whether nothing was answered: no text, or white space alone."""
        return self.typed is None or self.typed == () or (isinstance(self.typed, str) and not self.typed.strip())


NOTHING = TypedAnswer()


def required(said: TypedAnswer) -> TypedAnswer:
    """Return the answer to a required question: nothing said is reported."""
    return replace(said, code="missing_required") if said.is_blank else said
