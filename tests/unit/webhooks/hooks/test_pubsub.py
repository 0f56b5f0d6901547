"""Pub/Sub's pushes: off until configured, closed to all but the pusher, and then a form is read soon."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.keys import PubSubIdentity
from integration.adapters.clock import SystemClock
from tests.example_counts import example_count
from tests.fakes.google import StandIn
from tests.fakes.google.push_tokens import AUDIENCE, PUSHER, authorization, message, token
from tests.unit.webhooks.google_programme import FORMS
from tests.unit.webhooks.web_app import Web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

PATH = "/hooks/pubsub"
PULSE = message(FORMS["pulse"])


@pytest.fixture(scope="module")
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture(scope="module")
def web(google: StandIn, in_google: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Give the web side to which Pub/Sub pushes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path_factory.mktemp("web") / "home", pusher=PUSHER, config=in_google) as running:
            yield running


def push(web: Web, body: bytes = PULSE, **headers: str) -> TestResponse:
    sent = {"Content-Type": "application/json", "Authorization": authorization(web.service.clock.now())}
    return web.client.post(PATH, data=body, headers=sent | headers)


def waiting(web: Web) -> list[str]:
    return [slot.job for slot in web.service.store.ledger.ready(now=web.service.clock.now())]


def code(answer: TestResponse) -> tuple[int, str]:
    body: Any = answer.json
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize("event", ["RESPONSES", "SCHEMA", "SOMETHING_NEW"])
def test_a_push_about_a_form_is_noted_and_the_form_is_read_soon(web: Web, event: str) -> None:
    told = push(web, message(FORMS["pulse"], event=event))
    assert (told.status_code, told.json) == (202, {"status": "noted"})
    assert waiting(web).count("sync/form:pulse") == 1
    assert web.service.store.state.received_by_webhook_at("pulse").get() is not None


def test_a_push_about_a_form_that_we_do_not_have_is_answered_so_that_it_does_not_come_again(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "crescendo.web")
    before = waiting(web)
    for body in (
        message("1Form-of-others"),
        message("\n<script>"),
        json.dumps({"message": {"messageId": "1"}}).encode(),
    ):
        told = push(web, body)
        assert (told.status_code, told.json) == (202, {"status": "ignored"})
    assert waiting(web) == before
    assert 'crescendo_ignored_total{hook="pubsub"} 3.0' in web.client.get("/metrics").text
    assert "1Form-of-others" not in web.client.get("/metrics").text
    assert [vars(record)["form_id"] for record in caplog.records] == ["1Form-of-others", "none", "none"]


def test_it_is_not_there_until_it_is_configured(in_google: Path, tmp_path: Path) -> None:
    with Web(tmp_path / "home", config=in_google) as web:
        for body, headers in ((PULSE, {}), (b"", {"Authorization": "Bearer a.b.c"})):
            assert code(web.client.post(PATH, data=body, headers=headers)) == (404, "not_found")


def test_with_no_form_in_google_every_push_is_ignored(google: StandIn, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path / "home", pusher=PUSHER) as web:
            assert push(web).json == {"status": "ignored"}


def test_faults_are_refused_in_the_order_that_is_promised(web: Web) -> None:
    client = web.client
    stranger, of_json = {"Authorization": "Bearer a.b.c"}, "application/json"
    got = client.get(PATH)
    assert (code(got), got.headers["Allow"]) == ((405, "method_not_allowed"), "POST")
    assert code(client.post(PATH, headers={"Transfer-Encoding": "chunked"})) == (411, "length_required")
    assert code(client.post(PATH, data=b"x" * 300_000, headers=stranger)) == (413, "too_large")
    assert code(client.post(PATH, data=PULSE, headers=stranger)) == (415, "not_json")
    assert code(client.post(PATH, data=b"{", headers=stranger, content_type=of_json)) == (
        401,
        "unauthorized",
    )
    assert code(push(web, b"{")) == (400, "malformed")


@pytest.mark.parametrize(
    "body",
    [
        b" ", b"{", b"[]", b"null", b"{}", b'{"message":null}', b'{"message":[]}', b'{"message":{}}', b"\xff",
        b'{"message":{"messageId":1}}', b'{"message":{"messageId":"1","attributes":[]}}', b"[" * 10_000,
        b'{"message":{"messageId":"1","attributes":{"formId":7}}}', b'{"formId":"1Form-pulse"}',
        b'{"message":{"messageId":"1"},"message":{"messageId":"2"}}', b'{"message":{"messageId":"1"},"n":NaN}',
        b'{"message":{"messageId":"1","attributes":{"formId":"a","formId":"b"}}}',
    ],
    ids=range(17),
)  # fmt: skip
def test_a_body_that_is_no_message_is_malformed(web: Web, body: bytes) -> None:
    told = push(web, body)
    assert code(told) == (400, "malformed")
    assert "1Form" not in told.text


def test_a_message_may_have_its_id_under_either_name_and_unknown_members(web: Web) -> None:
    for name in ("messageId", "message_id"):
        facts = {"attributes": {"formId": FORMS["families"]}, name: "1", "data": "", "orderingKey": "new"}
        assert push(web, json.dumps({"message": facts, "deliveryAttempt": 5}).encode()).json == {"status": "noted"}


@pytest.mark.parametrize(
    "other",
    [
        {"aud": "https://elsewhere.example"}, {"email": "other@stand-in.iam.gserviceaccount.com"},
        {"email_verified": "true"}, {"iss": "https://accounts.example.com"}, {"exp": 1}, {"iss": None},
    ],
    ids=str,
)  # fmt: skip
def test_every_wrong_token_is_the_same_refusal(web: Web, other: dict[str, Any]) -> None:
    now = web.service.clock.now()
    right = push(web, Authorization="Bearer a.b.c")
    wrong = push(web, Authorization=authorization(now, **other))
    assert (wrong.status_code, wrong.data) == (right.status_code, right.data) == (401, right.data)
    assert "Retry-After" not in wrong.headers


@settings(deadline=None, max_examples=example_count(25))
@given(header=st.one_of(st.text(max_size=100), st.text(max_size=100).map("Bearer {}".format)))
def test_whatever_stands_in_the_header_it_is_a_refusal(web: Web, header: str) -> None:
    environ = {"HTTP_AUTHORIZATION": header, "REMOTE_ADDR": "127.0.0.1"}
    told = web.client.post(PATH, data=PULSE, content_type="application/json", environ_overrides=environ)
    assert code(told) == (401, "unauthorized")


def test_a_token_is_not_taken_for_another_audience(google: StandIn, in_google: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        other = PubSubIdentity(f"{AUDIENCE}/of-the-test-machine", PUSHER.service_account)
        with Web(tmp_path / "home", pusher=other, config=in_google) as web:
            assert code(push(web)) == (401, "unauthorized")


def test_while_googles_certificates_cannot_be_had_it_is_to_come_again(in_google: Path, tmp_path: Path) -> None:
    with StandIn() as google, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path / "home", pusher=PUSHER, config=in_google) as web:
            google.faults.script(["503"])
            told = push(web)
            assert (code(told), told.headers["Retry-After"]) == ((503, "unavailable"), "10")
            assert code(push(web, Authorization="Bearer a.b.c")) == (401, "unauthorized")
            assert waiting(web) == []
        with Web(tmp_path / "home", pusher=PUSHER, config=in_google) as web:
            assert push(web).status_code == 202
            google.faults.script(["503"] * 3)
            assert push(web).status_code == 202
            unknown = token({"iss": "nobody"}, by=3)
            assert code(push(web, Authorization=f"Bearer {unknown}")) == (401, "unauthorized")


def test_a_store_that_is_damaged_lets_it_come_again(google: StandIn, in_google: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path / "home", pusher=PUSHER, config=in_google) as web:
            assert push(web).status_code == 202
            web.service.store.close()
            (web.home / "crescendo.db").write_bytes(b"no database " * 100)
            told = push(web)
            assert (code(told), told.headers["Retry-After"]) == ((503, "unavailable"), "10")


def test_the_clock_is_the_services_own(google: StandIn, in_google: Path, tmp_path: Path) -> None:
    class Later(SystemClock):
        def now(self) -> Any:
            return super().now().replace(year=2099)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOOGLE_API_BASE_URL", google.url)
        with Web(tmp_path / "home", pusher=PUSHER, config=in_google, clock=Later()) as web:
            assert push(web, Authorization=authorization(SystemClock().now())).status_code == 401
            assert push(web).status_code == 202
