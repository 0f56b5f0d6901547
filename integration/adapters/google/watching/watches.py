"""Form watches: Forms publishes to a Pub/Sub topic that a form has new responses, or has changed itself.

Google allows an account one watch a form and kind of event, for seven days; `ensure_watch` makes or renews it.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime  # noqa: TC003  # msgspec reads the annotations
from typing import TYPE_CHECKING, Annotated

import msgspec

from integration.adapters.google.api.resources import WATCHES_URL, decode_answer
from integration.errors import AccessError, LostReplyError, NotFoundError, PublishError

if TYPE_CHECKING:
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Resource

EVENT_TYPES = {"RESPONSES": "new answers", "SCHEMA": "changes of the form"}
"""What a form can be watched for, by Google's word for it."""

WATCH_URL = WATCHES_URL + "/{}"
PUBLISHER_ACCOUNT = "forms-notifications@system.gserviceaccount.com"
"""Google's own account, as which Forms publishes to a topic."""

GOOGLE_NAMES = {
    "expires_at": "expireTime", "event_type": "eventType", "error_type": "errorType", "watch_id": "id"
}  # fmt: skip
ACCESS_LOST = {"PROJECT_NOT_AUTHORIZED", "NO_USER_ACCESS"}
"""Google's `errorType`s of a watch whose form is not shared with the account any more."""


class _Topic(msgspec.Struct, rename="camel"):
    topic_name: str = ""


class _Target(msgspec.Struct):
    topic: _Topic = msgspec.field(default_factory=_Topic)


class Watch(msgspec.Struct, frozen=True, rename=GOOGLE_NAMES):
    """A watch of a form. `event_type` is RESPONSES or SCHEMA, `error_type` why it is not active, in Google's word."""

    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    event_type: str = ""
    state: str = ""
    error_type: str = ""
    watch_id: str = ""
    target: _Target = msgspec.field(default_factory=_Target)

    @property
    def is_active(self) -> bool:
        """Whether Google publishes what it is for."""
        return self.state == "ACTIVE"

    @property
    def topic(self) -> str:
        """The whole name of the Pub/Sub topic that it publishes to."""
        return self.target.topic.topic_name


class WatchList(msgspec.Struct):
    """The watches of a form as Forms gives them."""

    watches: tuple[Watch, ...] = ()


def fetch_watches(client: GoogleClient, form_id: str, name: str) -> tuple[Watch, ...]:
    """Return the watches of one form. Raises what the client raises, and SourceError."""
    response = client.request("get", WATCHES_URL.format(form_id))
    return decode_answer(response, WatchList, where=f"Google's answer about {name}").watches


def find_watch(watches: tuple[Watch, ...], event_type: str) -> Watch | None:
    """Return the watch for these events, if there is one."""
    return next((watch for watch in watches if watch.event_type == event_type), None)


def ensure_watch(  # noqa: PLR0913  # which form, which events, which topic
    client: GoogleClient, resource: Resource, form_id: str, event_type: str, *, topic: str, current: Watch | None
) -> Watch:
    """Return the form's one watch for these events, good for seven days from now and publishing to this topic.

    `current` is the one that was just read: it is renewed; one that publishes to another topic, or has expired, is
    replaced. After a lost reply the watches are read again, so that none is made twice. Raises AccessError where a
    person must put something right, and whatever else the client raises.
    """
    for attempt in client.retry_lost_replies():
        with attempt:
            if attempt.num > 1:
                current = find_watch(fetch_watches(client, form_id, resource.name), event_type)
            if current and current.topic != topic:
                with suppress(NotFoundError):
                    client.request("delete", WATCH_URL.format(form_id, current.watch_id))
            elif current:
                with suppress(NotFoundError):  # its seven days are over
                    return _renew_watch(client, resource, form_id, current)
            return _create_watch(client, resource, form_id, event_type, topic)
    raise AssertionError("a watch was never looked after")


def _renew_watch(client: GoogleClient, resource: Resource, form_id: str, watch: Watch) -> Watch:
    try:
        response = client.request("post", WATCH_URL.format(form_id, watch.watch_id) + ":renew", json={})
    except NotFoundError:
        raise
    except (AccessError, PublishError) as error:
        if watch.is_active or not str(error).startswith(resource.opening):
            raise
        # A new watch would be refused for the same cause, so the suspended one stays: it names the cause.
        remedy = _let_publish(watch.topic)
        if watch.error_type in ACCESS_LOST:
            remedy = f"in Google, share the form with {client.account} as {resource.role}"
        raise AccessError(
            f"{resource.opening}: Google has suspended its watch for {EVENT_TYPES[watch.event_type]} "
            f"({watch.error_type or 'no reason given'}) and does not take it up again; {remedy}, then run "
            "renew-watches."
        ) from None
    return decode_answer(response, Watch, where=f"Google's answer about {resource.name}")


def _create_watch(client: GoogleClient, resource: Resource, form_id: str, event_type: str, topic: str) -> Watch:
    wanted = {"watch": {"target": {"topic": {"topicName": topic}}, "eventType": event_type}}
    try:
        response = client.request("post", WATCHES_URL.format(form_id), json=wanted)
    except (AccessError, PublishError) as error:
        if not str(error).startswith(resource.opening):
            raise
        # Another run may have made it meanwhile; the form itself can be read, or this run would have failed earlier.
        other = find_watch(fetch_watches(client, form_id, resource.name), event_type)
        if other and other.topic == topic:
            return other
        if other or "already exists" in str(error):
            raise LostReplyError(f"{resource.opening}: somebody else changes its watches; try again later.") from None
        raise AccessError(
            f"{resource.opening}: Google does not watch it for {EVENT_TYPES[event_type]}; {_let_publish(topic)}, and "
            f"that {client.account} is {resource.role} of the form, then run renew-watches."
        ) from None
    return decode_answer(response, Watch, where=f"Google's answer about {resource.name}")


def _let_publish(topic: str) -> str:
    return (
        f"in Google Cloud see that the topic {topic} is there, in the account's own project, and lets "
        f"{PUBLISHER_ACCOUNT} publish (Pub/Sub Publisher)"
    )
