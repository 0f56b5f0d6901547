"""Times as the project team reads them: in London, whatever the clocks do there."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def told_time(iso: str | None) -> str:
    """Return an ISO text in UTC as "31 Jul 2022 09:00"; "never" for none."""
    return f"{datetime.fromisoformat(iso).astimezone(LONDON):%d %b %Y %H:%M}" if iso else "never"
