"""The budget: never more than our share of calls in any minute."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from integration.adapters.google.api.calls import BUDGET_PER_MINUTE, MINUTE_SECONDS, QUOTA_PER_MINUTE, Budget


class Time:
    """A clock that only sleeping and waiting move."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(st.lists(st.floats(0, 3), min_size=BUDGET_PER_MINUTE + 1, max_size=4 * BUDGET_PER_MINUTE))
def test_no_minute_holds_more_calls_than_our_share(pauses: list[float]) -> None:
    time = Time()
    budget = Budget(now=lambda: time.now, sleep=time.sleep)
    passed = []
    for pause in pauses:
        time.sleep(pause)
        budget.wait("read")
        passed.append(time.now)
    assert all(
        later - earlier >= MINUTE_SECONDS - 1e-6
        for earlier, later in zip(passed, passed[BUDGET_PER_MINUTE:], strict=False)
    )
    assert all(earlier <= later for earlier, later in pairwise(passed))


def test_reads_and_writes_have_a_share_each() -> None:
    time = Time()
    budget = Budget(now=lambda: time.now, sleep=time.sleep)
    for _ in range(BUDGET_PER_MINUTE):
        budget.wait("read")
    budget.wait("write")
    assert time.now == 0
    assert (budget.left("read"), budget.left("write")) == (QUOTA_PER_MINUTE - BUDGET_PER_MINUTE, QUOTA_PER_MINUTE - 1)
