"""What the environment says of Google, mail and the monitor: checked when read, no secret shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.addresses import MailServer, Tls
from config.environment import (
    Environment,
    read_google_base_url,
    read_google_key_file,
    read_google_retry_base_seconds,
    read_heartbeat_url,
    read_mail_from,
    read_mail_server,
)
from config.errors import SecretMissing

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT, BASE, URL = "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_RETRY_BASE_SECONDS", "GOOGLE_API_BASE_URL"


@pytest.fixture(autouse=True)
def _no_google_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ACCOUNT, BASE, URL):
        monkeypatch.delenv(name, raising=False)


def test_without_a_service_account_one_sentence_says_what_to_set() -> None:
    with pytest.raises(SecretMissing, match=rf"^{ACCOUNT} is not set: set it to the path of the key file") as caught:
        read_google_key_file()
    assert caught.value.exit_code == 2


def test_the_service_account_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "account.json"
    monkeypatch.setenv(ACCOUNT, str(key))
    with pytest.raises(SecretMissing, match=rf"^{ACCOUNT} names {re.escape(str(key))}, which is no file: set it to"):
        read_google_key_file()
    key.write_text("{}", encoding="utf-8")
    assert read_google_key_file() == key


@pytest.mark.parametrize(("text", "seconds"), [(None, 1.0), ("  ", 1.0), ("0.01", 0.01), ("2", 2.0)])
def test_the_first_wait_is_a_number_of_seconds(
    monkeypatch: pytest.MonkeyPatch, text: str | None, seconds: float
) -> None:
    if text is not None:
        monkeypatch.setenv(BASE, text)
    assert read_google_retry_base_seconds() == seconds


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e999", "soon", "1 s"])
def test_a_malformed_first_wait_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(BASE, text)
    with pytest.raises(SecretMissing, match=rf"^{BASE} is “{text}”: set it to a number of seconds above 0") as caught:
        read_google_retry_base_seconds()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://127.0.0.1:8090/", "http://127.0.0.1:8090"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8090", "http://[::1]:8090"),
        ("HTTPS://google.example//", "https://google.example"),
        ("https://google.example:8443", "https://google.example:8443"),
    ],
)
def test_an_address_stands_in_for_google(monkeypatch: pytest.MonkeyPatch, text: str, url: str) -> None:
    assert read_google_base_url() is None
    monkeypatch.setenv(URL, text)
    assert read_google_base_url() == url


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:8090",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://[::1",
        "https://google.example/v4",
        "https://google.example?a=1",
        "https://google.example#a",
        "https://name@google.example",
    ],
)
def test_a_malformed_base_url_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(URL, text)
    with pytest.raises(SecretMissing, match=rf"^{URL} is “{re.escape(text)}”: set it to http:// or https://"):
        read_google_base_url()


@pytest.mark.parametrize(
    "text", ["http://google.example", "http://127.0.0.1.example", "http://10.0.0.1:80", "http://localhost.example"]
)
def test_a_token_never_travels_openly(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(URL, text)
    with pytest.raises(SecretMissing, match="the account's token would travel openly: use https"):
        read_google_base_url()


def test_google_settings_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACCOUNT, "/keys/account.json")
    assert "google_application_credentials=***" in repr(Environment())
    assert "/keys" not in repr(Environment())


SECRET = "s3cret"  # noqa: S105  # an example


@pytest.fixture(autouse=True)
def _no_mail_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM", "HEARTBEAT_URL"):
        monkeypatch.delenv(name, raising=False)


def test_without_mail_settings_nothing_leaves_this_machine() -> None:
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
def test_another_smtp_url_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch, text: str, says: str) -> None:
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
