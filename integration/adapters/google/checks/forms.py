"""A form in Google as it can be used: whether it and its answers can be read, and whether it is watched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import msgspec

from integration.adapters.google.api.resources import FORM_URL as ADDRESS
from integration.adapters.google.api.resources import RESPONSES_URL
from integration.adapters.google.checks.files import ANYONE, FORM, Share, check_file, warn_of_open_sharing
from integration.adapters.google.checks.probe import AS_DOCUMENTED, EVENT_TYPES, Reply, ResourceFindings, Watch
from integration.adapters.untrusted_input import decode_json
from integration.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.google.api.client import GoogleClient
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.probe import Probe

WATCHES_URL = ADDRESS + "/watches"
NO_ANSWER = {"pageSize": "1", "fields": "responses.responseId"}
"""Asks whether answers can be read, and brings none of them."""

ENDS_SOON = timedelta(days=1)


class _Info(msgspec.Struct):
    title: str = ""


class _PublishState(msgspec.Struct, rename="camel"):
    is_accepting_responses: bool = False


class _PublishSettings(msgspec.Struct, rename="camel"):
    publish_state: _PublishState | None = None


class Form(msgspec.Struct, rename="camel"):
    """What we ask of a form; an older form does not say whether it takes answers."""

    info: _Info = msgspec.field(default_factory=_Info)
    publish_settings: _PublishSettings = msgspec.field(default_factory=_PublishSettings)

    @property
    def is_taking_answers(self) -> bool | None:
        """Whether people can answer it now."""
        state = self.publish_settings.publish_state
        return state.is_accepting_responses if state else None


class _Topic(msgspec.Struct, rename="camel"):
    topic_name: str = ""


class _Target(msgspec.Struct):
    topic: _Topic = msgspec.field(default_factory=_Topic)


class _Watch(msgspec.Struct, rename="camel"):
    expire_time: Annotated[datetime, msgspec.Meta(tz=True)]
    event_type: str = ""
    state: str = ""
    error_type: str = ""
    id: str = ""
    target: _Target = msgspec.field(default_factory=_Target)


class _Watches(msgspec.Struct):
    watches: list[_Watch] = []


class _Anything(msgspec.Struct):
    """An answer of which only that it came is wanted."""


def check_form(
    inquiry: Probe, thing: Resource, identity: str, *, now: datetime, topic: str | None = None
) -> ResourceFindings:
    """Ask everything about one form; no answer of a person is read. `topic` is the one that its watches are to tell."""
    form = inquiry.ask(thing, ADDRESS.format(identity), Form, fields="info.title,publishSettings")
    answers: Reply[_Anything] = Reply(error=form.error)
    watches: Reply[_Watches] = Reply()
    if form.error is None:
        answers = inquiry.ask(thing, RESPONSES_URL.format(identity), _Anything, **NO_ANSWER)
        watches = inquiry.ask(thing, WATCHES_URL.format(identity), _Watches)
    file = check_file(inquiry, thing, identity, kind=FORM)
    refused = _only_answers_refused(thing, inquiry.account) if form.answer and answers.error else answers.error
    seen = None if watches.answer is None else tuple(map(_read_watch, watches.answer.watches))
    return ResourceFindings(
        thing=thing,
        identity=identity,
        kind=FORM,
        title=form.answer.info.title if form.answer else file.name,
        is_readable=form.is_good,
        is_writable=file.is_writable,
        are_answers_readable=answers.is_good,
        is_taking_answers=form.answer.is_taking_answers if form.answer else None,
        shares=file.shares,
        watches=seen,
        tabs=None,
        problems=file.problems_with([refused]),
        warnings=(
            *_warn_of_sharing(thing, file.shares or ()),
            *_warn_of_watches(thing, seen or (), now),
            *_warn_of_unwatched(thing, seen, topic),
        ),
    )


def fetch_watches(client: GoogleClient, identity: str, name: str) -> tuple[Watch, ...]:
    """Return the watches of one form. Raises what the client raises, and SourceError."""
    response = client.request("get", WATCHES_URL.format(identity))
    watches = decode_json(response.content, _Watches, where=f"Google's answer about {name}", what=AS_DOCUMENTED)
    return tuple(map(_read_watch, watches.watches))


def read_watch(content: bytes, name: str) -> Watch:
    """Return the watch that Google gives back when it is made or renewed. Raises SourceError."""
    return _read_watch(decode_json(content, _Watch, where=f"Google's answer about {name}", what=AS_DOCUMENTED))


def _only_answers_refused(thing: Resource, account: str) -> AccessError:
    return AccessError(
        f"{thing.opening}: {account} may see the form, but not its answers; in Google, share the form with that "
        f"address as {thing.role}."
    )


def _read_watch(watch: _Watch) -> Watch:
    return Watch(
        reports=watch.event_type,
        is_active=watch.state == "ACTIVE",
        expires_at=watch.expire_time,
        trouble=watch.error_type,
        identity=watch.id,
        topic=watch.target.topic.topic_name,
    )


def _warn_of_sharing(thing: Resource, shares: tuple[Share, ...]) -> tuple[str, ...]:
    # Who may only see a form may answer it, and that is what forms are for.
    editing = tuple(share for share in shares if share.may == "edit")
    return warn_of_open_sharing(thing, editing, holds="every answer", to=frozenset({ANYONE}))


def _warn_of_watches(thing: Resource, watches: tuple[Watch, ...], now: datetime) -> Iterator[str]:
    for watch in watches:
        if not watch.is_active:
            why = f" ({watch.trouble})" if watch.trouble else ""
            yield (
                f"{thing.opening}: its watch is suspended{why}, so that new answers are seen only when the form is "
                "read at its usual times; check that the form is still shared with the account, and run renew-watches."
            )
        elif watch.expires_at - now < ENDS_SOON:
            yield (
                f"{thing.opening}: its watch ends within a day; run renew-watches, or new answers are seen only when "
                "the form is read at its usual times."
            )


def _warn_of_unwatched(thing: Resource, watches: tuple[Watch, ...] | None, topic: str | None) -> Iterator[str]:
    told_of = {watch.reports for watch in watches or () if watch.topic == topic}
    missing = [words for reports, words in EVENT_TYPES.items() if reports not in told_of]
    if topic and watches is not None and missing:
        yield (
            f"{thing.opening}: it is not watched for {' and '.join(missing)}, though google.yaml names a topic; run "
            "renew-watches."
        )


"""Tells the certificates of a service account's keys, by the key's id; anybody may ask."""
"""A key without an end has a certificate that ends in the year 9999."""
