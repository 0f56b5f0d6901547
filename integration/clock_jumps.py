"""What a clock that was wrong leaves behind: how a jump is found, and what a stored moment means that is still to come.

Nothing here reads a clock: the caller says what it showed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from integration.model import ClockJump, ClockSight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

TOLERANCE = timedelta(minutes=5)
"""So far a clock may be from what it should show before it counts as wrong."""
LONGEST_PAUSE = timedelta(days=7)
"""So long nothing may have run before a restart; where it seems longer, perhaps the clock is wrong."""
JUMPS_KEPT = 20


def find_jump(before: ClockSight | None, now: ClockSight) -> ClockJump | None:
    """Return how the clock jumped between the two; None where it did not, or where that cannot be known.

    Within one boot of the machine it is known by the time that the machine was up. Else only a clock that shows less
    than before is sure to have jumped; and one that shows much more is told of, for it may have.
    """
    if before is None:
        return None
    passed = timedelta(seconds=now.uptime - before.uptime)
    is_measured = now.boot == before.boot and passed >= timedelta(0)
    expected = before.at + passed if is_measured else before.at
    allowed = TOLERANCE if is_measured else LONGEST_PAUSE
    if -TOLERANCE <= now.at - expected <= allowed:
        return None
    return ClockJump(expected, now.at, is_measured)


def add_jump(jumps: Sequence[ClockJump], jump: ClockJump) -> tuple[ClockJump, ...]:
    """Return the jumps that are to be remembered."""
    return (*jumps, jump)[-JUMPS_KEPT:]


def is_undone(jump: ClockJump, before: Sequence[ClockJump]) -> bool:
    """Return whether a clock that went back before shows again at least what it had shown then."""
    went_back = [each for each in before if each.is_back]
    return not jump.is_back and bool(went_back) and jump.at >= went_back[-1].expected - TOLERANCE


def settle(moment: datetime, jumps: Iterable[ClockJump], *, now: datetime) -> datetime:
    """Return a stored moment as it is to be understood now.

    One that is still to come was written by a clock that was wrong, at the latest when that clock went back; where
    it is not known when that was, it is taken for now.
    """
    if moment <= now + TOLERANCE:
        return moment
    went_back = (jump.at for jump in jumps if jump.is_back and jump.expected >= moment - TOLERANCE and jump.at <= now)
    return min(went_back, default=now)
