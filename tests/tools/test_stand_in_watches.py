"""Watches and channels of the stand-in: made, renewed, over, refused, as Google does it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.google import StandIn
from tests.fakes.google.clients import session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from requests import Response

FORM, BOOK = "form-0123456789", "book-0123456789"
TOPIC = "projects/stand-in/topics/forms"
DAY = 86400.0
Say = Callable[..., Any]
"""Makes a call; returns its status and its body."""


@pytest.fixture
def google() -> Iterator[StandIn]:
    with StandIn() as running:
        running.add_form(FORM, {"info": {"title": "Pulse"}, "items": []})
        running.add_spreadsheet(BOOK, "Book", share="reader")
        running.add_topic(TOPIC)
        running.add_topic("projects/other/topics/forms")
        running.add_topic("projects/stand-in/topics/closed", lets_publish=False)
        yield running


@pytest.fixture
def say(google: StandIn, tmp_path: Path) -> Iterator[Say]:
    scopes = ("drive.metadata.readonly", "forms.body.readonly", "forms.responses.readonly")
    with session(google, tmp_path, scopes) as signed_in:

        def make(verb: str, path: str, body: object = None) -> tuple[int, Any]:
            found: Response = signed_in.request(verb, google.url + path, json=body)  # type: ignore[no-untyped-call]
            return found.status_code, found.json() if found.content else None

        yield make


def make(say: Say, reports: str = "RESPONSES", topic: str = TOPIC, **more: str) -> Any:
    wanted = {"watch": {"target": {"topic": {"topicName": topic}}, "eventType": reports}, **more}
    return say("POST", f"/v1/forms/{FORM}/watches", wanted)


def listed(say: Say) -> list[dict[str, Any]]:
    status, body = say("GET", f"/v1/forms/{FORM}/watches")
    assert status == 200
    return body.get("watches", [])  # type: ignore[no-any-return]  # Google's own words


def error(answer: tuple[int, Any]) -> tuple[int, str, str]:
    status, body = answer
    return status, body["error"].get("status", ""), body["error"]["message"]


def test_a_watch_lasts_seven_days_and_is_renewed_in_place(google: StandIn, say: Say) -> None:
    status, made = make(say, watchId="our-own-watch")
    assert (status, made["id"], made["state"]) == (200, "our-own-watch", "ACTIVE")
    google.advance(DAY)
    status, renewed = say("POST", f"/v1/forms/{FORM}/watches/our-own-watch:renew", {})
    assert (status, renewed["id"], renewed["createTime"]) == (200, made["id"], made["createTime"])
    assert renewed["expireTime"] > made["expireTime"]
    google.advance(6.9 * DAY)
    assert listed(say) == [renewed]
    google.advance(0.2 * DAY)
    assert listed(say) == []
    assert say("POST", f"/v1/forms/{FORM}/watches/our-own-watch:renew", {})[0] == 404
    assert make(say, watchId="our-own-watch")[0] == 200


def test_there_is_one_watch_an_event(say: Say) -> None:
    _, made = make(say)
    already = "A watch for the given end user, project, form, and event type already exists."
    assert error(make(say)) == (400, "FAILED_PRECONDITION", already)
    assert make(say, "SCHEMA")[0] == 200
    assert say("DELETE", f"/v1/forms/{FORM}/watches/{made['id']}") == (200, {})
    gone = (403, "PERMISSION_DENIED", "Watch not found or permission denied.")
    assert error(say("DELETE", f"/v1/forms/{FORM}/watches/{made['id']}")) == gone
    assert make(say)[0] == 200
    assert len(listed(say)) == 2


@pytest.mark.parametrize(
    ("reports", "topic", "more", "status"),
    [
        ("EVENT_TYPE_UNSPECIFIED", TOPIC, {}, 400),
        ("ANSWERS", TOPIC, {}, 400),
        ("RESPONSES", "forms", {}, 400),
        ("RESPONSES", TOPIC, {"watchId": "W1"}, 400),
        ("RESPONSES", TOPIC, {"watchId": "abc"}, 400),
        ("RESPONSES", TOPIC, {"watch_ids": "abcd"}, 400),
        ("RESPONSES", "projects/stand-in/topics/nobody", {}, 403),
        ("RESPONSES", "projects/stand-in/topics/closed", {}, 403),
        ("RESPONSES", "projects/other/topics/forms", {}, 403),
    ],
)
def test_what_google_would_not_watch_is_refused(
    say: Say, reports: str, topic: str, more: dict[str, str], status: int
) -> None:
    assert make(say, reports, topic, **more)[0] == status
    assert listed(say) == []


def test_a_suspended_watch_is_renewed_when_its_cause_is_gone(google: StandIn, say: Say) -> None:
    _, made = make(say)
    google.suspend(FORM, "RESPONSES", "NO_USER_ACCESS", for_good=True)
    (standing,) = listed(say)
    assert (standing["state"], standing["errorType"]) == ("SUSPENDED", "NO_USER_ACCESS")
    assert error(say("POST", f"/v1/forms/{FORM}/watches/{made['id']}:renew", {}))[:2] == (400, "FAILED_PRECONDITION")
    google.mend(FORM)
    _, renewed = say("POST", f"/v1/forms/{FORM}/watches/{made['id']}:renew", {})
    assert (renewed["state"], "errorType" in renewed) == ("ACTIVE", False)


def open_channel(say: Say, google: StandIn, more: dict[str, str] | None = None, *, hours: float | None = 48) -> Any:
    wanted = {"id": "c-1", "type": "web_hook", "address": "https://crescendo.example.org/hooks/drive", "token": "t"}
    expires = {} if hours is None else {"expiration": str(round((google.now.timestamp() + hours * 3600) * 1000))}
    return say("POST", f"/drive/v3/files/{BOOK}/watch", wanted | expires | (more or {}))


@pytest.mark.parametrize(("asked", "given"), [(48, 24), (2, 2), (None, 1)])
def test_a_channel_lasts_a_day_at_most(google: StandIn, say: Say, asked: float | None, given: float) -> None:
    status, made = open_channel(say, google, hours=asked)
    assert (status, made["kind"], made["id"], made["token"]) == (200, "api#channel", "c-1", "t")
    lasts = int(made["expiration"]) / 1000 - google.now.timestamp()
    assert lasts == pytest.approx(given * 3600, abs=60)


def test_a_channel_is_stopped_by_both_its_ids(google: StandIn, say: Say) -> None:
    _, made = open_channel(say, google)
    missing = (404, "", "Channel 'c-1' not found for project '123456789012'")
    assert error(say("POST", "/drive/v3/channels/stop", {"id": "c-1", "resourceId": "another"})) == missing
    both = {"id": "c-1", "resourceId": made["resourceId"]}
    assert say("POST", "/drive/v3/channels/stop", both) == (204, None)
    assert error(say("POST", "/drive/v3/channels/stop", both)) == missing
    assert open_channel(say, google)[1]["resourceId"] == made["resourceId"]
    google.advance(DAY)
    assert error(say("POST", "/drive/v3/channels/stop", both)) == missing


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"address": "http://crescendo.example.org/hooks/drive"}, "push.webhookUrlNotHttps"),
        ({"type": "mail"}, "channelUnknown"),
        ({"id": "c" * 65}, "invalid"),
        ({"token": "t" * 257}, "invalid"),
        ({"id": "c-0"}, "channelIdNotUnique"),
    ],
)
def test_what_drive_would_not_open_is_refused(google: StandIn, say: Say, more: dict[str, str], reason: str) -> None:
    assert open_channel(say, google, {"id": "c-0"})[0] == 200
    status, body = open_channel(say, google, more)
    assert (status, body["error"]["errors"][0]["reason"]) == (400, reason), json.dumps(body)
    assert list(google.channels) == ["c-0"]


def test_who_may_not_see_a_file_opens_no_channel(google: StandIn, say: Say) -> None:
    google.revoke(BOOK)
    assert open_channel(say, google)[0] == 404
    assert not google.channels
