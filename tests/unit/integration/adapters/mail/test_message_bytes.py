from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integration.adapters.mail.message_bytes import HEADERS, to_bytes
from integration.errors import RenderError
from integration.model import Mail

MAIL = Mail(
    to_name="Dana Director",
    to_email="dana@northbrook.example",
    from_name="Change Crescendo",
    from_email="packs@crescendo.example",
    subject="Monthly review",
    text="Grüße, one line\n" + "x" * 3000,
    html="<p>Grüße</p>" + "y" * 3000,
    message_id="<pack.2022-07.northbrook.v1.abc@crescendo.example>",
    date=datetime(2022, 8, 1, 6, 0, tzinfo=UTC),
    inline={"chart@crescendo.example": b"\x89PNG"},
    attachments=(
        ("pack.pdf", "application/pdf", b"%PDF"),
        ("review.ics", "text/calendar; method=PUBLISH; charset=utf-8", "SUMMARY:Grüße".encode()),
    ),
)


def read_message(made: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(made, policy=email.policy.default)


def test_a_message_has_the_parts_in_their_order() -> None:
    read = read_message(to_bytes(MAIL))
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
        "text/calendar",
    ]
    calendar = list(read.walk())[-1]
    assert calendar.get_param("method") == "PUBLISH"
    assert calendar.get_content().strip() == "SUMMARY:Grüße"


def test_no_line_is_longer_than_smtp_allows_and_all_is_ascii() -> None:
    made = to_bytes(MAIL)
    assert made.isascii()
    assert max(len(line) for line in made.split(b"\r\n")) <= 998


hostile = st.text(max_size=80) | st.sampled_from(
    [
        "=?utf-8?q?hi=0d=0aBcc:_e=40x.org?=",
        "a\r\nBcc: evil@example.org",
        "\u2028Bcc: evil@example.org",
        "\ud800",
        'Name" <evil@example.org>, "x',
        "x, evil@example.org",
        "=?=?utf-8?b?QmNj?==",
    ]
)


@given(subject=hostile, to_name=hostile, from_name=hostile, file=hostile)
@example(
    subject="=?utf-8?q?hi=0d=0aBcc:_e=40x.org?=", to_name="=?utf-8?q?=0d=0aTo:?=", from_name="\r\n\r\n", file="a\r\nb"
)
def test_no_words_become_a_header_or_a_recipient(subject: str, to_name: str, from_name: str, file: str) -> None:
    mail = replace(
        MAIL, subject=subject, to_name=to_name, from_name=from_name, attachments=((file, "application/pdf", b"%PDF"),)
    )
    read = read_message(to_bytes(mail))
    assert sorted(read.keys()) == sorted(HEADERS)
    assert [address.addr_spec for address in read["To"].addresses] == ["dana@northbrook.example"]
    assert [address.addr_spec for address in read["From"].addresses] == ["packs@crescendo.example"]


@pytest.mark.parametrize(
    "change",
    [
        {"to_email": "dana@northbrook.example, evil@example.org"},
        {"to_email": "not an address"},
        {"to_email": "dana@northbrook.example\r\nBcc: evil@example.org"},
        {"from_email": ""},
        {"text": "\ud800"},
        {"attachments": (("a", "nonsense", b""),)},
        {"attachments": (("a", "message/rfc822\r\nBcc: evil@example.org", b""),)},
    ],
    ids=["two addresses", "no address", "a header in an address", "no sender", "half a letter", "no type", "type"],
)
def test_what_cannot_be_written_as_meant_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(RenderError, match="could not be written as a message"):
        to_bytes(replace(MAIL, **change))  # type: ignore[arg-type]  # any field
