"""Whatever is sent, the answer is one that is promised; and nothing that is accepted keeps others from being read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from integration.adapters.sources.folder import read_workbook
from integration.adapters.sources.workbook_protocol import OWN_WORKBOOK_LIMITS
from tests.example_counts import example_count
from tests.system.commands import SAMPLE, run
from tests.unit.webhooks.odd_bodies import BODIES
from tests.unit.webhooks.web_app import Web, envelope, signed
from webhooks.refusals import ERRORS
from webhooks.request_checks import RateLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

PROMISED = {200, 202} | (set(ERRORS) - {503, 429})
GOOD = json.loads((SAMPLE / "forms" / "pulse" / "responses.json").read_bytes())["responses"][0]
MUCH = RateLimits(10**9, 10**9)
QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with Web(tmp_path_factory.mktemp("anything") / "home", limits=MUCH) as running:
        yield running


def as_promised(answer: TestResponse) -> int:
    """Return the status of an answer that is one of the promised ones, in the promised shape."""
    status: int = answer.status_code
    assert status in PROMISED
    if status == 202:
        assert set(json.loads(answer.data)) == {"status"}
    elif status != 200:
        error = json.loads(answer.data)["error"]
        assert (error["code"], set(error)) == (ERRORS[status][0], {"code", "message"})
    return status


HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=60)
HEADER_NAMES = st.sampled_from([
    "Content-Type", "Content-Length", "Transfer-Encoding", "Host", "Authorization", "Cookie", "X-Forwarded-For",
    "webhook-id", "webhook-timestamp", "webhook-signature", "X-Goog-Channel-Token", "X-Goog-Channel-ID", "Range",
    "Accept", "Expect", "X-Goog-Resource-State", "Content-Encoding", "If-None-Match", "Forwarded",
])  # fmt: skip
PATHS = st.one_of(
    st.sampled_from(["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/hooks/pubsub", "/hooks/drive"]),
    st.sampled_from(["/hooks/forms/pulse", "/hooks/forms/nobodys", "/hooks/forms/", "/hooks/forms/pulse/"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30).map(
        lambda text: f"/{text.lstrip('/')}"
    ),
)
METHODS = st.sampled_from(["GET", "POST", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "BREW"])


@settings(max_examples=example_count(40), deadline=None, suppress_health_check=QUIET)
@given(METHODS, PATHS, st.dictionaries(HEADER_NAMES, HEADER_TEXT, max_size=6), st.binary(max_size=300))
def test_any_request_is_answered_as_promised(
    web: Web, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    answer = web.client.open(path, method=method, headers=headers, data=body)
    if method == "HEAD":
        assert answer.status_code in PROMISED
    else:
        assert as_promised(answer) != 202


@settings(max_examples=example_count(40), deadline=None, suppress_health_check=QUIET)
@given(st.data())
def test_a_signature_that_is_not_right_to_the_byte_is_not_taken(web: Web, data: st.DataObject) -> None:
    body = envelope(GOOD)
    headers = signed(body, at=web.service.clock.now().timestamp(), message_id="msg_1")
    name = data.draw(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]))
    place = data.draw(st.integers(0, len(headers[name]) - 1))
    other = data.draw(
        st.one_of(
            HEADER_TEXT, st.sampled_from(["", " ", ",", ".", "v1,", "=", "-", "+", "٣".encode().decode("latin-1")])
        )
    )
    changed = headers[name][:place] + other + headers[name][place + 1 :]
    status = as_promised(web.client.post("/hooks/forms/pulse", data=body, headers=headers | {name: changed}))
    assert status == (202 if changed == headers[name] else 401)


@pytest.mark.hypothesis
def test_one_authentic_response_never_keeps_the_others_from_being_read(tmp_path: Path) -> None:
    acknowledged = set()
    with Web(tmp_path / "home", limits=MUCH) as web:
        assert web.post(envelope(GOOD)).status_code == 202

        @seed(1)  # so that as many get through each time
        @settings(max_examples=example_count(40), deadline=None, suppress_health_check=QUIET)
        @given(BODIES)
        def send(body: bytes) -> None:
            answer = web.post(body)
            assert as_promised(answer) in {202, 400}
            if answer.status_code == 202 and json.loads(answer.data)["status"] != "noted":
                acknowledged.add(json.loads(body)["data"]["responseId"])

        send()
        stored = {response_id for response_id, _ in web.stored()}
    assert stored == acknowledged | {GOOD["responseId"]}
    assert len(stored) > 3, "hardly anything got as far as the store"
    ran = run(
        "run", "publish", "--home", tmp_path / "home", "--as-of", "2022-07-31",
        environment={"PSEUDONYM_KEY": "a key of the tests' own"},
    )  # fmt: skip
    assert ran.code == 0, ran.err[-2000:]
    (pulse,) = read_workbook(tmp_path / "home" / "data.xlsx", ("pulse",), limits=OWN_WORKBOOK_LIMITS).values()
    assert GOOD["responseId"] in {row[0] for row in pulse.rows}
