"""renew-watches: keeps Google's notifications alive, and has read what may have been missed without them.

1. Each form has a watch of Google Forms for each event type, good for seven days: it is renewed, or made anew. A form
   of which a watch was not there all the time is to be read.
2. Each spreadsheet has a channel of Google Drive, good for a day: when half of its time is over, another one is opened,
   and only then the old one stopped. A spreadsheet that had none is to be read.
3. What is wrong with one of them keeps no other back: it is raised when everything else is done.

The store keeps what is known of them, so that a run that breaks off makes none twice and has no form or spreadsheet
forgotten that is to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.environment import Environment, read_drive_channel_key
from config.errors import SettingError
from integration.adapters.google.watching.channels import (
    MAX_LIFETIME,
    new_channel_id,
    open_channel,
    stop_channel,
    token_for,
)
from integration.adapters.google.watching.watches import EVENT_TYPES, ensure_watch, fetch_watches, find_watch
from integration.clock_jumps import TOLERANCE
from integration.errors import SINGLE_SOURCE_ERRORS, CallError, CombinedError, CrescendoError, LostReplyError
from integration.model import Channel
from integration.operations.job_runs import name_form_shard, name_spreadsheet_shard
from integration.text_format import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from config.schema import Google
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.watching.watches import Watch
    from integration.adapters.store import Store
    from integration.wiring import Service

NO_ADDRESS = (
    "DRIVE_CHANNEL_KEY is set, but google.yaml names no address to which Drive could send: write “address: https://…”, "
    "where the web side is reached from outside, under watch, or take DRIVE_CHANNEL_KEY away."
)

MARK_LENGTH = 16
"""By so much of its token a channel is known to be of this key and address."""


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What became of one watch or channel: it is there, kept or made, or there is an error.

    `to_read` is the form or spreadsheet that is to be read, for something may have been missed; "" where nothing was.
    """

    is_kept: bool = False
    to_read: str = ""
    error: CrescendoError | None = None


@dataclass(frozen=True, slots=True)
class RenewalResult:
    """What became of the forms' watches and the spreadsheets' channels; `not_watched` says what is not, and why."""

    watches: tuple[SubscriptionState, ...] = ()
    channels: tuple[SubscriptionState, ...] = ()
    not_watched: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Return how many were made and kept, what is to be read, and what is not watched, in a sentence."""
        forms = dict.fromkeys(each.to_read for each in self.watches if each.to_read)
        sheets = dict.fromkeys(each.to_read for each in self.channels if each.to_read)
        to_read = f"to be read, for something may have been missed: {', '.join([*forms, *sheets])}"
        return "; ".join([*self.counts, *([to_read] if forms or sheets else []), *self.not_watched])

    @property
    def counts(self) -> list[str]:
        """How many watches and how many channels there are, in words; nothing where there are none."""
        watches = _count_states(self.watches, "watch", "watches", "renewed")
        return [each for each in (watches, _count_states(self.channels, "channel", "channels", "kept")) if each]


def _count_states(states: Iterable[SubscriptionState], one: str, many: str, kept: str) -> str:
    """Return how many there are, such as `2 watches made, 6 renewed`; "" where there are none."""
    are_kept = [each.is_kept for each in states if each.error is None]
    made, stayed = are_kept.count(False), are_kept.count(True)
    if not made:
        return f"{format_count(stayed, one, plural=many)} {kept}" if stayed else ""
    return f"{format_count(made, one, plural=many)} made" + (f", {stayed} {kept}" if stayed else "")


def renew_watches(service: Service, *, now: datetime) -> RenewalResult:
    """Renew every form's watches and every spreadsheet's channel; make those that are missing.

    Raises AccessError, ExternalServiceError, CallError, or a CombinedError, when everything else is done.
    """
    google = service.settings.google
    if google is None or not service.reads_google:
        return RenewalResult(not_watched=("nothing is watched, for forms and sheets do not come from Google",))
    topic, address = (google.watch.topic, google.watch.address) if google.watch else (None, None)
    not_watched: list[str] = []  # what google.yaml does not ask to have watched; what cannot be watched is an error
    if google.forms and topic is None:
        not_watched.append("the forms are not watched, for google.yaml names no topic")
    if google.sheets and Environment().drive_channel_key is None:
        no_address = "" if address else "google.yaml names no address, and "
        not_watched.append(f"the spreadsheets are not watched, for {no_address}DRIVE_CHANNEL_KEY is not set")
    watches: list[SubscriptionState] = []
    if topic:
        from integration.adapters.google.api.resources import resources_by_id  # noqa: PLC0415  # only where Google is on

        resources, of_forms = resources_by_id(google), _Watches(service, google.forms, topic=topic, now=now)
        for key, form_id in google.forms.items():
            watches += of_forms.renew(key, form_id, resources[form_id])
    result = RenewalResult(tuple(watches), tuple(_renew_channels(service, google, address, now)), tuple(not_watched))
    errors = [each.error for each in (*result.watches, *result.channels) if each.error]
    if not errors:
        return result
    rest = "No watch and no channel could be renewed or made; what was there before stays until its time is over."
    if result.counts:
        rest = f"Done all the same: {result.in_words()}."
    raise errors[0] if len(errors) == 1 else CombinedError(errors, rest)


class _Watches:
    """The forms' watches, renewed one form after the other; what is known of them is stored at each step.

    Stored is the id of each watch since which nothing can have been missed, by what it watches.
    """

    def __init__(self, service: Service, forms: Mapping[str, str], *, topic: str, now: datetime) -> None:
        self._service, self._topic, self._now = service, topic, now
        names = {f"{key} {event_type}" for key in forms for event_type in EVENT_TYPES}
        stored = service.store.state.watches.get() or {}
        self._known = {name: each for name, each in stored.items() if name in names}

    def renew(self, key: str, form_id: str, form: Resource) -> Iterator[SubscriptionState]:
        """Give what became of each of the form's watches."""
        try:
            watches = fetch_watches(self._service.google, form_id, form.name)
        except SINGLE_SOURCE_ERRORS as error:
            yield SubscriptionState(error=error)
            return
        for event_type in EVENT_TYPES:
            existing = find_watch(watches, event_type)
            if self._service.dry:
                yield SubscriptionState(is_kept=existing is not None and existing.topic == self._topic)
                continue
            try:
                yield self._renew(key, form_id, form, event_type, existing)
            except SINGLE_SOURCE_ERRORS as error:
                yield SubscriptionState(error=error)

    def _renew(
        self, key: str, form_id: str, form: Resource, event_type: str, existing: Watch | None
    ) -> SubscriptionState:
        name = f"{key} {event_type}"
        if not (existing and existing.is_active and existing.watch_id == self._known.get(name)):
            # Should this run break off, the next one knows that something may have been missed.
            self._save(name, None)
        watch = ensure_watch(self._service.google, form, form_id, event_type, topic=self._topic, current=existing)
        is_new = watch.watch_id != self._known.get(name)
        if is_new:
            self._service.store.ledger.request(name_form_shard(key), now=self._now)
            self._save(name, watch.watch_id)
        is_kept = existing is not None and existing.watch_id == watch.watch_id
        return SubscriptionState(is_kept=is_kept, to_read=key if is_new else "")

    def _save(self, name: str, identity: str | None) -> None:
        if self._known.get(name) == identity:
            return
        self._known.pop(name, None)
        if identity:
            self._known[name] = identity
        self._service.store.state.watches.set(dict(self._known))


def _renew_channels(
    service: Service, google: Google, address: str | None, now: datetime
) -> Iterator[SubscriptionState]:
    """Keep a channel open for each spreadsheet, and no other; none where there is no key or no address."""
    try:
        key = read_drive_channel_key()
    except SettingError as error:
        yield SubscriptionState(error=CallError(str(error)))
        return
    wanted = google.sheets if key and address else {}
    channels = _Channels(service, address=address or "", key=key if key and address else b"", now=now)
    for name, file in wanted.items():
        yield channels.keep(name, file)
    yield from channels.stop_others(wanted)
    if key and google.sheets and not address:
        yield SubscriptionState(error=CallError(NO_ADDRESS))


class _Channels:
    """The channels that may be open: each is stored before it is opened, and dropped when it is stopped."""

    def __init__(self, service: Service, *, address: str, key: bytes, now: datetime) -> None:
        self._service, self._address, self._key, self._now = service, address, key, now
        self._mark = token_for(key, address)[:MARK_LENGTH]
        self._known = {each.identity: each for each in load_channels(service.store, now=now)}

    def keep(self, name: str, file: str) -> SubscriptionState:
        """See to it that the spreadsheet has a channel for at least half of its lifetime more."""
        current = self._current(name, file)
        if current and current.until - self._now >= (current.until - current.since) / 2:
            return SubscriptionState(is_kept=True)
        if self._service.dry:
            return SubscriptionState()
        try:
            opened = self._open(name, file)
        except SINGLE_SOURCE_ERRORS as error:
            return SubscriptionState(error=error)
        if current is None:
            self._service.store.ledger.request(name_spreadsheet_shard(name), now=self._now)
        # Only now it counts: should this run break off before, the next one opens another and has all of it read.
        self._save(opened)
        return SubscriptionState(to_read="" if current else name)

    def stop_others(self, sheets: Mapping[str, str]) -> Iterator[SubscriptionState]:
        """Stop every channel beside the current one of each spreadsheet; give what kept one from being stopped.

        Where there is no current one, what may be open stays as it is.
        """
        current = {file: self._current(name, file) for name, file in sheets.items()}
        resources = {each.file: each.resource for each in self._known.values() if each.resource}
        for channel in () if self._service.dry else tuple(self._known.values()):
            resource, of_file = channel.resource or resources.get(channel.file), current.get(channel.file)
            if of_file is channel or (of_file is None and channel.file in current) or resource is None:
                continue
            try:
                stop_channel(self._service.google, channel, resource=resource)
            except SINGLE_SOURCE_ERRORS as error:
                yield SubscriptionState(error=error)
            else:
                self._drop(channel)

    def _current(self, name: str, file: str) -> Channel | None:
        """Return the channel that notifies us of the spreadsheet now, if there is one."""
        wanted = (name, file, self._mark)
        open_ones = [
            each
            for each in self._known.values()
            if (each.spreadsheet, each.file, each.mark) == wanted and is_of_our_time(each, self._now)
        ]
        return max((each for each in open_ones if each.resource), key=lambda each: each.until, default=None)

    def _open(self, name: str, file: str) -> Channel:
        for attempt in self._service.google.retry_lost_replies():
            with attempt:
                until = self._now + MAX_LIFETIME
                wanted = Channel(name, file, new_channel_id(name), "", since=self._now, until=until, mark=self._mark)
                self._save(wanted)
                try:
                    resource, until = open_channel(self._service.google, wanted, address=self._address, key=self._key)
                except LostReplyError:
                    raise  # it may be open: it stays stored, and the next one tells by what name it is stopped
                except CrescendoError:
                    self._drop(wanted)
                    raise
                return replace(wanted, resource=resource, until=until)
        raise AssertionError("a channel was never opened")

    def _save(self, channel: Channel) -> None:
        self._known[channel.identity] = channel
        self._service.store.state.channels.set(tuple(self._known.values()))

    def _drop(self, channel: Channel) -> None:
        del self._known[channel.identity]
        self._service.store.state.channels.set(tuple(self._known.values()))


def load_channels(store: Store, *, now: datetime) -> list[Channel]:
    """Return the channels that may still be open."""
    return [channel for channel in store.state.channels.get() or () if channel.until > now]


def is_of_our_time(channel: Channel, now: datetime) -> bool:
    """Return whether its times can be true: a clock that was wrong may have written them."""
    return channel.since <= now + TOLERANCE and channel.until <= now + MAX_LIFETIME + TOLERANCE
