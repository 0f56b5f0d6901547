"""Text of conditions and alerts: moments in London, lengths of time, jobs and their shards."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from integration.text_format import LONDON, format_count, format_date

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

COMMAND = "python -m jobs"


def format_moment(at: datetime) -> str:
    """Return "09:05 on 3 March 2026", by the clock in London."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {format_date(local.date())}"


def format_end(at: datetime) -> str:
    """Return "at 09:05 on 3 March 2026"; of a midnight, "at the end of 2 March 2026"."""
    local = at.astimezone(LONDON)
    if local.time() == time.min:
        return f"at the end of {format_date(local.date() - timedelta(days=1))}"
    return f"at {format_moment(at)}"


def format_length(length: timedelta) -> str:
    """Return "3 days", "2 hours" or "20 minutes"; whole ones, at least one minute."""
    minutes = max(int(length.total_seconds()) // 60, 1)
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * size:
            return format_count(minutes // size, unit)
    return format_count(minutes, "minute")


def capitalise(text: str) -> str:
    """Return the text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def job_of_shard(name: str) -> str:
    """Return the job of which this is a shard: "sync" of "sync/form:pulse"; the name of a whole job stays."""
    return name.partition("/")[0]


def name_with_shards(job: str, names: Iterable[str]) -> str:
    """Return "sync", or "sync (form families, form pulse)" where these names (`sync/form:pulse`) are shards of it."""
    shards = sorted({shard.replace(":", " ") for name in names if (shard := name.partition("/")[2])})
    return f"{job} ({', '.join(shards)})" if shards else job
