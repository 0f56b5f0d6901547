"""demo: the main job from end to end, on a folder of forms and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.operations.job_runs import Progress, no_progress, run_exclusively
from integration.operations.packs import BuiltPack, build_pack
from integration.operations.pipeline import Pipeline, published_names
from integration.operations.publish import PublishResult, publish
from integration.operations.sync import SyncResult, count_sources, require_all_read, sync
from integration.text_format import format_date

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What each part of the demo did."""

    synced: SyncResult
    published: PublishResult
    packs: tuple[BuiltPack, ...]


def demo(service: Service, *, as_of: date, progress: Progress = no_progress) -> DemoReport:
    """Read, publish, build the month's packs and mail them to the outbox.

    Raises SourcesUnread before anything is published where a source could not be read.
    """
    authorities = tuple(service.settings.programme.authorities)

    pipeline = Pipeline(service)
    with progress("sync", count_sources(service)) as on_step:
        synced = run_exclusively(service, "sync", lambda: sync(service, on_step=on_step))
    require_all_read(synced)
    with progress("publish", 2 + len(authorities)) as on_step:
        published = run_exclusively(
            service, "publish", lambda: publish(service, as_of=as_of, pipeline=pipeline, on_step=on_step)
        )
    with progress("pack", len(authorities)) as on_step:
        build = partial(
            build_pack,
            service,
            month=f"{as_of:%Y-%m}",
            reporting_date=as_of,
            pipeline=pipeline,
            on_step=on_step,
            mail=True,
        )
        packs = tuple(
            run_exclusively(service, "pack", partial(build, authority=authority)) for authority in authorities
        )
    return DemoReport(synced, published, packs)


def describe_demo(service: Service, done: DemoReport, as_of: date) -> str:
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
