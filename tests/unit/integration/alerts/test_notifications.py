"""The owner is notified of each alert once while it lasts and once when it is over, whatever the mail server does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema.packs import Person
from integration.adapters.mail.message_bytes import to_bytes
from integration.alerts.kinds import headline
from integration.alerts.notifications import compare_alerts, select_notifications, subject, to_mail
from integration.model import Alert, Condition, Mail

NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
OWNER, SENDER = Person(name="Ana Reis", email="ana@x.example"), Person(name="Crescendo", email="robot@y.example")
HOSTILE = "<script>alert(1)</script> =?utf-8?q?=0d=0aBcc:_e=40x.org?="
KEYS = ("failed/sync", "late/pack", "silent/pulse")
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
        diff = compare_alerts([Condition(key, "…", "…") for key in sorted(keys)], _unsettled(book), being_sent=())
        book += [Alert(len(book) + place, condition, now) for place, condition in enumerate(diff.new)]
        book = [replace(each, cleared_at=now) if each.seq in diff.over else each for each in book]
        book = [replace(each, all_clear_at=now) if each.seq in diff.dropped else each for each in book]
        assert {each.condition.key for each in book if each.cleared_at is None} == keys
        wrong, over = select_notifications(_unsettled(book))
        # One and the same condition may be over and back again before its all-clear: then both are told.
        both = {each.condition.key for each in wrong} & {each.condition.key for each in over}
        if gets_through:
            owner.read(
                [each.condition.key for each in wrong if each.condition.key not in both],
                [each.condition.key for each in over if each.condition.key not in both],
            )
            book = [replace(each, notified_at=now) if each in wrong else each for each in book]
            book = [replace(each, all_clear_at=now) if each in over else each for each in book]
            assert owner.knows == keys
            assert select_notifications(_unsettled(book)) == ((), ())


def test_what_is_being_sent_is_not_dropped() -> None:
    alert = Alert(7, Condition("failed/sync", "…", "…"), NOW)
    assert compare_alerts([], [alert], being_sent=()).dropped == (7,)
    diff = compare_alerts([], [alert], being_sent=(7,))
    assert (diff.over, diff.dropped) == ((7,), ())


def test_what_is_to_be_said_now_is_said_but_for_what_is_being_sent() -> None:
    alert = Alert(7, Condition("failed/sync", "It is tried again.", "…"), NOW)
    now = Condition("failed/sync", "It is given up.", "…")
    assert compare_alerts([alert.condition], [alert], being_sent=()).changed == ()
    assert compare_alerts([now], [alert], being_sent=()).changed == ((7, now),)
    assert compare_alerts([now], [alert], being_sent=(7,)).changed == ()
    assert compare_alerts([now], [replace(alert, cleared_at=NOW)], being_sent=()).changed == ()


def _unsettled(book: list[Alert]) -> list[Alert]:
    return [each for each in book if each.cleared_at is None or each.all_clear_at is None]


def alert(seq: int, key: str, says: str = "It is so.", *, over: bool = False) -> Alert:
    return Alert(seq, Condition(key, says, "Do this: a & b."), NOW, NOW if over else None, NOW if over else None)


def mail(wrong: list[Alert], over: list[Alert]) -> Mail:
    return to_mail(wrong=wrong, over=over, owner=OWNER, sender=SENDER, programme="Change Crescendo", at=NOW)


@pytest.mark.parametrize(
    ("wrong", "over", "says"),
    [
        (["failed/sync"], [], "Crescendo: sync has failed"),
        ([], ["failed/sync"], "Crescendo: all clear: sync"),
        (["late/pack", "failed/sync"], ["missed/sync"], "Crescendo: pack is late, and 2 more"),
        (["expires/Password: of a/b"], [], "Crescendo: Password: of a/b needs renewing"),
        (["held/northbrook/2026-02"], [], "Crescendo: the pack of northbrook for 2026-02 is held back"),
    ],
)
def test_the_subject_says_it(wrong: list[str], over: list[str], says: str) -> None:
    assert subject([alert(1, key) for key in wrong], [alert(2, key, over=True) for key in over]) == says


def test_both_parts_say_what_is_wrong_what_to_do_and_what_is_over() -> None:
    made = mail([alert(1, "failed/sync")], [alert(2, "late/pack", over=True)])
    assert made.text.startswith(
        "SOMETHING NEEDS YOU\n\nSync has failed\nIt is so.\nWhat to do: Do this: a & b.\n\nALL CLEAR\n\n"
        "Pack is late: that is over since 10:00 on 3 July 2026.\n"
    )
    for words in ("Sync has failed", "It is so.", "Do this: a &amp; b.", "Pack is late", "10:00 on 3 July 2026"):
        assert words in made.html
    assert '<html lang="en-GB">' in made.html
    assert "http" not in made.html  # nothing is fetched


def test_the_same_alerts_are_the_same_mail_and_others_are_another() -> None:
    one = alert(1, "failed/sync")
    assert to_bytes(mail([one], [])) == to_bytes(mail([one], []))
    of_another_store = Alert(1, one.condition, NOW + timedelta(microseconds=1))
    ids = {
        mail(wrong, over).message_id
        for wrong, over in (
            ([one], []), ([alert(2, "failed/sync")], []), ([], [alert(1, "failed/sync", over=True)]),
            ([one, alert(2, "late/sync")], []), ([of_another_store], []),
        )
    }  # fmt: skip
    assert len(ids) == 5
    assert all(each.endswith("@y.example>") for each in ids)


def test_nothing_in_a_condition_becomes_a_tag_or_a_header() -> None:
    made = mail([alert(1, f"expires/{HOSTILE}", HOSTILE)], [])
    assert "<script" not in made.html
    assert b"\nBcc:" not in to_bytes(made)


def test_an_unknown_kind_is_still_words() -> None:
    assert headline("strange/thing") == "thing"
