"""Names that must not be claimed twice. Compared folded: case and white space make no difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.fold import fold
from config.nearest import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from config.draft import Document
    from config.errors import Problem
    from config.places import Step


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody (`owner`, in words) has this name, written at this place."""

    name: str
    owner: str
    steps: tuple[Step, ...]


def clashes(document: Document[Any], claims: Iterable[Claim], what: str) -> Iterator[Problem]:
    """Give a problem for each name that another owner has claimed before; `what` is the sort of name, in words."""
    first: dict[str, Claim] = {}
    for claim in claims:
        earlier = first.setdefault(fold(claim.name), claim)
        if earlier is not claim and (earlier.owner != claim.owner or earlier.name == claim.name):
            found = f"{quoted(claim.name)}, which is already {earlier.owner}"
            yield document.problem(claim.steps, found, f"{what} that nothing else has (case and spaces do not count)")
