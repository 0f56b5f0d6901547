"""Moments as text: aware UTC to the nanosecond, written so that they sort."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def read_moment(text: str) -> str:
    """Return an RFC 3339 time with 0 to 9 digits of fraction as `YYYY-MM-DDTHH:MM:SS.fffffffffZ`.

    Not one digit is lost. Raises ValueError for anything else, without the text.
    """
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError("is not a time such as 2022-03-28T00:30:00Z")
    day, clock, fraction, zone = match.groups()
    try:
        whole = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is a time that no calendar or clock has") from None
    return write_moment(whole, fraction or "")


def write_moment(whole_second: datetime, fraction: str = "") -> str:
    """Return an aware time, whole to the second, and its digits of fraction as one text."""
    at = whole_second.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return f"{at}.{fraction:0<9}Z"
