"""The forms' watches: each renewed, or made where there is none; what was missed in between is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.adapters.google.found import WATCHED_FOR
from integration.errors import OF_ONE_THING
from integration.model import sync_of_form
from jobs.upkeep import Upkeep
from jobs.watched import keep_watches, known_watches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from integration.adapters.google.found import Watch
    from integration.adapters.google.things import Thing
    from integration.wiring import Service


def renew_form_watches(
    service: Service, forms: Mapping[str, str], things: Mapping[str, Thing], *, topic: str, now: datetime
) -> Upkeep:
    """Renew the watches of the forms, whose ids in Google these are; what is wrong with one keeps no other back."""
    from integration.adapters.google.look_form import watches_of  # noqa: PLC0415  # only where Google is on
    from integration.adapters.google.watching import find_watch  # noqa: PLC0415

    names = {_name(key, reports) for key in forms for reports in WATCHED_FOR}
    upkeep = Upkeep()
    known = {name: identity for name, identity in known_watches(service.store).items() if name in names}
    for key, form_id in forms.items():
        thing = things[form_id]
        try:
            watches = watches_of(service.google, form_id, thing.name)
        except OF_ONE_THING as error:
            upkeep.errors.append(error)
            continue
        for reports in WATCHED_FOR:
            standing = find_watch(watches, reports)
            if service.dry:
                _count(upkeep, is_kept=standing is not None and standing.topic == topic)
                continue
            each = _Each(service, key, reports, known)
            try:
                each.renew(upkeep, thing, form_id, topic=topic, standing=standing, now=now)
            except OF_ONE_THING as error:
                upkeep.errors.append(error)
    return upkeep


class _Each:
    """One watch, with what is known of all."""

    def __init__(self, service: Service, key: str, reports: str, known: dict[str, str]) -> None:
        self._service, self._key, self._reports, self._known = service, key, reports, known
        self._name = _name(key, reports)

    def renew(  # noqa: PLR0913  # the same, handed through
        self,
        upkeep: Upkeep,
        thing: Thing,
        form_id: str,
        *,
        topic: str,
        standing: Watch | None,
        now: datetime,
    ) -> None:
        from integration.adapters.google.watching import keep_watch  # noqa: PLC0415

        if not (standing and standing.is_active and standing.identity == self._known.get(self._name)):
            # Should this run break off, the next one knows that something may have been missed.
            self._remember(None)
        watch = keep_watch(self._service.google, thing, form_id, self._reports, topic=topic, standing=standing)
        _count(upkeep, is_kept=standing is not None and standing.identity == watch.identity)
        if watch.identity != self._known.get(self._name):
            self._service.store.ledger.ask(sync_of_form(self._key), now=now)
            upkeep.behind += [self._key] if self._key not in upkeep.behind else []
            self._remember(watch.identity)

    def _remember(self, identity: str | None) -> None:
        if self._known.get(self._name) == identity:
            return
        self._known.pop(self._name, None)
        if identity:
            self._known[self._name] = identity
        keep_watches(self._service.store, self._known)


def _name(key: str, reports: str) -> str:
    return f"{key} {reports}"


def _count(upkeep: Upkeep, *, is_kept: bool) -> None:
    upkeep.kept += is_kept
    upkeep.made += not is_kept
