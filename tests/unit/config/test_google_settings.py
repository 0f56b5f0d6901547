"""What the environment says of Google: the account, the first wait, an address that stands in for Google."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from config.environment import Environment, read_google_base_url, read_google_key_file, read_google_retry_base_seconds
from config.errors import SecretMissing

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT, BASE, URL = "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_RETRY_BASE_SECONDS", "GOOGLE_API_BASE_URL"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ACCOUNT, BASE, URL):
        monkeypatch.delenv(name, raising=False)


def test_without_an_account_one_sentence_says_what_to_set() -> None:
    with pytest.raises(SecretMissing, match=rf"^{ACCOUNT} is not set: set it to the path of the key file") as caught:
        read_google_key_file()
    assert caught.value.exit_code == 2


def test_the_account_is_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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
def test_a_first_wait_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
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
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
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


def test_none_of_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACCOUNT, "/keys/account.json")
    assert "google_application_credentials=***" in repr(Environment())
    assert "/keys" not in repr(Environment())
