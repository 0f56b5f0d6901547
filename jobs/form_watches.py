"""The forms' watches: each renewed, or made where there is none; what was missed in between is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.google.found import WATCHED_FOR
from integration.adapters.google.look_form import watches_of
from integration.adapters.google.watching import find_watch, keep_watch
from integration.errors import OF_ONE_THING
from integration.model import sync_of_form
from jobs.upkeep import Outcome, Upkeep
from jobs.watched import keep_watches, known_watches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from integration.adapters.google.found import Watch
    from integration.adapters.google.things import Thing
    from integration.wiring import Service


def renew_form_watches(
    service: Service, forms: Mapping[str, str], things: Mapping[str, Thing], *, topic: str, now: datetime
) -> Upkeep:
    """Renew the watches of the forms, whose ids in Google these are; what is wrong with one keeps no other back."""
    watching = _Watching(service, forms, topic=topic, now=now)
    return Upkeep(
        tuple(outcome for key, form_id in forms.items() for outcome in watching.renew(key, form_id, things[form_id]))
    )


class _Watching:
    """Renews one form's watches after the other; what is known of them is remembered at each step."""

    def __init__(self, service: Service, forms: Mapping[str, str], *, topic: str, now: datetime) -> None:
        self._service, self._topic, self._now = service, topic, now
        names = {_name(key, reports) for key in forms for reports in WATCHED_FOR}
        self._known = {name: each for name, each in known_watches(service.store).items() if name in names}

    def renew(self, key: str, form_id: str, thing: Thing) -> Iterator[Outcome]:
        """Give what became of each of the form's watches."""
        try:
            watches = watches_of(self._service.google, form_id, thing.name)
        except OF_ONE_THING as error:
            yield Outcome(error=error)
            return
        for reports in WATCHED_FOR:
            standing = find_watch(watches, reports)
            if self._service.dry:
                yield Outcome(is_kept=standing is not None and standing.topic == self._topic)
                continue
            try:
                yield self._renew(key, form_id, thing, reports, standing)
            except OF_ONE_THING as error:
                yield Outcome(error=error)

    def _renew(self, key: str, form_id: str, thing: Thing, reports: str, standing: Watch | None) -> Outcome:
        name = _name(key, reports)
        if not (standing and standing.is_active and standing.identity == self._known.get(name)):
            # Should this run break off, the next one knows that something may have been missed.
            self._remember(name, None)
        watch = keep_watch(self._service.google, thing, form_id, reports, topic=self._topic, standing=standing)
        is_behind = watch.identity != self._known.get(name)
        if is_behind:
            self._service.store.ledger.ask(sync_of_form(key), now=self._now)
            self._remember(name, watch.identity)
        is_kept = standing is not None and standing.identity == watch.identity
        return Outcome(is_kept=is_kept, behind=key if is_behind else "")

    def _remember(self, name: str, identity: str | None) -> None:
        if self._known.get(name) == identity:
            return
        self._known.pop(name, None)
        if identity:
            self._known[name] = identity
        keep_watches(self._service.store, self._known)


def _name(key: str, reports: str) -> str:
    return f"{key} {reports}"
