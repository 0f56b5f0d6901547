"""The spreadsheets' channels: each replaced before it ends, and the old one stopped; what was missed is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from integration.errors import OF_ONE_THING, CrescendoError, LostReply
from integration.model import Channel, sync_of_spreadsheet
from jobs.upkeep import Upkeep
from jobs.watched import keep_channels, known_channels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from integration.wiring import Service

MARK_LENGTH = 16


def renew_channels(service: Service, sheets: Mapping[str, str], *, address: str, key: bytes, now: datetime) -> Upkeep:
    """Keep a channel open for each spreadsheet, whose ids in Google these are, and no other.

    What is wrong with one keeps no other back.
    """
    channels, upkeep = _Channels(service, address=address, key=key, now=now), Upkeep()
    for name, file in sheets.items():
        serving = channels.serving(name, file)
        if serving and channels.is_fresh(serving):
            upkeep.kept += 1
        elif service.dry:
            upkeep.made += 1
            continue
        else:
            try:
                opened = channels.open(name, file)
            except OF_ONE_THING as error:
                upkeep.errors.append(error)
                continue
            if serving is None:
                service.store.ledger.ask(sync_of_spreadsheet(name), now=now)
                upkeep.behind.append(name)
            upkeep.made += 1
            channels.remember(opened)
    if not service.dry:
        upkeep.errors += channels.stop_others(sheets)
    return upkeep


def stop_channels(service: Service, *, now: datetime) -> Upkeep:
    """Stop whatever is open, where nobody is to be told any more."""
    channels = _Channels(service, address="", key=b"", now=now)
    return Upkeep() if service.dry else Upkeep(errors=channels.stop_others({}))


class _Channels:
    """The channels that may be open: each is remembered before it is, and forgotten when it is stopped."""

    def __init__(self, service: Service, *, address: str, key: bytes, now: datetime) -> None:
        from integration.adapters.google.channel import token_of  # noqa: PLC0415  # only where Google is on

        self._service, self._address, self._key, self._now = service, address, key, now
        self._mark = token_of(key, address)[:MARK_LENGTH]
        self._known = {each.identity: each for each in known_channels(service.store, now=now)}

    def serving(self, name: str, file: str) -> Channel | None:
        """Return the channel that tells us of the spreadsheet now, if there is one."""
        serves = [
            each
            for each in self._known.values()
            if (each.spreadsheet, each.file, each.mark) == (name, file, self._mark) and each.resource
        ]
        return max(serves, key=lambda each: each.until, default=None)

    def is_fresh(self, channel: Channel) -> bool:
        """Whether at least half of its time is left."""
        return channel.until - self._now >= (channel.until - channel.since) / 2

    def open(self, name: str, file: str) -> Channel:
        """Open another channel; it is remembered as one that may be open until `remember` says that it is."""
        from integration.adapters.google.channels import open_channel  # noqa: PLC0415

        for attempt in self._service.google.again():
            with attempt:
                wanted = self._new(name, file)
                self.remember(wanted)
                try:
                    resource, until = open_channel(self._service.google, wanted, address=self._address, key=self._key)
                except LostReply:
                    raise  # it may be open: it stays known, and the next one tells by what name it is stopped
                except CrescendoError:
                    self._forget(wanted)
                    raise
                return replace(wanted, resource=resource, until=until)
        raise AssertionError("a channel was never opened")

    def remember(self, channel: Channel) -> None:
        """Remember a channel, or what is known of it now."""
        self._known[channel.identity] = channel
        keep_channels(self._service.store, self._known.values())

    def stop_others(self, sheets: Mapping[str, str]) -> list[CrescendoError]:
        """Stop every channel beside the one that serves each spreadsheet; return what kept one from being stopped."""
        from integration.adapters.google.channels import stop_channel  # noqa: PLC0415

        serving = {file: self.serving(name, file) for name, file in sheets.items()}
        resources = {each.file: each.resource for each in self._known.values() if each.resource}
        errors: list[CrescendoError] = []
        for channel in tuple(self._known.values()):
            resource = channel.resource or resources.get(channel.file)
            others = serving.get(channel.file)
            if others is channel or (channel.file in serving and others is None) or resource is None:
                continue
            try:
                stop_channel(self._service.google, channel, resource=resource)
            except OF_ONE_THING as error:
                errors.append(error)
            else:
                self._forget(channel)
        return errors

    def _new(self, name: str, file: str) -> Channel:
        from integration.adapters.google.channel import new_channel_id  # noqa: PLC0415
        from integration.adapters.google.channels import LONGEST  # noqa: PLC0415

        until = self._now + LONGEST
        return Channel(name, file, new_channel_id(name), "", since=self._now, until=until, mark=self._mark)

    def _forget(self, channel: Channel) -> None:
        del self._known[channel.identity]
        keep_channels(self._service.store, self._known.values())
