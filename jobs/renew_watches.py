"""renew-watches: keeps alive what Google tells us by, and asks for what was missed meanwhile to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.errors import SettingError
from config.secrets import Secrets, drive_channel_key
from integration.errors import CallError, Several
from jobs.upkeep import Outcome, Upkeep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from config.schema import Google
    from integration.wiring import Service

NO_ADDRESS = (
    "DRIVE_CHANNEL_KEY is set, but google.yaml names no address to which Drive could send: write “address: https://…”, "
    "where the web side is reached from outside, under watch, or take DRIVE_CHANNEL_KEY away."
)

LEFT_ALONE = "No watch and no channel could be renewed or made; what was there before stays until its time is over."


@dataclass(frozen=True, slots=True)
class Watched:
    """What became of the forms' watches and the spreadsheets' channels; `not_watched` says what is not, and why."""

    watches: Upkeep
    channels: Upkeep
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


def renew_watches(service: Service, *, now: datetime) -> Watched:
    """Renew every form's watches and every spreadsheet's channel; make those that are missing.

    Raises AccessError, OutsideError, CallError, or Several of them, when everything else is done.
    """
    google = service.settings.google
    if google is None or not service.reads_google:
        return Watched(Upkeep(), Upkeep(), ("nothing is watched, for forms and sheets do not come from Google",))
    watches, channels = _watches(service, google, now), _channels(service, google, now)
    done = Watched(watches, channels, tuple(_not_watched(google)))
    if errors := (*watches.errors, *channels.errors):
        raise errors[0] if len(errors) == 1 else Several(errors, done.in_words_of_the_rest())
    return done


def _not_watched(google: Google) -> Iterator[str]:
    """Give what nobody asked to have watched, and by what it would be; what cannot be is an error, and told as such."""
    topic, address = (google.watch.topic, google.watch.address) if google.watch else (None, None)
    if google.forms and topic is None:
        yield "the forms are not watched, for google.yaml names no topic"
    if google.sheets and Secrets().drive_channel_key is None:
        no_address = "" if address else "google.yaml names no address, and "
        yield f"the spreadsheets are not watched, for {no_address}DRIVE_CHANNEL_KEY is not set"


def _watches(service: Service, google: Google, now: datetime) -> Upkeep:
    if google.watch is None or google.watch.topic is None:
        return Upkeep()
    from integration.adapters.google.things import things_of  # noqa: PLC0415  # only where Google is on
    from jobs.form_watches import renew_form_watches  # noqa: PLC0415

    return renew_form_watches(service, google.forms, things_of(google), topic=google.watch.topic, now=now)


def _channels(service: Service, google: Google, now: datetime) -> Upkeep:
    from jobs.drive_channels import renew_channels, stop_channels  # noqa: PLC0415  # only where Google is on

    try:
        key, address = drive_channel_key(), google.watch.address if google.watch else None
    except SettingError as error:
        return Upkeep((Outcome(error=CallError(str(error))),))
    if key and address:
        return renew_channels(service, google.sheets, address=address, key=key, now=now)
    stopped = stop_channels(service, now=now)
    if key and google.sheets:
        return Upkeep((*stopped.outcomes, Outcome(error=CallError(NO_ADDRESS))))
    return stopped
