"""Faults and quotas of the stand-in: each goes wrong in its own way, and is applied or not as it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from requests import ConnectionError as BrokenConnection
from requests.exceptions import ChunkedEncodingError, JSONDecodeError

from tests.fakes.google import StandIn
from tests.fakes.google.clients import session
from tests.fakes.google.faults import AFTER, BEFORE, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from requests import Response

BOOK = "book-0123456789"
Write = Callable[[str], Any]


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_spreadsheet(BOOK, "Book")
        yield running


@pytest.fixture
def write(google: StandIn, tmp_path: Path) -> Iterator[Write]:
    with session(google, tmp_path) as signed_in:

        def send(text: str) -> Response:
            body: dict[str, Any] = {"valueInputOption": "RAW", "data": [{"range": "Sheet1!A1", "values": [[text]]}]}
            return signed_in.post(f"{google.url}/v4/spreadsheets/{BOOK}/values:batchUpdate", json=body)

        yield send


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [("429", 429, "json"), ("500", 500, "json"), ("503", 503, "json"), ("408", 408, "json"), ("502-html", 502, "html")],
)
def test_a_refused_call_changes_nothing(google: StandIn, write: Write, fault: str, status: int, kind: str) -> None:
    write("before")
    google.faults.script([fault])
    found = write("after")
    assert found.status_code == status
    assert kind in found.headers["Content-Type"]
    assert google.values(BOOK, "Sheet1") == [["before"]]
    assert write("after").status_code == 200


def test_a_reset_comes_before_anything_is_done(google: StandIn, write: Write) -> None:
    write("before")
    google.faults.script(["reset"])
    with pytest.raises(BrokenConnection):
        write("after")
    assert google.values(BOOK, "Sheet1") == [["before"]]
    assert (google.calls[-1].fault, google.calls[-1].applied, google.calls[-1].status) == ("reset", False, 0)


@pytest.mark.parametrize("fault", ["lost-reply", "half-body"])
def test_a_lost_reply_comes_after_everything_is_done(google: StandIn, write: Write, fault: str) -> None:
    write("before")
    google.faults.script([fault])
    with pytest.raises((BrokenConnection, ChunkedEncodingError)):
        write("after")
    assert google.values(BOOK, "Sheet1") == [["after"]]
    assert google.calls[-1].applied


def test_an_error_may_come_although_all_was_done(google: StandIn, write: Write) -> None:
    google.faults.script(["503-applied"])
    assert write("after").status_code == 503
    assert google.values(BOOK, "Sheet1") == [["after"]]


def test_an_answer_may_come_whole_and_yet_lack_its_end(google: StandIn, write: Write) -> None:
    google.faults.script(["half-json"])
    found = write("after")
    assert found.status_code == 200
    with pytest.raises(JSONDecodeError):
        found.json()
    assert google.values(BOOK, "Sheet1") == [["after"]]


def test_the_token_server_may_go_wrong_too(google: StandIn, write: Write) -> None:
    google.faults.script([Fault("500", on=lambda call: call.kind == "token")])
    assert write("x").status_code == 200, "google-auth asks again by itself"
    assert [(call.kind, call.status) for call in google.calls] == [("token", 500), ("token", 200), ("sheets", 200)]


def test_a_script_can_wait_for_a_call(google: StandIn, write: Write) -> None:
    google.faults.script([None, "500"], on=lambda call: call.method == "POST")
    google.faults.script([Fault("slow", seconds=0.01)])
    assert [write("x").status_code for _ in range(4)] == [200, 500, 200, 200]
    assert google.faults.drawn == {"500": 1, "slow": 1}
    with pytest.raises(ValueError, match="there is no such fault"):
        google.faults.script(["fire"])


def test_random_faults_are_the_same_for_the_same_seed(google: StandIn, write: Write) -> None:
    def faults() -> list[str]:
        google.calls.clear()
        google.faults.at_random(0.5, seed=7, kinds=["500", "503-applied"])
        for _ in range(20):
            write("x")
        google.faults.clear()
        return [call.fault for call in google.calls if call.kind == "sheets"]

    first = faults()
    assert first == faults()
    assert 5 < sum(map(bool, first)) < 15
    assert write("x").status_code == 200


def test_every_fault_has_its_way(google: StandIn, write: Write) -> None:
    """None of them fails in the stand-in itself, and the connection is good for the next call."""
    for fault in (*BEFORE, *AFTER):
        google.faults.script([fault])
        try:
            write("x")
        except (BrokenConnection, ChunkedEncodingError):
            assert fault in {"reset", "lost-reply", "half-body"}
    assert write("x").status_code == 200


def test_a_quota_is_filled_again_each_minute(google: StandIn, write: Write) -> None:
    google.quota(reads_per_minute=1, writes_per_minute=2)
    assert [write("x").status_code for _ in range(3)] == [200, 200, 429]
    error = write("x").json()["error"]
    assert error["message"] == (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service"
        " 'sheets.googleapis.com' for consumer 'project_number:123456789012'."
    )
    assert error["details"][0]["metadata"]["quota_limit"] == "WriteRequestsPerMinutePerUser"
    google.advance(60)
    assert write("x").status_code == 200
    google.quota(None)
    assert [write("x").status_code for _ in range(3)] == [200, 200, 200]


def test_something_can_happen_between_two_calls(google: StandIn, write: Write) -> None:
    google.meanwhile(lambda: google.person.type(BOOK, "Sheet1", "B1", "mine"), on=lambda call: call.kind == "sheets")
    write("ours")
    assert google.values(BOOK, "Sheet1") == [["ours", "mine"]]


def test_a_reader_sees_a_tab_that_was_emptied(google: StandIn, write: Write) -> None:
    watch = google.watch_tabs(BOOK)
    write("x")
    assert watch.seen_empty == []
    write("")
    google.person.paste(BOOK, "Sheet1", "A1", [["heading"], ["row"]])
    assert [(title, call.name) for title, call in watch.seen_empty] == [
        ("Sheet1", "sheets.spreadsheets.values.batchUpdate")
    ]
