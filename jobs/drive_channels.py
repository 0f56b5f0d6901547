"""The spreadsheets' channels: each replaced before it ends, and the old one stopped; what was missed is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from integration.adapters.google.channel import new_channel_id, token_of
from integration.adapters.google.channels import LONGEST, open_channel, stop_channel
from integration.errors import OF_ONE_THING, CrescendoError, LostReply
from integration.model import Channel, sync_of_spreadsheet
from jobs.upkeep import Outcome, Upkeep
from jobs.watched import keep_channels, known_channels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from integration.wiring import Service

MARK_LENGTH = 16


def renew_channels(service: Service, sheets: Mapping[str, str], *, address: str, key: bytes, now: datetime) -> Upkeep:
    """Keep a channel open for each spreadsheet, whose ids in Google these are, and no other.

    What is wrong with one keeps no other back.
    """
    channels = _Channels(service, address=address, key=key, now=now)
    kept = [channels.keep(name, file) for name, file in sheets.items()]
    return Upkeep((*kept, *channels.stop_others(sheets)))


def stop_channels(service: Service, *, now: datetime) -> Upkeep:
    """Stop whatever is open, where nobody is to be told any more."""
    return Upkeep(tuple(_Channels(service, address="", key=b"", now=now).stop_others({})))


class _Channels:
    """The channels that may be open: each is remembered before it is, and forgotten when it is stopped."""

    def __init__(self, service: Service, *, address: str, key: bytes, now: datetime) -> None:
        self._service, self._address, self._key, self._now = service, address, key, now
        self._mark = token_of(key, address)[:MARK_LENGTH]
        self._known = {each.identity: each for each in known_channels(service.store, now=now)}

    def keep(self, name: str, file: str) -> Outcome:
        """See to it that a channel tells us of the spreadsheet, for half a day at least."""
        serving = self._serving(name, file)
        if serving and self._is_fresh(serving):
            return Outcome(is_kept=True)
        if self._service.dry:
            return Outcome()
        try:
            opened = self._open(name, file)
        except OF_ONE_THING as error:
            return Outcome(error=error)
        if serving is None:
            self._service.store.ledger.ask(sync_of_spreadsheet(name), now=self._now)
        # Only now it counts: should this run break off before, the next one opens another and has all of it read.
        self._remember(opened)
        return Outcome(behind="" if serving else name)

    def stop_others(self, sheets: Mapping[str, str]) -> Iterator[Outcome]:
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
            except OF_ONE_THING as error:
                yield Outcome(error=error)
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
                until = self._now + LONGEST
                wanted = Channel(name, file, new_channel_id(name), "", since=self._now, until=until, mark=self._mark)
                self._remember(wanted)
                try:
                    resource, until = open_channel(self._service.google, wanted, address=self._address, key=self._key)
                except LostReply:
                    raise  # it may be open: it stays known, and the next one tells by what name it is stopped
                except CrescendoError:
                    self._forget(wanted)
                    raise
                return replace(wanted, resource=resource, until=until)
        raise AssertionError("a channel was never opened")

    def _remember(self, channel: Channel) -> None:
        self._known[channel.identity] = channel
        keep_channels(self._service.store, self._known.values())

    def _forget(self, channel: Channel) -> None:
        del self._known[channel.identity]
        keep_channels(self._service.store, self._known.values())
