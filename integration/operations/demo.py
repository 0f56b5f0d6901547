"""demo: the main job from end to end, on a folder of forms and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from integration.operations.job_runs import Progress, no_progress, run_job
from integration.operations.packs import Built, build_pack
from integration.operations.pipeline import Flow, published_names
from integration.operations.publish import Published, publish
from integration.operations.sync import Synced, count_sources, refuse_unread, sync
from integration.text_format import format_date

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class Demonstrated:
    """What each part of the demo did."""

    synced: Synced
    published: Published
    packs: tuple[Built, ...]


def demo(service: Service, *, as_of: date, progress: Progress = no_progress) -> Demonstrated:
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


def told_of_demo(service: Service, done: Demonstrated, as_of: date) -> str:
    """Return the lines that the demo prints."""
    home = service.home
    programme = service.settings.programme
    lines = [f"{programme.name}, as of {format_date(as_of)}", ""]
    lines += [f"  read       {done.synced.in_words()}"]
    lines += [f"  published  {done.published.in_words()}"]
    lines += [f"  pack       {pack.in_words()}" for pack in done.packs]
    if done.synced.notices:
        lines += ["", "Worth knowing:", *(f"  {notice}" for notice in done.synced.notices)]
    lines += ["", "What to open:"]
    what = [
        "every answer as a typed row, what needs attention, every measure (project team)",
        *(f"the summary for the leaders of {authority.name}" for authority in programme.authorities.values()),
    ]
    names = published_names(service)
    where = names if service.writes_google else [str(home / name) for name in names]
    lines += [f"  {place:<44} {words}" for place, words in zip(where, what, strict=True)]
    lines += [f"  {home / pack.folder / 'pack.pdf'!s:<44} the month's review pack" for pack in done.packs]
    lines += [f"  {home / 'outbox'!s:<44} the mails, as they would have been sent; none has left this machine"]
    return "\n".join(lines)
