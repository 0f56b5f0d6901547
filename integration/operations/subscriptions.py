"""renew-watches: keeps alive what Google tells us by, and asks for what was missed meanwhile to be read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from config.environment import Environment, read_drive_channel_key
from config.errors import SettingError
from integration.adapters.google.checks.forms import fetch_watches
from integration.adapters.google.checks.probe import EVENT_TYPES
from integration.adapters.google.watching.channels import (
    MAX_LIFETIME,
    new_channel_id,
    open_channel,
    stop_channel,
    token_for,
)
from integration.adapters.google.watching.watches import ensure_watch, find_watch
from integration.errors import SINGLE_SOURCE_ERRORS, CallError, CombinedError, CrescendoError, LostReplyError
from integration.model import Channel, name_form_shard, name_spreadsheet_shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.schema import Google
    from integration.adapters.google.api.resources import Resource
    from integration.adapters.google.checks.probe import Watch
    from integration.ports import Store
    from integration.wiring import Service

NO_ADDRESS = (
    "DRIVE_CHANNEL_KEY is set, but google.yaml names no address to which Drive could send: write “address: https://…”, "
    "where the web side is reached from outside, under watch, or take DRIVE_CHANNEL_KEY away."
)

LEFT_ALONE = "No watch and no channel could be renewed or made; what was there before stays until its time is over."


@dataclass(frozen=True, slots=True)
class RenewalResult:
    """What became of the forms' watches and the spreadsheets' channels; `not_watched` says what is not, and why."""

    watches: SubscriptionStates
    channels: SubscriptionStates
    not_watched: tuple[str, ...] = ()

    def in_words(self) -> str:
        """Return how many were made and kept, what is read again, and what is not watched, in a sentence."""
        behind = [*self.watches.behind, *self.channels.behind]
        again = (f"to be read, for something may have been missed: {', '.join(behind)}",) if behind else ()
        return "; ".join([*self._there, *again, *self.not_watched])

    def in_words_of_the_rest(self) -> str:
        """Return what was done though something could not be, in a sentence of its own."""
        return f"Done all the same: {self.in_words()}." if self._there else LEFT_ALONE

    @property
    def _there(self) -> tuple[str, ...]:
        watches = self.watches.in_words("watch", "watches", "renewed")
        return tuple(filter(None, [watches, self.channels.in_words("channel", "channels", "kept")]))


def renew_watches(service: Service, *, now: datetime) -> RenewalResult:
    """Renew every form's watches and every spreadsheet's channel; make those that are missing.

    Raises AccessError, OutsideError, CallError, or Several of them, when everything else is done.
    """
    google = service.settings.google
    if google is None or not service.reads_google:
        return RenewalResult(
            SubscriptionStates(),
            SubscriptionStates(),
            ("nothing is watched, for forms and sheets do not come from Google",),
        )
    watches, channels = _watches(service, google, now), _channels(service, google, now)
    done = RenewalResult(watches, channels, tuple(_not_watched(google)))
    if errors := (*watches.errors, *channels.errors):
        raise errors[0] if len(errors) == 1 else CombinedError(errors, done.in_words_of_the_rest())
    return done


def _not_watched(google: Google) -> Iterator[str]:
    """Give what nobody asked to have watched, and by what it would be; what cannot be is an error, and told as such."""
    topic, address = (google.watch.topic, google.watch.address) if google.watch else (None, None)
    if google.forms and topic is None:
        yield "the forms are not watched, for google.yaml names no topic"
    if google.sheets and Environment().drive_channel_key is None:
        no_address = "" if address else "google.yaml names no address, and "
        yield f"the spreadsheets are not watched, for {no_address}DRIVE_CHANNEL_KEY is not set"


def _watches(service: Service, google: Google, now: datetime) -> SubscriptionStates:
    if google.watch is None or google.watch.topic is None:
        return SubscriptionStates()
    from integration.adapters.google.api.resources import resources_by_id  # noqa: PLC0415  # only where Google is on

    return renew_form_watches(service, google.forms, resources_by_id(google), topic=google.watch.topic, now=now)


def _channels(service: Service, google: Google, now: datetime) -> SubscriptionStates:

    try:
        key, address = read_drive_channel_key(), google.watch.address if google.watch else None
    except SettingError as error:
        return SubscriptionStates((SubscriptionState(error=CallError(str(error))),))
    if key and address:
        return renew_channels(service, google.sheets, address=address, key=key, now=now)
    stopped = stop_channels(service, now=now)
    if key and google.sheets:
        return SubscriptionStates((*stopped.outcomes, SubscriptionState(error=CallError(NO_ADDRESS))))
    return stopped


WATCHES, CHANNELS = "watches", "channels"


def load_watches(store: Store) -> dict[str, str]:
    """Return the id of each watch since which nothing can have been missed, by what it watches."""
    return dict(json.loads(store.recall(WATCHES) or "{}"))


def save_watches(store: Store, watches: Mapping[str, str]) -> None:
    """Remember these, instead of those before."""
    store.remember(WATCHES, json.dumps(watches))


def load_channels(store: Store, *, now: datetime) -> list[Channel]:
    """Return the channels that may still be open."""
    told = (
        {**each, "since": datetime.fromisoformat(each["since"]), "until": datetime.fromisoformat(each["until"])}
        for each in json.loads(store.recall(CHANNELS) or "[]")
    )
    return [channel for channel in (Channel(**each) for each in told) if channel.until > now]


def save_channels(store: Store, channels: Iterable[Channel]) -> None:
    """Remember these, instead of those before."""
    told = [
        {
            "spreadsheet": each.spreadsheet,
            "file": each.file,
            "identity": each.identity,
            "resource": each.resource,
            "since": each.since.isoformat(),
            "until": each.until.isoformat(),
            "mark": each.mark,
        }
        for each in channels
    ]
    store.remember(CHANNELS, json.dumps(told))


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """What became of one of them: it is there, made or kept, or there is an error.

    `behind` is the form or spreadsheet that is to be read, for something may have been missed; "" where nothing was.
    """

    is_kept: bool = False
    behind: str = ""
    error: CrescendoError | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionStates:
    """What became of each."""

    outcomes: tuple[SubscriptionState, ...] = ()

    @property
    def behind(self) -> tuple[str, ...]:
        """What is to be read, each once."""
        return tuple(dict.fromkeys(each.behind for each in self.outcomes if each.behind))

    @property
    def errors(self) -> tuple[CrescendoError, ...]:
        """What kept the others from being there."""
        return tuple(each.error for each in self.outcomes if each.error)

    def in_words(self, one: str, many: str, kept: str) -> str:
        """Return how many there are, such as `2 watches made, 6 renewed`; "" where there are none."""
        there = [each.is_kept for each in self.outcomes if each.error is None]
        counts = ((there.count(False), "made"), (there.count(True), kept))
        told = [(number, word) for number, word in counts if number]
        if not told:
            return ""
        (number, word), *more = told
        first = f"{number} {one if number == 1 else many} {word}"
        return ", ".join([first, *(f"{number} {word}" for number, word in more)])


def renew_form_watches(
    service: Service, forms: Mapping[str, str], things: Mapping[str, Resource], *, topic: str, now: datetime
) -> SubscriptionStates:
    """Renew the watches of the forms, whose ids in Google these are; what is wrong with one keeps no other back."""
    watching = _Watching(service, forms, topic=topic, now=now)
    return SubscriptionStates(
        tuple(outcome for key, form_id in forms.items() for outcome in watching.renew(key, form_id, things[form_id]))
    )


class _Watching:
    """Renews one form's watches after the other; what is known of them is remembered at each step."""

    def __init__(self, service: Service, forms: Mapping[str, str], *, topic: str, now: datetime) -> None:
        self._service, self._topic, self._now = service, topic, now
        names = {_name(key, reports) for key in forms for reports in EVENT_TYPES}
        self._known = {name: each for name, each in load_watches(service.store).items() if name in names}

    def renew(self, key: str, form_id: str, thing: Resource) -> Iterator[SubscriptionState]:
        """Give what became of each of the form's watches."""
        try:
            watches = fetch_watches(self._service.google, form_id, thing.name)
        except SINGLE_SOURCE_ERRORS as error:
            yield SubscriptionState(error=error)
            return
        for reports in EVENT_TYPES:
            standing = find_watch(watches, reports)
            if self._service.dry:
                yield SubscriptionState(is_kept=standing is not None and standing.topic == self._topic)
                continue
            try:
                yield self._renew(key, form_id, thing, reports, standing)
            except SINGLE_SOURCE_ERRORS as error:
                yield SubscriptionState(error=error)

    def _renew(
        self, key: str, form_id: str, thing: Resource, reports: str, standing: Watch | None
    ) -> SubscriptionState:
        name = _name(key, reports)
        if not (standing and standing.is_active and standing.identity == self._known.get(name)):
            # Should this run break off, the next one knows that something may have been missed.
            self._remember(name, None)
        watch = ensure_watch(self._service.google, thing, form_id, reports, topic=self._topic, standing=standing)
        is_behind = watch.identity != self._known.get(name)
        if is_behind:
            self._service.store.ledger.ask(name_form_shard(key), now=self._now)
            self._remember(name, watch.identity)
        is_kept = standing is not None and standing.identity == watch.identity
        return SubscriptionState(is_kept=is_kept, behind=key if is_behind else "")

    def _remember(self, name: str, identity: str | None) -> None:
        if self._known.get(name) == identity:
            return
        self._known.pop(name, None)
        if identity:
            self._known[name] = identity
        save_watches(self._service.store, self._known)


def _name(key: str, reports: str) -> str:
    return f"{key} {reports}"


MARK_LENGTH = 16


def renew_channels(
    service: Service, sheets: Mapping[str, str], *, address: str, key: bytes, now: datetime
) -> SubscriptionStates:
    """Keep a channel open for each spreadsheet, whose ids in Google these are, and no other.

    What is wrong with one keeps no other back.
    """
    channels = _Channels(service, address=address, key=key, now=now)
    kept = [channels.keep(name, file) for name, file in sheets.items()]
    return SubscriptionStates((*kept, *channels.stop_others(sheets)))


def stop_channels(service: Service, *, now: datetime) -> SubscriptionStates:
    """Stop whatever is open, where nobody is to be told any more."""
    return SubscriptionStates(tuple(_Channels(service, address="", key=b"", now=now).stop_others({})))


class _Channels:
    """The channels that may be open: each is remembered before it is, and forgotten when it is stopped."""

    def __init__(self, service: Service, *, address: str, key: bytes, now: datetime) -> None:
        self._service, self._address, self._key, self._now = service, address, key, now
        self._mark = token_for(key, address)[:MARK_LENGTH]
        self._known = {each.identity: each for each in load_channels(service.store, now=now)}

    def keep(self, name: str, file: str) -> SubscriptionState:
        """See to it that a channel tells us of the spreadsheet, for half a day at least."""
        serving = self._serving(name, file)
        if serving and self._is_fresh(serving):
            return SubscriptionState(is_kept=True)
        if self._service.dry:
            return SubscriptionState()
        try:
            opened = self._open(name, file)
        except SINGLE_SOURCE_ERRORS as error:
            return SubscriptionState(error=error)
        if serving is None:
            self._service.store.ledger.ask(name_spreadsheet_shard(name), now=self._now)
        # Only now it counts: should this run break off before, the next one opens another and has all of it read.
        self._remember(opened)
        return SubscriptionState(behind="" if serving else name)

    def stop_others(self, sheets: Mapping[str, str]) -> Iterator[SubscriptionState]:
        """Stop every channel beside the one that serves each spreadsheet; give what kept one from being stopped.

        Where none serves, what may be open stays as it is.
        """
        serving = {file: self._serving(name, file) for name, file in sheets.items()}
        resources = {each.file: each.resource for each in self._known.values() if each.resource}
        for channel in () if self._service.dry else tuple(self._known.values()):
            resource, serves = channel.resource or resources.get(channel.file), serving.get(channel.file)
            if serves is channel or (serves is None and channel.file in serving) or resource is None:
                continue
            try:
                stop_channel(self._service.google, channel, resource=resource)
            except SINGLE_SOURCE_ERRORS as error:
                yield SubscriptionState(error=error)
            else:
                self._forget(channel)

    def _serving(self, name: str, file: str) -> Channel | None:
        """Return the channel that tells us of the spreadsheet now, if there is one."""
        wanted = (name, file, self._mark)
        serves = [each for each in self._known.values() if (each.spreadsheet, each.file, each.mark) == wanted]
        return max((each for each in serves if each.resource), key=lambda each: each.until, default=None)

    def _is_fresh(self, channel: Channel) -> bool:
        """Whether at least half of its time is left."""
        return channel.until - self._now >= (channel.until - channel.since) / 2

    def _open(self, name: str, file: str) -> Channel:
        for attempt in self._service.google.again():
            with attempt:
                until = self._now + MAX_LIFETIME
                wanted = Channel(name, file, new_channel_id(name), "", since=self._now, until=until, mark=self._mark)
                self._remember(wanted)
                try:
                    resource, until = open_channel(self._service.google, wanted, address=self._address, key=self._key)
                except LostReplyError:
                    raise  # it may be open: it stays known, and the next one tells by what name it is stopped
                except CrescendoError:
                    self._forget(wanted)
                    raise
                return replace(wanted, resource=resource, until=until)
        raise AssertionError("a channel was never opened")

    def _remember(self, channel: Channel) -> None:
        self._known[channel.identity] = channel
        save_channels(self._service.store, self._known.values())

    def _forget(self, channel: Channel) -> None:
        del self._known[channel.identity]
        save_channels(self._service.store, self._known.values())
