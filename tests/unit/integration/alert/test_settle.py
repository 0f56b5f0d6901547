"""What the owner knows is what there is: told once while it lasts, its end told once, whatever the mail server does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from integration.alerts import compare_alerts, select_notifications
from integration.model import Alert, Condition

KEYS = ("failed/sync", "late/pack", "silent/pulse")
NOW = datetime(2026, 3, 3, tzinfo=UTC)
ROUND = st.tuples(st.frozensets(st.sampled_from(KEYS)), st.booleans())


class Owner:
    """Reads the mails, and knows by them what is wrong."""

    def __init__(self) -> None:
        self.knows: set[str] = set()

    def read(self, wrong: list[str], over: list[str]) -> None:
        assert not self.knows & set(wrong), "told of what was known"
        assert set(over) <= self.knows, "an all-clear of what was never told"
        assert set(wrong).isdisjoint(over)
        self.knows = (self.knows | set(wrong)) - set(over)


@given(st.lists(ROUND, max_size=12))
def test_the_owner_knows_what_there_is_whenever_mail_gets_through(rounds: list[tuple[frozenset[str], bool]]) -> None:
    book: list[Alert] = []
    owner = Owner()
    for number, (keys, gets_through) in enumerate(rounds):
        now = NOW + number * timedelta(minutes=1)
        settled = compare_alerts([Condition(key, "…", "…") for key in sorted(keys)], _unsettled(book), in_the_post=())
        book += [Alert(len(book) + place, trouble, now) for place, trouble in enumerate(settled.new)]
        book = [replace(each, cleared_at=now) if each.seq in settled.over else each for each in book]
        book = [replace(each, all_clear_at=now) if each.seq in settled.unheard else each for each in book]
        assert {each.condition.key for each in book if each.cleared_at is None} == keys
        wrong, over = select_notifications(_unsettled(book))
        # One and the same trouble may be over and back again before its all-clear: then both are told.
        both = {each.condition.key for each in wrong} & {each.condition.key for each in over}
        if gets_through:
            owner.read(
                [each.condition.key for each in wrong if each.condition.key not in both],
                [each.condition.key for each in over if each.condition.key not in both],
            )
            book = [replace(each, told_at=now) if each in wrong else each for each in book]
            book = [replace(each, all_clear_at=now) if each in over else each for each in book]
            assert owner.knows == keys
            assert select_notifications(_unsettled(book)) == ((), ())


def test_what_is_in_the_post_is_not_dropped() -> None:
    alert = Alert(7, Condition("failed/sync", "…", "…"), NOW)
    assert compare_alerts([], [alert], in_the_post=()).unheard == (7,)
    settled = compare_alerts([], [alert], in_the_post=(7,))
    assert (settled.over, settled.unheard) == ((7,), ())


def test_what_is_to_be_said_now_is_said_but_for_what_is_in_the_post() -> None:
    alert = Alert(7, Condition("failed/sync", "It is tried again.", "…"), NOW)
    now = Condition("failed/sync", "It is given up.", "…")
    assert compare_alerts([alert.condition], [alert], in_the_post=()).reworded == ()
    assert compare_alerts([now], [alert], in_the_post=()).reworded == ((7, now),)
    assert compare_alerts([now], [alert], in_the_post=(7,)).reworded == ()
    assert compare_alerts([now], [replace(alert, cleared_at=NOW)], in_the_post=()).reworded == ()


def _unsettled(book: list[Alert]) -> list[Alert]:
    return [each for each in book if each.cleared_at is None or each.all_clear_at is None]
