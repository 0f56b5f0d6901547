"""What a generated programme is made of: authorities, teams, and how their people answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

START = date(2021, 9, 6)
"""The first day of the shipped programme, whose calendar every generated one keeps."""

JOINED_ON = date(2022, 1, 3)
"""From this day on there are the people of a team who join it later."""

ANSWERED_UNTIL = date(2022, 6, 12)
"""So far answers are made up: some days after the last month that is played was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamDesign:
    """A team and how its people, and the families that they work with, answer."""

    name: str
    people: int
    answers: float
    """How likely one of its people is to answer a form when it is asked."""
    leans: float
    """The middle of the answers on a scale from 1 to 5."""
    families: int
    """How many families answer in a survey round."""
    spread: float = 1.0
    """The standard deviation of the answers on that scale."""
    alike: float = 0.0
    """How likely it is of a form, in a fortnight or round, that everybody in the team answers alike, or all but one."""
    joins: int = 0
    """So many more people from `JOINED_ON` on."""
    has_statutory_duties: bool = True

    @property
    def key(self) -> str:
        """Its key in programme.yaml."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A programme: the teams of each authority, by its name."""

    seed: int
    authorities: Mapping[str, tuple[TeamDesign, ...]]

    def teams(self) -> Iterator[TeamDesign]:
        """Give every team."""
        for teams in self.authorities.values():
            yield from teams
