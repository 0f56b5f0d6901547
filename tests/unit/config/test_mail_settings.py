"""What the environment says of mail and of the outside monitor: checked when it is read, and no secret shown."""

from __future__ import annotations

import pytest

from config.environment import read_heartbeat_url, read_mail_from, read_mail_server
from config.errors import SecretMissing
from config.mail_server import MailServer, Tls

SECRET = "s3cret"  # noqa: S105  # an example


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM", "HEARTBEAT_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_settings_nothing_leaves_this_machine() -> None:
    assert (read_mail_server(), read_mail_from(), read_heartbeat_url()) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://u:p@mail.example.org", MailServer("mail.example.org", 587, Tls.STARTTLS, "u", "p")),
        ("smtp://u:p@mail.example.org:25?tls=starttls", MailServer("mail.example.org", 25, Tls.STARTTLS, "u", "p")),
        ("smtps://u%40x.org:p%2F%3A%25@m.example", MailServer("m.example", 465, Tls.IMPLICIT, "u@x.org", "p/:%")),
        ("smtp://127.0.0.1:1025", MailServer("127.0.0.1", 1025, Tls.NONE)),
        ("smtp://u:p@localhost/", MailServer("localhost", 25, Tls.NONE, "u", "p")),
        ("smtp://[::1]:2525?tls=starttls", MailServer("::1", 2525, Tls.STARTTLS)),
        ("smtp://relay.example.org?tls=none", MailServer("relay.example.org", 25, Tls.NONE)),
    ],
)  # fmt: skip
def test_an_address_of_a_mail_server_is_read(monkeypatch: pytest.MonkeyPatch, text: str, server: MailServer) -> None:
    monkeypatch.setenv("SMTP_URL", text)
    assert read_mail_server() == server
    assert "p/:%" not in repr(read_mail_server())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mail.example.org", "is not the address of a mail server"),
        ("http://mail.example.org", "is not the address of a mail server"),
        (f"smtp://u:{SECRET}@", "is not the address of a mail server"),
        (f"smtp://u:{SECRET}@mail.example.org:70000", "is not the address of a mail server"),
        (f"smtp://u:{SECRET}@mail.example.org:0", "is not the address of a mail server"),
        (f"smtp://u:{SECRET}/{SECRET}@mail.example.org", "write %40 for @"),
        (f"smtp://u:{SECRET}#@mail.example.org", "is not the address of a mail server"),
        (f"smtp://u:{SECRET}@[mail.example.org", "is not the address of a mail server"),
        ("smtp://u@mail.example.org", "a user or a password without the other"),
        (f"smtp://:{SECRET}@mail.example.org", "a user or a password without the other"),
        (f"smtp://u:{SECRET}@mail.example.org?tls=none", "without encryption"),
        (f"smtp://u:{SECRET}@mail.example.org?tls=maybe", r"\?tls=starttls or \?tls=none"),
        (f"smtp://u:{SECRET}@mail.example.org?tls=starttls&tls=none", r"\?tls=starttls or \?tls=none"),
        (f"smtps://u:{SECRET}@mail.example.org?tls=none", "begins with smtps://"),
        (f"smtp://u:{SECRET}ü@mail.example.org", "letters in its user or password"),
    ],
)
def test_what_is_none_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, text: str, says: str) -> None:
    monkeypatch.setenv("SMTP_URL", text)
    with pytest.raises(SecretMissing, match=f"^SMTP_URL .*{says}") as caught:
        read_mail_server()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("text", ["robot", "R <r@example.org>", "a@example.org, b@example.org", "ü@example.org"])
def test_mail_from_is_one_plain_address(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MAIL_FROM", "robot@example.org")
    assert read_mail_from() == "robot@example.org"
    monkeypatch.setenv("MAIL_FROM", text)
    with pytest.raises(SecretMissing, match=r"^MAIL_FROM is “.*”: set it to an address only"):
        read_mail_from()


@pytest.mark.parametrize("text", [f"https://hc.example.org/ping/{SECRET}?a=b", f"http://127.0.0.1:8000/{SECRET}"])
def test_a_heartbeat_goes_encrypted_or_stays_here(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HEARTBEAT_URL", text)
    assert read_heartbeat_url() == text


@pytest.mark.parametrize(
    "text",
    [
        f"http://hc.example.org/{SECRET}", f"hc.example.org/{SECRET}", f"https:///{SECRET}", f"https://u:{SECRET}@hc.example.org",
        f"https://[{SECRET}", f"ftp://hc.example.org/{SECRET}", f"https://hc.example.org/#{SECRET}",
    ],
)  # fmt: skip
def test_another_heartbeat_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("HEARTBEAT_URL", text)
    with pytest.raises(SecretMissing, match=r"^HEARTBEAT_URL is not an address to be used") as caught:
        read_heartbeat_url()
    assert SECRET not in str(caught.value)
