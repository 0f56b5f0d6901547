"""What the demo says at its end: what was done, what to know, what to open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integration.words import long_date
from jobs.published import published_names

if TYPE_CHECKING:
    from datetime import date

    from integration.wiring import Service
    from jobs.demo import Demonstrated


def told_of_demo(service: Service, done: Demonstrated, as_of: date) -> str:
    """Return the lines that the demo prints."""
    home = service.home
    programme = service.settings.programme
    lines = [f"{programme.name}, as of {long_date(as_of)}", ""]
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
