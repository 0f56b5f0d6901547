from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from integration.adapters.mail.message_bytes import to_bytes
from integration.pack import PackContent, build_content_id, draw_charts, to_html, to_ics, to_mails, to_text
from tests.unit.integration.pack.factory import content

BUILT_AT = datetime(2022, 8, 1, 6, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


def _mails(pack: PackContent) -> list[email.message.EmailMessage]:
    names = [chart.name for chart in draw_charts(pack)]
    mails = to_mails(
        pack,
        html=to_html(pack, {name: f"cid:{build_content_id(pack, name)}" for name in names}),
        text=to_text(pack),
        pictures=dict.fromkeys(names, PNG),
        pdf=b"%PDF-1.7",
        calendar=to_ics(pack, stamp=BUILT_AT),
        built_at=BUILT_AT,
    )
    return [email.message_from_bytes(to_bytes(mail), policy=email.policy.default) for mail in mails]


def test_each_recipient_gets_a_mail_of_their_own() -> None:
    assert [str(mail["To"]) for mail in _mails(content())] == [
        "Dana Director <dana@northbrook.example>",
        '"Héloïse O\'Neill, Deputy" <heloise@northbrook.example>',
    ]


def test_a_mail_has_text_html_with_its_pictures_the_pdf_and_the_meeting() -> None:
    mail = _mails(content())[0]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == to_text(content())
    asked = set(re.findall(r"cid:([^\"]+)", html.get_content()))
    given = {part["Content-ID"].strip("<>") for part in mail.walk() if part["Content-ID"]}
    assert asked == given
    assert len(given) == 7
    assert [(part.get_content_type(), part.get_filename()) for part in mail.iter_attachments()] == [
        ("application/pdf", "northbrook-review-2022-07.pdf"),
        ("text/calendar", "northbrook-meeting-2022-07.ics"),
    ]


def test_the_message_id_is_stable_and_tells_apart_month_version_and_recipient() -> None:
    pack = content()
    first = [str(mail["Message-ID"]) for mail in _mails(pack)]
    again = [str(mail["Message-ID"]) for mail in _mails(pack)]
    newer = [str(mail["Message-ID"]) for mail in _mails(replace(pack, version=2))]
    assert first == again
    assert len({*first, *newer}) == 4
    assert all(re.fullmatch(r"<pack\.2022-07\.northbrook\.v1\.[0-9a-f]{12}@crescendo\.example>", key) for key in first)


def test_a_leader_who_never_had_a_first_version_is_not_told_of_a_correction() -> None:
    assert _mails(content())[0]["Subject"] == "Northbrook: monthly review, July 2022"
    assert _mails(replace(content(), version=2))[0]["Subject"] == "Northbrook: monthly review, July 2022"


def test_a_mail_loads_nothing_from_outside_and_says_its_language() -> None:
    html = _mails(content())[0].get_body(("html",))
    assert html is not None
    made = html.get_content()
    assert not re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?https?:", made)
    assert 'lang="en-GB"' in made
    assert "<title>Northbrook: monthly review, July 2022</title>" in made
    assert "3 points to decide." in made
    assert len(made) < 100_000
    pictures = re.findall(r"<img [^>]*>", made)
    assert len(pictures) == 7
    assert all(re.search(r'alt="[^"]{40,}"', picture) for picture in pictures)
    layout, data = re.findall(r"<table[^>]*role=\"presentation\"", made), re.findall(r"<table class=\"data", made)
    assert len(layout) + len(data) == made.count("<table")


def test_headings_come_in_order() -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", to_html(content(), {}))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
