"""How a jump of the clock is found, and what a stored moment means that is still to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integration.clock_jumps import JUMPS_KEPT, add_jump, find_jump, is_undone, settle
from integration.model import ClockJump, ClockSight

NOW = datetime(2026, 7, 3, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SEEN = ClockSight(NOW, "a boot", 1000.0)
WAS_AHEAD = ClockJump(NOW + 370 * DAY, NOW, is_measured=True)


@pytest.mark.parametrize("wrong_by", [6 * MINUTE, 3 * HOUR, 370 * DAY, -6 * MINUTE, -3 * HOUR, -370 * DAY])
def test_within_a_boot_a_jump_is_known_to_the_second(wrong_by: timedelta) -> None:
    later = ClockSight(NOW + HOUR + wrong_by, "a boot", 4600.0)
    assert find_jump(SEEN, later) == ClockJump(NOW + HOUR, NOW + HOUR + wrong_by, is_measured=True)


@pytest.mark.parametrize("wrong_by", [timedelta(), 4 * MINUTE, -4 * MINUTE])
def test_a_clock_that_is_put_right_by_a_little_has_not_jumped(wrong_by: timedelta) -> None:
    assert find_jump(SEEN, ClockSight(NOW + HOUR + wrong_by, "a boot", 4600.0)) is None
    assert find_jump(None, SEEN) is None


def test_across_a_boot_only_a_clock_that_shows_less_is_sure_to_have_jumped() -> None:
    def jump(at: datetime) -> ClockJump | None:
        return find_jump(SEEN, ClockSight(at, "another boot", 9.0))

    assert jump(NOW + 3 * HOUR) is None, "the machine was off"
    assert jump(NOW - HOUR) == ClockJump(NOW, NOW - HOUR, is_measured=False)
    assert jump(NOW + 370 * DAY) == ClockJump(NOW, NOW + 370 * DAY, is_measured=False)


def test_a_moment_to_come_was_written_at_the_latest_when_the_clock_went_back() -> None:
    now = NOW + 10 * DAY
    assert settle(NOW + 300 * DAY, [WAS_AHEAD], now=now) == NOW
    assert settle(NOW + 300 * DAY, [], now=now) == now
    assert settle(NOW + 400 * DAY, [WAS_AHEAD], now=now) == now, "not by this clock"
    assert settle(NOW, [WAS_AHEAD], now=now) == NOW
    assert settle(now + MINUTE, [WAS_AHEAD], now=now) == now + MINUTE, "so little is no wrong clock"
    later = ClockJump(NOW + 400 * DAY, NOW + 5 * DAY, is_measured=True)
    assert settle(NOW + 300 * DAY, [WAS_AHEAD, later], now=now) == NOW, "the first that can have been it"


def test_a_jump_is_undone_where_the_clock_shows_again_what_it_had_shown() -> None:
    assert is_undone(ClockJump(NOW + HOUR, NOW + 371 * DAY, is_measured=True), [WAS_AHEAD])
    assert not is_undone(ClockJump(NOW + HOUR, NOW + 5 * HOUR, is_measured=True), [WAS_AHEAD])
    assert not is_undone(ClockJump(NOW + HOUR, NOW + 371 * DAY, is_measured=True), [])
    assert not is_undone(WAS_AHEAD, [WAS_AHEAD])


def test_so_many_jumps_are_remembered() -> None:
    jumps: tuple[ClockJump, ...] = ()
    for number in range(JUMPS_KEPT + 5):
        jumps = add_jump(jumps, replace(WAS_AHEAD, at=NOW + number * DAY))
    assert len(jumps) == JUMPS_KEPT
    assert jumps[-1].at == NOW + (JUMPS_KEPT + 4) * DAY
