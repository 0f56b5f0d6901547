"""The watches by which Forms tells a Pub/Sub topic that something is new: one a form and kind of event, kept alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.google.checks.forms import WATCHES_URL, fetch_watches, read_watch
from integration.adapters.google.checks.probe import EVENT_TYPES
from integration.errors import AccessError, LostReplyError, NotFoundError, PublishError

if TYPE_CHECKING:
    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.probe import Watch

WATCH = WATCHES_URL + "/{}"
PUBLISHES = "forms-notifications@system.gserviceaccount.com"
"""Google's own account, as which Forms publishes to a topic."""

LOST_ACCESS = {"PROJECT_NOT_AUTHORIZED", "NO_USER_ACCESS"}
"""Google's words for a watch whose form is not shared with the account any more."""


def ensure_watch(  # noqa: PLR0913  # which form, which events, whom to tell
    client: GoogleClient, thing: Resource, form_id: str, reports: str, *, topic: str, standing: Watch | None
) -> Watch:
    """Return the form's one watch for these events, good for seven days from now and telling this topic.

    `standing` is the one that was there just now: it is renewed; where it tells another topic, or is over, another one
    takes its place. Where a reply is lost it is looked at again, so that none is made twice. Raises AccessError where a
    person must mend something, and whatever else the client raises.
    """
    for attempt in client.again():
        with attempt:
            if attempt.num > 1:
                standing = find_watch(fetch_watches(client, form_id, thing.name), reports)
            return _kept(client, thing, form_id, reports, topic, standing)
    raise AssertionError("a watch was never looked after")


def find_watch(watches: tuple[Watch, ...], reports: str) -> Watch | None:
    """Return the watch for these events: Google allows an account one a form."""
    return next((watch for watch in watches if watch.reports == reports), None)


def _kept(  # noqa: PLR0913, PLR0917  # the same, handed through
    client: GoogleClient, thing: Resource, form_id: str, reports: str, topic: str, standing: Watch | None
) -> Watch:
    if standing and standing.topic != topic:
        _delete(client, form_id, standing)
    elif standing:
        try:
            return _renewed(client, thing, form_id, standing)
        except NotFoundError:
            pass  # its seven days are over
    return _made(client, thing, form_id, reports, topic)


def _renewed(client: GoogleClient, thing: Resource, form_id: str, standing: Watch) -> Watch:
    try:
        response = client.request("post", WATCH.format(form_id, standing.identity) + ":renew", json={})
    except NotFoundError:
        raise
    except (AccessError, PublishError) as error:
        if standing.is_active or not str(error).startswith(thing.opening):
            raise
        # Another one would be refused for the same cause, so the one that says the cause stays.
        raise AccessError(_suspended(thing, standing, client.account)) from None
    return read_watch(response.content, thing.name)


def _delete(client: GoogleClient, form_id: str, standing: Watch) -> None:
    try:
        client.request("delete", WATCH.format(form_id, standing.identity))
    except NotFoundError:
        return


def _made(client: GoogleClient, thing: Resource, form_id: str, reports: str, topic: str) -> Watch:
    wanted = {"watch": {"target": {"topic": {"topicName": topic}}, "eventType": reports}}
    try:
        response = client.request("post", WATCHES_URL.format(form_id), json=wanted)
    except (AccessError, PublishError) as error:
        if not str(error).startswith(thing.opening):
            raise
        # Somebody may have made it meanwhile; the form itself can be read, or we would not have come so far.
        there = find_watch(fetch_watches(client, form_id, thing.name), reports)
        if there and there.topic == topic:
            return there
        if there or "already exists" in str(error):
            raise LostReplyError(f"{thing.opening}: somebody else changes its watches; try again later.") from None
        raise AccessError(
            f"{thing.opening}: Google does not watch it for {EVENT_TYPES[reports]}; {_let_publish(topic)}, and that "
            f"{client.account} is {thing.role} of the form, then run renew-watches."
        ) from None
    return read_watch(response.content, thing.name)


def _suspended(thing: Resource, standing: Watch, account: str) -> str:
    mend = _let_publish(standing.topic)
    if standing.trouble in LOST_ACCESS:
        mend = f"in Google, share the form with {account} as {thing.role}"
    return (
        f"{thing.opening}: Google has suspended its watch for {EVENT_TYPES[standing.reports]} "
        f"({standing.trouble or 'no reason given'}) and does not take it up again; {mend}, then run renew-watches."
    )


def _let_publish(topic: str) -> str:
    return (
        f"in Google Cloud see that the topic {topic} is there, in the account's own project, and lets {PUBLISHES} "
        "publish (Pub/Sub Publisher)"
    )
