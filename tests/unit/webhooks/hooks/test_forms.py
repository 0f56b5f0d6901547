"""A form's script sends an answer: what is acknowledged is stored, once; what is not authentic is never read."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from integration.adapters.clock import FixedClock
from integration.adapters.intake import GroupCommit
from integration.adapters.store.received import Responses
from integration.errors import BusyError, StoreError
from integration.model import SlotState
from tests.unit.webhooks.web_app import HINT, SECRET, Web, envelope, response, signed
from webhooks.refusals import ERRORS, Refusal
from webhooks.request_checks import RateLimiter, RateLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2022, 3, 28, 10, 0, tzinfo=UTC)
OLD_SECRET = b"the secret of before, 32 bytes!!"
ANSWER = "Jayden cried after the visit"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path / "home", clock=FixedClock(NOW), secrets=(SECRET, OLD_SECRET)) as running:
        yield running


@pytest.fixture
def shared(postgresql_url: str, tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path / "home", database_url=postgresql_url, clock=FixedClock(NOW)) as running:
        yield running


def waiting(web: Web) -> list[str]:
    return [entry.slot.job for entry in web.service.store.ledger.open_entries()]


def test_an_answer_is_stored_and_what_follows_is_due_soon(web: Web) -> None:
    told = web.post(envelope(response("r-1", t1=ANSWER)))
    assert (told.status_code, told.json) == (202, {"status": "stored"})
    assert list(web.stored()) == [("r-1", "2022-03-28T10:00:00.000000000Z")]
    assert waiting(web) == ["publish"]
    assert web.service.store.ledger.open_entries()[0].state is SlotState.WAITING
    assert web.service.store.state.received_by_webhook_at("pulse").get() == NOW
    assert web.service.store.state.received_by_webhook_at("families").get() is None


def test_the_same_holds_on_postgresql(shared: Web) -> None:
    assert shared.post(envelope(response("r-1"))).json == {"status": "stored"}
    assert shared.post(envelope(response("r-1"))).json == {"status": "duplicate"}
    assert shared.post(HINT).json == {"status": "noted"}
    assert [response_id for response_id, _ in shared.stored()] == ["r-1"]
    assert sorted(waiting(shared)) == ["publish", "sync/form:pulse"]


def test_a_version_is_known_by_its_response_and_time_never_by_the_message(web: Web) -> None:
    first, edited = response("r-1"), response("r-1", "2022-03-28T10:05:00Z", t1="another")
    assert web.post(envelope(first), {"webhook-id": "msg_same"}).status_code == 401, "the id is signed as well"
    sent = signed(envelope(first), at=NOW.timestamp(), message_id="msg_same")
    for body, status in ((envelope(first), "stored"), (envelope(first), "duplicate"), (envelope(edited), "stored")):
        sent = signed(body, at=NOW.timestamp(), message_id="msg_same")
        assert web.client.post("/hooks/forms/pulse", data=body, headers=sent).json == {"status": status}
    assert len(list(web.stored())) == 2


def test_the_same_response_of_another_form_is_another(web: Web) -> None:
    assert web.post(envelope(response("r-1"))).json == {"status": "stored"}
    assert web.post(envelope(response("r-1")), form="families").json == {"status": "stored"}


def test_however_many_arrive_what_follows_is_due_once(web: Web) -> None:
    for number in range(20):
        web.post(envelope(response(f"r-{number}")))
        web.post(HINT)
    assert sorted(waiting(web)) == ["publish", "sync/form:pulse"]


def test_a_hint_that_comes_while_the_form_is_read_is_not_lost(web: Web) -> None:
    web.post(HINT)
    (entry,) = web.service.store.ledger.open_entries()
    web.service.store.ledger.begin(entry.slot, by="a test", now=NOW)
    web.service.__dict__["intake"] = GroupCommit(web.service.store.responses, FixedClock(NOW + timedelta(seconds=1)))
    with Web(web.home, clock=FixedClock(NOW + timedelta(seconds=1))) as later:
        assert later.post(HINT).json == {"status": "noted"}
    assert [entry.state for entry in web.service.store.ledger.open_entries()] == [SlotState.RUNNING, SlotState.WAITING]


def test_what_was_forgotten_is_acknowledged_and_never_stored_again(web: Web) -> None:
    web.service.store.tombstones.add("pulse", ["r-1"], why="forget", now=NOW)
    assert web.post(envelope(response("r-1", t1=ANSWER))).json == {"status": "duplicate"}
    assert not list(web.stored())


def test_an_authentic_answer_that_breaks_the_rules_is_stored_as_it_came(web: Web) -> None:
    odd = response("r-odd", "2031-01-01T00:00:00Z", unknown_question="x" * 60_000) | {"formId": "another", "new": [1]}
    assert web.post(envelope(odd)).json == {"status": "stored"}
    (version,) = web.service.store.responses.versions_after("pulse", 0)
    assert json.loads(version.body) == odd


def test_text_comes_through_as_it_was_typed(web: Web) -> None:
    typed = "Dŵr 🌊 “quoted” \\ \u202e \x00 \x1a tab\tline\nend"
    assert web.post(envelope(response("r-1", t1=typed))).json == {"status": "stored"}
    (version,) = web.service.store.responses.versions_after("pulse", 0)
    assert json.loads(version.body)["answers"]["t1"]["textAnswers"]["answers"] == [{"value": typed}]


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""}, {"webhook-signature": "v1"}, {"webhook-signature": "v1,é"}, {"webhook-id": ""},
        {"webhook-timestamp": "1648461600.0"}, {"webhook-timestamp": "1648461000"}, {"webhook-id": "a.b"},
        {"webhook-timestamp": ""},
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_the_headers_the_answer_is_the_same(web: Web, change: dict[str, str]) -> None:
    refused = web.post(envelope(response("r-1")), change)
    usual = web.client.post("/hooks/forms/pulse", data=b"{}", content_type="application/json")
    assert (refused.status_code, refused.data) == (usual.status_code, usual.data) == (401, usual.data)
    assert refused.json == {"error": {"code": "unauthorized", "message": ERRORS[401][1]}}
    assert not list(web.stored())


def test_while_secrets_change_the_old_one_is_still_good(web: Web) -> None:
    assert web.post(envelope(response("r-1")), secret=OLD_SECRET).status_code == 202
    assert web.post(envelope(response("r-2")), secret=b"a secret that we never had, 32 b").status_code == 401


def test_an_unsigned_caller_does_not_learn_which_forms_there_are(web: Web) -> None:
    strange = [
        web.client.post(f"/hooks/forms/{form}", data=b"{}", content_type="application/json") for form in ("pulse", "no")
    ]
    assert [answer.status_code for answer in strange] == [401, 401]
    assert web.post(envelope(response("r-1")), form="no").status_code == 404


def test_why_a_message_is_not_authentic_stands_in_our_log_alone(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    body = envelope(response("r-1", t1=ANSWER))
    for change in (
        {"webhook-id": "a.b"},
        {"webhook-timestamp": "1648461000"},
        {"webhook-signature": "v1," + "A" * 43 + "="},
    ):
        for _ in range(5):
            web.post(body, change)
    web.post(body, secret=OLD_SECRET)
    noted = [
        (record.getMessage(), record.__dict__.get("reason"), record.__dict__.get("form")) for record in caplog.records
    ]
    assert noted == [
        ("refused", "headers", "pulse"), ("refused", "time", "pulse"), ("refused", "signature", "pulse"),
        ("signed with an older secret", None, "pulse"), ("accepted", None, None),
    ]  # fmt: skip
    assert 'crescendo_signed_total{form="pulse",secret="older"} 1.0' in web.client.get("/metrics").text


def malformed() -> Iterator[tuple[str, bytes]]:
    whole = response("r-1", t1=ANSWER)
    yield "nothing", b" "
    yield "no JSON", ANSWER.encode()
    yield "a list", b"[]"
    yield "no type", json.dumps({"data": whole}).encode()
    yield "another type", json.dumps({"type": "form.deleted", "data": whole}).encode()
    yield "no data", b'{"type":"form.response"}'
    yield "data is text", b'{"type":"form.response","data":"x"}'
    yield "a name twice", envelope(whole)[:-1] + b',"type":"form.changed"}'
    yield "not a number", envelope(whole)[:-1] + b',"x":NaN}'
    yield "too deep", envelope(whole)[:-1] + b',"x":' + b"[" * 40 + b"]" * 40 + b"}"
    yield "half a character", envelope(response("r-1", t1="\ud83d"))
    changes: list[dict[str, Any]] = [
        {"responseId": ""}, {"responseId": "x" * 257}, {"responseId": "a\nb"}, {"responseId": 5}, {"createTime": None},
        {"createTime": "yesterday"}, {"lastSubmittedTime": "2022-02-30T00:00:00Z"}, {"answers": []},
        {"answers": {"t1": {"textAnswers": {"answers": [{"value": 5}]}}}},
    ]  # fmt: skip
    for change in changes:
        yield f"{change}", envelope(whole | change)
    yield "no time", envelope({"responseId": "r-1"})


@pytest.mark.parametrize(("what", "body"), list(malformed()), ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_no_response_is_malformed_and_not_a_word_of_it_is_repeated(
    web: Web, what: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused = web.post(body)
    assert refused.status_code == 400, what
    assert refused.json is not None
    assert set(refused.json) == {"error"}
    assert refused.json["error"]["code"] == "malformed"
    for told in (refused.text, caplog.text):
        assert "Jayden" not in told
    assert not list(web.stored())


def test_the_body_must_say_that_it_is_json_and_how_long_it_is(web: Web) -> None:
    body = envelope(response("r-1"))
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=utf-16",
        "",
    ):
        assert web.post(body, {"Content-Type": kind}).status_code == 415, kind
    assert web.post(body, {"Content-Type": "application/json; charset=UTF-8"}).status_code == 202
    assert web.post(body, {"Transfer-Encoding": "chunked"}).status_code == 411
    headers = signed(body, at=NOW.timestamp())
    assert (
        web.client.post("/hooks/forms/pulse", headers=headers, environ_base={"CONTENT_LENGTH": ""}).status_code == 411
    )
    large = b'"' + b"x" * (256 * 1024 - 2) + b'"'
    assert web.post(large).status_code == 400
    assert web.post(large + b" ").status_code == 413


def test_too_many_requests_are_asked_to_wait(tmp_path: Path) -> None:
    with Web(tmp_path / "home", limits=RateLimits(per_client=5, per_form=2)) as web:
        codes = [web.post(envelope(response(f"r-{number}"))).status_code for number in range(3)]
        assert codes == [202, 202, 429]
        assert web.post(envelope(response("r-1")), form="families").status_code == 202, "another form is not to blame"
        assert web.client.get("/").status_code == 200
        refused = web.post(envelope(response("r-1")), form="families")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 61
        elsewhere = web.client.get("/", environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert elsewhere.status_code == 200
        of_one = [
            web.client.get("/", environ_base={"REMOTE_ADDR": f"2001:db8::{number}"}).status_code for number in range(6)
        ]
        assert of_one == [200] * 5 + [429], "one caller has many addresses of that kind"
        assert {web.client.get(path).status_code for path in ("/healthz", "/readyz") for _ in range(9)} == {200}


def test_the_limit_is_exact_however_many_ask_at_once() -> None:
    limiter = RateLimiter(RateLimits(per_client=2_000))

    def wait(_: int) -> int:
        try:
            limiter.check_client("192.0.2.7")
        except Refusal as refusal:
            return refusal.retry_seconds
        return 0

    with ThreadPoolExecutor(16) as callers:
        waits = list(callers.map(wait, range(4_000)))
    assert waits.count(0) in {2_000, 4_000}, "a minute may have ended in between"
    assert set(waits) <= set(range(61))


@pytest.mark.parametrize("error", [BusyError("busy"), StoreError("full"), RuntimeError(ANSWER)])
def test_what_cannot_be_stored_is_to_be_sent_again(
    web: Web, error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Responses, "receive", fail)
    refused = web.post(envelope(response("r-1", t1=ANSWER)))
    assert (refused.status_code, refused.json) == (503, {"error": {"code": "unavailable", "message": ERRORS[503][1]}})
    assert int(refused.headers["Retry-After"]) > 0
    monkeypatch.undo()
    assert web.post(envelope(response("r-1"))).json == {"status": "stored"}
    assert isinstance(error, RuntimeError) is ("failed inside" in caplog.text)


def test_what_came_is_counted(web: Web) -> None:
    for body in (envelope(response("r-1")), envelope(response("r-1")), HINT):
        web.post(body)
    web.post(b"[]")
    web.client.post("/hooks/forms/pulse", data=b"{}", content_type="application/json")
    web.client.get("/nowhere")
    counted = web.client.get("/metrics")
    assert counted.content_type.startswith("text/plain; version=0.0.4")
    for line in (
        'crescendo_received_total{hook="forms",source="pulse"} 3.0',
        'crescendo_kept_total{hook="forms",source="pulse",status="stored"} 1.0',
        'crescendo_kept_total{hook="forms",source="pulse",status="duplicate"} 1.0',
        'crescendo_kept_total{hook="forms",source="pulse",status="noted"} 1.0',
        'crescendo_refused_total{hook="forms",status="400"} 1.0',
        'crescendo_refused_total{hook="forms",status="401"} 1.0',
        'crescendo_refused_total{hook="none",status="404"} 1.0',
        "crescendo_store_seconds_count 3.0",
        "crescendo_queue_age_seconds 0.0",
    ):
        assert line in counted.text.splitlines()


def test_every_answer_is_closed_to_others_and_errors_have_one_shape(web: Web) -> None:
    answers = [
        web.client.get("/"), web.client.get("/healthz"), web.client.get("/metrics"), web.post(HINT), web.post(b"{}"),
        web.client.get("/hooks/forms/pulse"), web.client.options("/hooks/forms/pulse"), web.client.post("/healthz"),
        web.client.get("//"), web.client.get("/hooks/forms/"), web.client.post("/hooks/pubsub"),
        web.client.post("/hooks/drive"), web.client.open("/healthz", method="TRACE"),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Server" not in answer.headers
        if answer.status_code >= 400:
            code, _ = ERRORS[answer.status_code]
            assert answer.json is not None
            assert answer.json["error"]["code"] == code
    assert [answer.status_code for answer in answers[5:]] == [405, 405, 405, 404, 404, 404, 404, 405]
    assert answers[5].headers["Allow"] == "POST"
