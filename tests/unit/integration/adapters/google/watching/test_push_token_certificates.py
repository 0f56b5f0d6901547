"""Google's certificates: fetched once and kept, fetched anew every few seconds at most, missed without harm."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from integration.adapters.google.watching import push_tokens
from integration.adapters.google.watching.push_tokens import (
    MAX_CACHE_AGE,
    MAX_RESPONSE_BYTES,
    MIN_FETCH_INTERVAL,
    Certificates,
)
from integration.errors import ExternalServiceError
from tests.fakes.google import StandIn
from tests.fakes.google.push_tokens import key, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2022, 3, 28, 10, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
MADE_UP = "made-up"


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def kept(google: StandIn) -> Certificates:
    return Certificates(google.url)


def fetches(google: StandIn) -> int:
    return sum(call.name == "keys" for call in google.calls)


def test_they_are_fetched_once_for_many_tokens(google: StandIn, kept: Certificates) -> None:
    for number in (1, 2) * 50:
        found = kept.key(name_of(number), now=NOW)
        assert found is not None
        assert found.public_numbers() == key(number).public_key().public_numbers()
    assert fetches(google) == 1


@pytest.mark.parametrize(
    ("cache", "lasts"),
    [
        ("public, max-age=600, must-revalidate", timedelta(seconds=600)),
        ("max-age=19800", MAX_CACHE_AGE),
        ("max-age=600\r\nAge: 400", timedelta(seconds=200)),
        ("max-age=600\r\nAge: 900", MIN_FETCH_INTERVAL),
        ("no-store, max-age=0", MIN_FETCH_INTERVAL),
        ("public", MAX_CACHE_AGE),
        ("max-age=soon", MAX_CACHE_AGE),
    ],
)
def test_they_are_kept_as_long_as_google_says_and_never_above_an_hour(
    google: StandIn, kept: Certificates, cache: str, lasts: timedelta
) -> None:
    google.signers.cache = cache
    kept.key(name_of(1), now=NOW)
    kept.key(name_of(1), now=NOW + lasts - MOMENT)
    assert fetches(google) == 1
    kept.key(name_of(1), now=NOW + lasts)
    assert fetches(google) == 2


def test_a_key_that_google_took_back_is_gone_within_the_hour(google: StandIn, kept: Certificates) -> None:
    assert kept.key(name_of(1), now=NOW)
    google.signers.rotate()
    assert kept.key(name_of(1), now=NOW + MAX_CACHE_AGE) is None


def test_a_clock_that_is_set_back_does_not_keep_them_for_ever(google: StandIn, kept: Certificates) -> None:
    kept.key(name_of(1), now=NOW)
    kept.key(name_of(1), now=NOW - timedelta(days=30))
    assert fetches(google) == 2


def test_a_new_key_of_google_is_known_at_once(google: StandIn, kept: Certificates) -> None:
    kept.key(name_of(1), now=NOW)
    new = google.signers.rotate()
    assert kept.key(name_of(new), now=NOW + MIN_FETCH_INTERVAL)
    assert fetches(google) == 2


def test_made_up_keys_do_not_make_us_hammer_google(google: StandIn, kept: Certificates) -> None:
    for number in range(1000):
        moment = NOW + timedelta(milliseconds=25 * number)  # 25 seconds in all
        assert kept.key(f"{MADE_UP} {number}", now=moment) is None
        assert kept.key(name_of(1), now=moment)
    assert fetches(google) == 3


@pytest.mark.parametrize("fault", ["500", "503", "502-html", "429", "reset", "half-body", "half-json", "lost-reply"])
def test_while_google_gives_none_what_is_kept_serves_and_the_rest_is_not_decided(
    google: StandIn, kept: Certificates, fault: str
) -> None:
    google.faults.script([fault])
    with pytest.raises(
        ExternalServiceError, match=r"^Google's certificates cannot be had \(.+\), .+ try again later\.$"
    ):
        kept.key(name_of(1), now=NOW)
    with pytest.raises(ExternalServiceError):
        kept.key(name_of(1), now=NOW + MOMENT)
    assert fetches(google) == 1
    later = NOW + MIN_FETCH_INTERVAL
    assert kept.key(name_of(1), now=later)
    google.faults.script([fault])
    with pytest.raises(ExternalServiceError):
        kept.key(MADE_UP, now=later + MIN_FETCH_INTERVAL)
    assert kept.key(name_of(1), now=later + MIN_FETCH_INTERVAL)
    assert kept.key(MADE_UP, now=later + 2 * MIN_FETCH_INTERVAL) is None


def test_kept_ones_that_are_too_old_do_not_serve_even_while_google_gives_none(
    google: StandIn, kept: Certificates
) -> None:
    kept.key(name_of(1), now=NOW)
    google.faults.script(["503"])
    with pytest.raises(ExternalServiceError, match="it answers 503"):
        kept.key(name_of(1), now=NOW + MAX_CACHE_AGE)


def test_of_many_threads_one_fetches(google: StandIn, kept: Certificates) -> None:
    google.answer_after(0.1)
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda number: kept.key(name_of(number % 2 + 1), now=NOW), range(64)))
    assert None not in found
    assert fetches(google) == 1


def test_made_up_keys_hold_no_thread_for_long(
    google: StandIn, kept: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.key(name_of(1), now=NOW)
    monkeypatch.setattr(push_tokens, "WAIT_SECONDS", 0.01)
    is_asked, may_answer = threading.Event(), threading.Event()

    def hold() -> None:
        is_asked.set()
        may_answer.wait(10)

    google.meanwhile(hold, on=lambda call: call.name == "keys")
    with ThreadPoolExecutor(1) as other:
        first = other.submit(kept.key, MADE_UP, now=NOW + MIN_FETCH_INTERVAL)
        assert is_asked.wait(10)
        assert kept.key(name_of(1), now=NOW + MIN_FETCH_INTERVAL)  # a key that is known waits for nobody
        with pytest.raises(ExternalServiceError, match="another caller still waits"):
            kept.key(MADE_UP, now=NOW + MIN_FETCH_INTERVAL)
        may_answer.set()
        assert first.result() is None


@contextmanager
def answering(status: int, *headers: tuple[str, str], body: bytes = b"") -> Iterator[tuple[str, list[str]]]:
    """Give the address of a server that always answers the same, and the requests that come to it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(str(self.headers))
            self.send_response(status)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_redirect_to_another_address_is_not_followed(google: StandIn) -> None:
    with answering(302, ("Location", f"{google.url}/oauth2/v1/certs")) as (url, asked):
        with pytest.raises(ExternalServiceError, match="it answers 302"):
            Certificates(url).key(name_of(1), now=NOW)
        assert len(asked) == 1
    assert fetches(google) == 0


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"null", b'{"a": 1}', b'{"a": "no certificate"}', b"\xff", b"[" * 100_000,
        b'{"a": "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n"}',
        b'{"a": "' + b"x" * MAX_RESPONSE_BYTES + b'"}',
    ],
    ids=range(10),
)  # fmt: skip
def test_an_answer_that_holds_no_certificates_is_none(body: bytes) -> None:
    with answering(200, body=body) as (url, _), pytest.raises(ExternalServiceError, match="it answers"):
        Certificates(url).key(name_of(1), now=NOW)


def test_nothing_of_ours_is_sent_and_against_a_stand_in_no_proxy_is_asked(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with answering(503) as (url, asked), pytest.raises(ExternalServiceError, match="it answers 503"):
        Certificates(url).key(name_of(1), now=NOW)
    assert len(asked) == 1
    assert "Authorization" not in asked[0]
