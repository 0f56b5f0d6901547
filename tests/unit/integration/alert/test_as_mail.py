"""The mail to the owner, as it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.schema.packs import Person
from integration.adapters.mail.message_bytes import to_bytes
from integration.alerts import headline, to_mail
from integration.alerts.notifications import subject
from integration.model import Alert, Condition, Mail

NOW = datetime(2026, 7, 3, 9, 0, tzinfo=UTC)
OWNER, SENDER = Person(name="Ana Reis", email="ana@x.example"), Person(name="Crescendo", email="robot@y.example")
HOSTILE = "<script>alert(1)</script> =?utf-8?q?=0d=0aBcc:_e=40x.org?="


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


def test_nothing_in_a_trouble_becomes_a_tag_or_a_header() -> None:
    made = mail([alert(1, f"expires/{HOSTILE}", HOSTILE)], [])
    assert "<script" not in made.html
    assert b"\nBcc:" not in to_bytes(made)


def test_an_unknown_kind_is_still_words() -> None:
    assert headline("strange/thing") == "thing"
