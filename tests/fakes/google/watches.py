"""A form's watches: one an event type, for seven days; what is refused, and how, is as others have seen it.

That a second one is refused with 400 FAILED_PRECONDITION, that renewing keeps the id, and that a watch which is not
there is a 403 when it is deleted was tried by others against Google (github.com/vm0-ai/vm0/issues/25163). What a topic
that cannot be published to is answered with stands in no document; that it is refused does.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.google import errors
from tests.fakes.google.account import PROJECT_ID
from tests.fakes.google.clock import zulu

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from tests.fakes.google.forms import Form

LIFE = timedelta(days=7)
WATCH_ID = re.compile(r"[a-z-]{4,63}")
TOPIC = re.compile(r"projects/([^/]+)/topics/([^/]+)")
GONE = "Watch not found or permission denied."
THERE = "A watch for the given end user, project, form, and event type already exists."


def listed(form: Form, now: datetime) -> dict[str, Any]:
    """Return the `ListWatchesResponse`; a watch that is over is not in it."""
    alive = [each for each in form.watches if _is_alive(each, now)]
    return {"watches": alive} if alive else {}


def made(form: Form, body: dict[str, Any], now: datetime, topics: Mapping[str, bool], chance: Random) -> dict[str, Any]:
    """Make a watch and return it. Raises Refusal."""
    wanted = body.get("watch", {})
    reports, topic = wanted.get("eventType", ""), wanted.get("target", {}).get("topic", {}).get("topicName", "")
    if wanted.get("id") or reports not in {"RESPONSES", "SCHEMA"} or not TOPIC.fullmatch(topic):
        raise errors.invalid("Request contains an invalid argument.")
    identity = body.get("watchId") or "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=20))
    alive = [each for each in form.watches if _is_alive(each, now)]
    if not WATCH_ID.fullmatch(identity) or identity in {each["id"] for each in alive}:
        raise errors.invalid("Request contains an invalid argument.")
    if reports in {each["eventType"] for each in alive}:
        raise _failed_precondition(THERE)
    found = TOPIC.fullmatch(topic)
    if not topics.get(topic) or (found and found[1] != PROJECT_ID):
        raise errors.refusal(403, "The caller does not have permission")
    watch = {
        "id": identity, "target": {"topic": {"topicName": topic}}, "eventType": reports, "createTime": zulu(now),
        "expireTime": zulu(now + LIFE), "state": "ACTIVE",
    }  # fmt: skip
    form.watches[:] = [*alive, watch]
    form.causes.discard(reports)
    return dict(watch)


def renewed(form: Form, identity: str, now: datetime) -> dict[str, Any]:
    """Let a watch last for seven days from now, and return it. Raises Refusal."""
    watch = _find(form, identity, now)
    if watch is None:
        raise errors.not_found()
    if watch["state"] == "SUSPENDED" and watch["eventType"] in form.causes:
        raise _failed_precondition("The watch could not be renewed.")
    watch.pop("errorType", None)
    watch |= {"state": "ACTIVE", "expireTime": zulu(now + LIFE)}
    return dict(watch)


def delete(form: Form, identity: str, now: datetime) -> None:
    """Take a watch away. Raises Refusal."""
    watch = _find(form, identity, now)
    if watch is None:
        raise errors.refusal(403, GONE)
    form.watches.remove(watch)


def suspend(form: Form, reports: str, why: str, *, for_good: bool) -> None:
    """Let a watch be suspended; `for_good` until what caused it is put right."""
    for watch in form.watches:
        if watch["eventType"] == reports:
            watch |= {"state": "SUSPENDED", "errorType": why}
    if for_good:
        form.causes.add(reports)


def _find(form: Form, identity: str, now: datetime) -> dict[str, Any] | None:
    return next((each for each in form.watches if each["id"] == identity and _is_alive(each, now)), None)


def _is_alive(watch: dict[str, Any], now: datetime) -> bool:
    return datetime.fromisoformat(watch["expireTime"]) > now


def _failed_precondition(message: str) -> errors.Refusal:
    refused = errors.refusal(400, message)
    refused.body["error"]["status"] = "FAILED_PRECONDITION"  # type: ignore[index]  # it is JSON
    return refused
