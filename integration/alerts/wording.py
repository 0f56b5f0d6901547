"""How troubles speak: of moments in London, of jobs and their parts, of lengths of time."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from integration.text_format import format_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

LONDON = ZoneInfo("Europe/London")
COMMAND = "python -m jobs"


def format_moment(at: datetime) -> str:
    """Return "09:05 on 3 March 2026", by the clock in London."""
    there = at.astimezone(LONDON)
    return f"{there:%H:%M} on {format_date(there.date())}"


def format_end(at: datetime) -> str:
    """Return "at 09:05 on 3 March 2026"; of a midnight, "at the end of 2 March 2026"."""
    there = at.astimezone(LONDON)
    if there.time() == time.min:
        return f"at the end of {format_date(there.date() - timedelta(days=1))}"
    return f"at {format_moment(at)}"


def job_of_part(name: str) -> str:
    """Return the job of which this is a part; a job that is no part is its own."""
    return name.partition("/")[0]


def name_with_parts(job: str, names: Iterable[str]) -> str:
    """Return "sync", or "sync (form families, form pulse)" where these (`sync/form:pulse`) are parts of it."""
    parts = sorted({part.replace(":", " ") for name in names if (part := name.partition("/")[2])})
    return f"{job} ({', '.join(parts)})" if parts else job


def format_length(of: timedelta) -> str:
    """Return "3 days", "2 hours" or "20 minutes"; whole ones, at least one minute."""
    minutes = max(int(of.total_seconds()) // 60, 1)
    for unit, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if minutes >= 2 * size or size == 1:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    raise AssertionError("a minute is the smallest unit")


HEADLINES = {
    "failed": "{} has failed",
    "late": "{} is late",
    "missed": "{} did not run",
    "expires": "{} needs renewing",
    "silent": "nothing comes from {}",
    "unheard": "{} is silent",
    "unreadable": "{} cannot be read",
    "held": "the pack of {} is held back",
    "unfinished": "an erasure is not finished",
}


def headline(key: str) -> str:
    """Return such as "sync has failed"."""
    kind, what = split_key(key)
    return HEADLINES.get(kind, "{}").format(what)


def split_key(key: str) -> tuple[str, str]:
    """Return the kind of a trouble, and what it is about in words, of its key."""
    kind, _, what = key.partition("/")
    if kind == "held":
        authority, _, month = what.partition("/")
        return kind, f"{authority} for {month}"
    if kind == "unheard":
        return kind, f"the webhook of {what}"
    return kind, what
