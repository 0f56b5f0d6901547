"""demo: the main job from end to end, on a folder of forms and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from jobs.flow import Flow
from jobs.pack import Built, build_pack
from jobs.progress import progress
from jobs.publish import Published, publish
from jobs.runner import run_job
from jobs.sync import Synced, count_sources, refuse_unread, sync

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What each part of the demo did."""

    synced: Synced
    published: Published
    packs: tuple[Built, ...]


def demo(service: Service, *, as_of: date) -> Demonstrated:
    """Read, publish, build the month's packs and mail them to the outbox.

    Raises SourcesUnread before anything is published where a source could not be read.
    """
    authorities = tuple(service.settings.programme.authorities)

    @cache
    def make_flow() -> Flow:
        return Flow(service)

    with progress("sync", count_sources(service)) as tell:
        synced = run_job(service, "sync", lambda: sync(service, tell=tell))
    refuse_unread(synced)
    with progress("publish", 2 + len(authorities)) as tell:
        published = run_job(service, "publish", lambda: publish(service, as_of=as_of, make_flow=make_flow, tell=tell))
    with progress("pack", len(authorities)) as tell:
        build = partial(
            build_pack, service, month=f"{as_of:%Y-%m}", reporting_date=as_of, make_flow=make_flow, tell=tell, mail=True
        )
        packs = tuple(run_job(service, "pack", partial(build, authority=authority)) for authority in authorities)
    return Demonstrated(synced, published, packs)
