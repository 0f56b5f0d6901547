"""The demo: the main job from end to end, on a folder of forms and sheets.

1. sync: forms and sheets into landing.
2. publish: the project team's tabs and the leaders' summaries.
3. pack: each authority's pack of the month, built and mailed to the outbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.operations.job_runs import Progress, no_progress
from integration.operations.packs import build_packs
from integration.operations.pipeline import Pipeline
from integration.operations.publish import published_names, run_publish
from integration.operations.sync import run_sync
from integration.text_format import format_date

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service


def run_demo(service: Service, *, as_of: date, progress: Progress = no_progress) -> str:
    """Read, publish, build the month's packs and mail them to the outbox; return what was done, and what to open.

    Raises SourcesUnreadError before anything is published where a source could not be read.
    """
    home, programme, pipeline = service.home, service.settings.programme, Pipeline(service)
    synced = run_sync(service, progress=progress)
    published = run_publish(service, as_of=as_of, pipeline=pipeline, progress=progress)
    packs = build_packs(service, month=f"{as_of:%Y-%m}", as_of=as_of, pipeline=pipeline, progress=progress, mail=True)
    lines = [
        f"{programme.name}, as of {format_date(as_of)}",
        "",
        f"  read       {synced.in_words()}",
        f"  published  {published.in_words()}",
        *(f"  pack       {pack.in_words()}" for pack in packs),
    ]
    if notices := tuple(dict.fromkeys([*synced.notices, *published.notices])):
        lines += ["", "Worth knowing:", *(f"  {notice}" for notice in notices)]
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
        *(f"  {home / pack.folder / 'pack.pdf'!s:<44} the month's review pack" for pack in packs),
        f"  {home / 'outbox'!s:<44} the mails, as they would have been sent; none has left this machine",
    ]
    return "\n".join(lines)
