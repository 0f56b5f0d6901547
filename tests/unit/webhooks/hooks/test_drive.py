"""Drive's notices: off until configured, known by their channel's token, and then a spreadsheet is read soon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.adapters.google.watching.channels import new_channel_id, token_for
from tests.example_counts import example_count
from tests.unit.webhooks.google_programme import CHANNEL_KEY, SHEETS, drive_notification
from tests.unit.webhooks.web_app import Web

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from werkzeug.test import TestResponse

PATH = "/hooks/drive"
OLD_CHANNEL = "a-channel-of-long-ago"


@pytest.fixture
def web(in_google: Path, tmp_path: Path) -> Iterator[Web]:
    """Give the web side that Drive tells of changes."""
    with Web(tmp_path / "home", channels=CHANNEL_KEY, config=in_google) as running:
        yield running


@pytest.fixture(scope="module")
def closed(in_google: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """Give one that nothing is ever let into."""
    with Web(tmp_path_factory.mktemp("web") / "home", channels=CHANNEL_KEY, config=in_google) as running:
        yield running


def tell(web: Web, channel: str, **other: str) -> TestResponse:
    return post(web, drive_notification(channel, **other))


def post(web: Web, headers: Mapping[str, str] | None = None, **environ: str) -> TestResponse:
    """Post nothing, and say so as Drive does; werkzeug's client by itself would leave the length away."""
    return web.client.post(PATH, headers={**(headers or {})}, environ_overrides={"CONTENT_LENGTH": "0"} | environ)


def waiting(web: Web) -> set[str]:
    return {slot.job for slot in web.service.store.ledger.ready(now=web.service.clock.now())}


def code(answer: TestResponse) -> tuple[int, str]:
    body: Any = answer.json
    return answer.status_code, body["error"]["code"]


@pytest.mark.parametrize("state", ["add", "update", "change", "changed", "remove", "trash", "untrash", "something_new"])
def test_whatever_happened_to_a_spreadsheet_it_is_read_soon(web: Web, state: str) -> None:
    told = tell(web, new_channel_id("notes"), state=state)
    assert (told.status_code, told.json) == (202, {"status": "noted"})
    assert waiting(web) == {"sync/sheet:notes"}
    assert web.service.store.state.received_by_webhook_at("notes").get() is not None
    assert 'crescendo_kept_total{hook="drive",source="notes",status="noted"} 1.0' in web.client.get("/metrics").text


def test_the_first_message_of_a_channel_says_nothing_and_is_answered(web: Web) -> None:
    for channel in (new_channel_id("notes"), OLD_CHANNEL):
        told = tell(web, channel, state="sync", Number="1")
        assert (told.status_code, told.json) == (202, {"status": "ignored"})
    assert waiting(web) == set()
    assert 'crescendo_ignored_total{hook="drive"} 2.0' in web.client.get("/metrics").text


@pytest.mark.parametrize("rest", ["", "?alt=json", "/watch", "#gid=0"])
def test_a_channel_that_we_do_not_know_is_about_the_file_in_its_address(web: Web, rest: str) -> None:
    uri = f"https://www.googleapis.com/drive/v3/files/{SHEETS['register']}{rest}"
    assert tell(web, OLD_CHANNEL, uri=uri).status_code == 202
    assert waiting(web) == {"sync/sheet:register"}


@pytest.mark.parametrize("uri", ["", "https://www.googleapis.com/drive/v3/files/1Sheet-register-too", "anything"])
def test_a_channel_of_which_nothing_is_known_has_every_spreadsheet_read(web: Web, uri: str) -> None:
    told = post(web, {**drive_notification(OLD_CHANNEL), "X-Goog-Resource-URI": uri})
    assert (told.status_code, told.json) == (202, {"status": "noted"})
    assert waiting(web) == {"sync/sheet:register", "sync/sheet:notes"}
    assert OLD_CHANNEL not in web.client.get("/metrics").text


def test_the_channels_own_id_comes_before_the_address(web: Web) -> None:
    tell(web, new_channel_id("notes"), uri=f"https://www.googleapis.com/drive/v3/files/{SHEETS['register']}")
    assert waiting(web) == {"sync/sheet:notes"}


def test_the_number_and_the_address_may_be_missing(web: Web) -> None:
    headers = {
        name: said
        for name, said in drive_notification(new_channel_id("notes")).items()
        if name[-3:] not in {"URI", "ber"}
    }
    assert len(headers) == 3
    assert post(web, headers).status_code == 202


def test_it_is_not_there_until_it_is_configured(in_google: Path, tmp_path: Path) -> None:
    with Web(tmp_path / "home", config=in_google) as web:
        assert code(tell(web, OLD_CHANNEL)) == (404, "not_found")


def test_with_no_spreadsheet_in_google_every_notice_is_ignored(tmp_path: Path) -> None:
    with Web(tmp_path / "home", channels=CHANNEL_KEY) as web:
        assert tell(web, OLD_CHANNEL).json == {"status": "ignored"}
        assert waiting(web) == set()


def test_faults_are_refused_in_the_order_that_is_promised(closed: Web) -> None:
    client, right = closed.client, dict(drive_notification(OLD_CHANNEL, state="sync"))
    got = client.get(PATH)
    assert (code(got), got.headers["Allow"]) == ((405, "method_not_allowed"), "POST")
    assert code(client.post(PATH, headers={**right, "Transfer-Encoding": "chunked"})) == (411, "length_required")
    assert code(client.post(PATH, headers=right)) == (411, "length_required")
    assert code(client.post(PATH, data=b"x" * 300_000)) == (413, "too_large")
    assert code(post(closed)) == (401, "unauthorized")
    assert client.post(PATH, headers=right, data=b"<html>").status_code == 202  # what Drive never sends is not read


@pytest.mark.parametrize(
    "wrong",
    [
        {"Token": token_for(b"another key, 24 bytes or more", OLD_CHANNEL)}, {"Token": token_for(CHANNEL_KEY, "other")},
        {"Token": ""}, {"Token": "0" * 64}, {"Token": token_for(CHANNEL_KEY, OLD_CHANNEL).upper()}, {"Token": "é" * 64},
        {"Token": token_for(CHANNEL_KEY, OLD_CHANNEL)[:63]}, {"Token": "0" * 10_000}, {"ID": ""}, {"ID": "x" * 65},
        {"ID": "a b"}, {"ID": "é"}, {"ID": "other", "Token": token_for(CHANNEL_KEY, OLD_CHANNEL)}, {"State": ""},
        {"State": "SYNC"}, {"State": "x" * 33}, {"URI": "/" * 3000}, {"URI": "a b"}, {"Number": "-1"},
        {"Number": "9" * 21},
    ],
    ids=range(20),
)  # fmt: skip
def test_every_wrong_notice_is_the_same_refusal(closed: Web, wrong: dict[str, str]) -> None:
    told = tell(closed, OLD_CHANNEL, **wrong)
    assert (told.status_code, told.data) == (401, post(closed).data)
    assert waiting(closed) == set()


@settings(deadline=None, max_examples=example_count(25))
@given(
    name=st.sampled_from(["CHANNEL_ID", "CHANNEL_TOKEN", "RESOURCE_STATE", "RESOURCE_URI", "MESSAGE_NUMBER"]),
    said=st.text(max_size=80),
)
def test_whatever_stands_in_the_headers_it_is_a_refusal(closed: Web, name: str, said: str) -> None:
    wrong = {"HTTP_X_GOOG_CHANNEL_TOKEN": "0" * 64, f"HTTP_X_GOOG_{name}": said}
    told = post(closed, drive_notification(OLD_CHANNEL), **wrong)
    assert code(told) == (401, "unauthorized")
