"""A figure on people as disclosure looks at it, and the rules that hold for each one alone.

1. Minimum group: fewer people than `minimum_group` are hidden. A response rate needs as many responses.
3. Near unanimity: none, one, all but one and all of them are told alike, in words; of fewer than two more than the
   minimum that is hidden. So is a mean of answers that are alike but for one at most, or at an end of its scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from integration.kinds.measures import DisclosedAs
from integration.model import ShownAs
from integration.text_format import format_number, round_as_shown

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

    from integration.model import PublishedFigure

PEOPLE_ABOVE_MINIMUM = 2
"""So many people more than the minimum it takes to tell none, one, all but one or all of them alike."""
NEARLY = 1
"""So few who answered otherwise make no difference: each of the others could be told."""

UNKNOWN = 0
"""Among the digests of those whose answers have changed: some of whom it is not known who, nor how many. They count as
nobody, so that what stood stands the longer."""


class Change(Enum):
    """What became of a figure since it was published."""

    NEW = "it was never published"
    NONE = "nobody's answers to it have changed"
    FEW = "fewer people's answers have changed than are told of"
    ENOUGH = "as many have changed as a group needs"


@dataclass(eq=False, slots=True, kw_only=True)
class PeopleFigure:
    """One figure on people: what it rests on, what was published of it, and how leaders are to see it.

    `row` is its position among the figures; `ids`, `persons` and `answers` have one entry for each row that it rests
    on. `low` and `high` are the ends of a mean's scale, NaN for none. `changed` are those whose answers have changed
    since `published`, by digest. `shown_as` is decided last; `is_older` says that it is what was published before.
    """

    row: int
    measure: str
    team: str
    period: tuple[str, str]
    first: date
    last: date
    series: Any
    disclosed_as: DisclosedAs
    is_headline: bool
    people: int
    n: int
    x: int
    headcount: float
    ids: tuple[str, ...]
    persons: NDArray[np.object_]
    answers: NDArray[np.float64]
    low: float
    high: float
    places: int
    change: Change = Change.NEW
    published: PublishedFigure | None = None
    changed: frozenset[int] = frozenset()
    alone: ShownAs = ShownAs.HIDDEN
    shown_as: ShownAs = ShownAs.HIDDEN
    is_older: bool = field(default=False)

    @property
    def group(self) -> tuple[str, tuple[str, str]]:
        """The team, "" for the whole authority, and the period."""
        return (self.team, self.period)

    @property
    def is_known(self) -> bool:
        """Whether leaders know it as it is today."""
        was_shown = self.published is not None and self.shown_as is ShownAs.WITHDRAWN and self.change is Change.NONE
        return was_shown or (self.shown_as in SEEN and not self.is_older)

    @property
    def is_free(self) -> bool:
        """Whether it is still to be decided how leaders see it."""
        return self.change in {Change.NEW, Change.ENOUGH}

    def what_stands(self) -> PublishedFigure | None:
        """Return what was published before, where leaders see that still; None where they see it anew."""
        return self.published if self.is_older or not self.is_free else None

    def hide(self) -> None:
        """Show nothing of it; where it was published, what was stands."""
        stands = self.published is not None and self.published.shown_as in SEEN and self.alone is not ShownAs.HIDDEN
        self.shown_as = self.published.shown_as if self.published and stands else ShownAs.HIDDEN
        self.is_older = stands

    def show(self) -> None:
        """Show it as far as it may be shown alone."""
        self.shown_as, self.is_older = self.alone, False

    def range_of_x(self) -> tuple[int, int]:
        """Return the least and the greatest number of people that its reader takes to have answered so."""
        if self.shown_as is not ShownAs.BAND:
            return (self.x, self.x)
        return (0, NEARLY) if self.x <= NEARLY else (self.n - NEARLY, self.n)


def count_changed(changed: Collection[int]) -> int:
    """Return how many people's answers have changed, at the least."""
    return len(changed) - (UNKNOWN in changed)


SEEN = frozenset({ShownAs.FIGURE, ShownAs.BAND, ShownAs.NO_ANSWERS})


def show_alone(figure: PeopleFigure, minimum: int) -> ShownAs:
    """Return how leaders may see a figure by the rules that hold for it alone."""
    if figure.disclosed_as is DisclosedAs.RESPONSES:
        return ShownAs.HIDDEN if 0 < figure.people < minimum else ShownAs.FIGURE if figure.n else ShownAs.NO_ANSWERS
    if figure.n == 0:
        return ShownAs.NO_ANSWERS
    if figure.people < minimum:
        return ShownAs.HIDDEN
    if figure.disclosed_as is DisclosedAs.SHARE and is_near_unanimous(figure.x, figure.n):
        return ShownAs.HIDDEN if figure.people < minimum + PEOPLE_ABOVE_MINIMUM else ShownAs.BAND
    if figure.disclosed_as is DisclosedAs.MEAN and tells_single_answers(
        figure.answers, low=figure.low, high=figure.high, places=figure.places
    ):
        return ShownAs.HIDDEN
    return ShownAs.FIGURE


def is_near_unanimous(x: int, n: int) -> bool:
    """Return whether none, one, all but one or all of n people answered so."""
    return n > 0 and not NEARLY < x < n - NEARLY


def tells_single_answers(answers: NDArray[np.float64], *, low: float, high: float, places: int) -> bool:
    """Return whether a mean tells what each answered: alike but for one at most, or at an end of the scale."""
    if not len(answers):
        return False
    alike = int(np.unique(answers, return_counts=True)[1].max())
    shown = round_as_shown(float(answers.mean()), places=places)
    return alike >= len(answers) - NEARLY or is_at_an_end(shown, low=low, high=high)


def is_at_an_end(value: float, *, low: float, high: float) -> bool:
    """Return whether a mean, as it is shown, stands at an end of its scale; NaN is no end."""
    return value <= low or value >= high


def tell(x: int, n: int) -> str:
    """Return a near unanimous share in words."""
    if x <= NEARLY:
        return f"{NEARLY} or fewer of {format_number(n)}"
    return f"{format_number(n - NEARLY)} or more of {format_number(n)}"
