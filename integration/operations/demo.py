"""The demo: the main job from end to end, on a folder of forms and sheets.

1. sync: forms and sheets into landing.
2. publish: the project team's tabs and the leaders' summaries.
3. pack: each authority's pack of the month, built and mailed to the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from integration.operations.job_runs import Progress, no_progress, run_exclusively
from integration.operations.packs import BuiltPack, build_packs
from integration.operations.pipeline import Pipeline, published_names
from integration.operations.publish import PublishResult, publish
from integration.operations.sync import SyncResult, count_sources, require_all_read, sync
from integration.text_format import format_date

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What each step of the demo did."""

    synced: SyncResult
    published: PublishResult
    packs: tuple[BuiltPack, ...]


def run_demo(service: Service, *, as_of: date, progress: Progress = no_progress) -> DemoReport:
    """Read, publish, build the month's packs and mail them to the outbox.

    Raises SourcesUnreadError before anything is published where a source could not be read.
    """
    authorities, pipeline = tuple(service.settings.programme.authorities), Pipeline(service)
    with progress("sync", count_sources(service)) as on_step:
        synced = run_exclusively(service, "sync", partial(sync, service, on_step=on_step))
    require_all_read(synced)
    with progress("publish", 2 + len(authorities)) as on_step:
        write = partial(publish, service, as_of=as_of, pipeline=pipeline, on_step=on_step)
        published = run_exclusively(service, "publish", write)
    packs = build_packs(service, month=f"{as_of:%Y-%m}", as_of=as_of, pipeline=pipeline, progress=progress, mail=True)
    return DemoReport(synced, published, packs)


def describe_demo(service: Service, report: DemoReport, as_of: date) -> str:
    """Return the lines that the demo prints: what was done, and what to open."""
    home, programme = service.home, service.settings.programme
    lines = [
        f"{programme.name}, as of {format_date(as_of)}",
        "",
        f"  read       {report.synced.in_words()}",
        f"  published  {report.published.in_words()}",
        *(f"  pack       {pack.in_words()}" for pack in report.packs),
    ]
    if report.synced.notices:
        lines += ["", "Worth knowing:", *(f"  {notice}" for notice in report.synced.notices)]
    names = published_names(service)
    places = names if service.writes_google else [str(home / name) for name in names]
    contents = [
        "every answer as a typed row, what needs attention, every measure (project team)",
        *(f"the summary for the leaders of {authority.name}" for authority in programme.authorities.values()),
    ]
    lines += [
        "",
        "What to open:",
        *(f"  {place:<44} {content}" for place, content in zip(places, contents, strict=True)),
        *(f"  {home / pack.folder / 'pack.pdf'!s:<44} the month's review pack" for pack in report.packs),
        f"  {home / 'outbox'!s:<44} the mails, as they would have been sent; none has left this machine",
    ]
    return "\n".join(lines)
