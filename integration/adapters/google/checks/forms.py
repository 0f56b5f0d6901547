"""Checks a form: whether it and its responses can be read, how it is shared, whether it is watched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from integration.adapters.google.api.resources import FORM_URL, RESPONSES_URL, WATCHES_URL
from integration.adapters.google.checks.files import ANYONE, FORM, check_file, warn_of_open_sharing
from integration.adapters.google.checks.probe import Reply, ResourceFindings
from integration.adapters.google.watching.watches import EVENT_TYPES, Watch, WatchList
from integration.errors import AccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.probe import Probe

RESPONSES_PARAMS = {"pageSize": "1", "fields": "responses.responseId"}
"""Asks whether responses can be read, and fetches the answers of none."""

EXPIRES_SOON = timedelta(days=1)


class _Info(msgspec.Struct):
    title: str = ""


class _PublishState(msgspec.Struct, rename="camel"):
    is_accepting_responses: bool = False


class _PublishSettings(msgspec.Struct, rename="camel"):
    publish_state: _PublishState | None = None


class _Form(msgspec.Struct, rename="camel"):
    """What is asked of a form; an older form does not say whether it accepts responses."""

    info: _Info = msgspec.field(default_factory=_Info)
    publish_settings: _PublishSettings = msgspec.field(default_factory=_PublishSettings)

    @property
    def is_accepting_responses(self) -> bool | None:
        state = self.publish_settings.publish_state
        return state.is_accepting_responses if state else None


def check_form(
    probe: Probe, resource: Resource, form_id: str, *, now: datetime, topic: str | None = None
) -> ResourceFindings:
    """Check one form; no answer of a person is read. `topic` is the one that its watches are to publish to."""
    form = probe.ask(resource, FORM_URL.format(form_id), _Form, fields="info.title,publishSettings")
    responses: Reply[dict[str, object]] = Reply(error=form.error)
    watch_list: Reply[WatchList] = Reply()
    if form.error is None:
        responses = probe.ask(resource, RESPONSES_URL.format(form_id), dict[str, object], **RESPONSES_PARAMS)
        watch_list = probe.ask(resource, WATCHES_URL.format(form_id), WatchList)
    file = check_file(probe, resource, form_id, kind=FORM)
    error = responses.error
    if form.answer and error:
        error = AccessError(
            f"{resource.opening}: {probe.account} may see the form, but not its answers; in Google, share the form "
            f"with that address as {resource.role}."
        )
    watches = None if watch_list.answer is None else watch_list.answer.watches
    # Only those who may edit: who may view a form may answer it, and that is what forms are for.
    editors = tuple(share for share in file.shares or () if share.right == "edit")
    return ResourceFindings(
        resource=resource,
        resource_id=form_id,
        kind=FORM,
        title=form.answer.info.title if form.answer else file.name,
        is_readable=form.is_ok,
        is_writable=file.is_writable,
        are_responses_readable=responses.is_ok,
        is_accepting_responses=form.answer.is_accepting_responses if form.answer else None,
        shares=file.shares,
        watches=watches,
        problems=file.problems_with([error]),
        warnings=(
            *warn_of_open_sharing(resource, editors, holds="every answer", to=frozenset({ANYONE})),
            *(() if watches is None else _warn_of_watches(resource.opening, watches, topic, now)),
        ),
    )


def _warn_of_watches(name: str, watches: tuple[Watch, ...], topic: str | None, now: datetime) -> Iterator[str]:
    for watch in watches:
        if not watch.is_active:
            reason = f" ({watch.error_type})" if watch.error_type else ""
            yield (
                f"{name}: its watch is suspended{reason}, so that new answers are seen only when the form is read at "
                "its usual times; check that the form is still shared with the account, and run renew-watches."
            )
        elif watch.expires_at - now < EXPIRES_SOON:
            yield (
                f"{name}: its watch ends within a day; run renew-watches, or new answers are seen only when the form "
                "is read at its usual times."
            )
    watched = {watch.event_type for watch in watches if watch.topic == topic}
    missing = [words for event_type, words in EVENT_TYPES.items() if event_type not in watched]
    if topic and missing:
        yield (
            f"{name}: it is not watched for {' and '.join(missing)}, though google.yaml names a topic; run "
            "renew-watches."
        )
