"""The Timestamp column of a form's answers, in the ways in which Google writes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from integration.adapters.moment import write_moment

if TYPE_CHECKING:
    from datetime import tzinfo

LONDON = ZoneInfo("Europe/London")

_DATE = r"(?:(?P<y>\d{4})[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)|(?P<d2>\d\d?)[-/.](?P<m2>\d\d?)[-/.](?P<y2>\d{4}))"
_CLOCK = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
_HALF = r"(?: ?(?P<half>[ap])\.?m\.?)?"
_ZONE = r"(?: ?(?P<zone>z|bst|(?:gmt|utc)?(?P<offset>[+-]\d\d?(?::?\d\d)?)|gmt|utc))?"
_TIMESTAMP = re.compile(rf"{_DATE}(?:t|,? ){_CLOCK}{_HALF}{_ZONE}", re.ASCII)


def read_timestamp(text: str) -> str:
    """Return a moment (see `integration.adapters.moment`) of what a Timestamp cell says.

    Understood are `2021/12/04 11:15:50 pm GMT` (also `GMT+1`, `BST`) of a download from Google Forms,
    `04/12/2021 23:15:50` of a spreadsheet, always day first, and ISO 8601; without a zone it is London's
    time. Raises ValueError, without the text.
    """
    found = _TIMESTAMP.fullmatch(" ".join(text.split()).casefold().replace("\N{MINUS SIGN}", "-"))
    if found is None:
        raise ValueError("is not a date and time such as 2021/12/04 11:15:50 pm GMT or 04/12/2021 23:15:50")
    try:
        at = datetime(
            year=int(found["y"] or found["y2"]), month=int(found["m"] or found["m2"]),
            day=int(found["d"] or found["d2"]), hour=_hour(found["hour"], found["half"]),
            minute=int(found["minute"]), second=int(found["second"] or 0),
            tzinfo=_zone(found["zone"], found["offset"]),
        )  # fmt: skip
        return write_moment(at, found["fraction"] or "")
    except (ValueError, OverflowError):
        raise ValueError("is a date and time that does not exist, read day first") from None


def _hour(hour: str, half: str | None) -> int:
    number = int(hour)
    if half is None:
        return number
    if not 1 <= number <= 12:  # noqa: PLR2004  # a clock of two halves
        raise ValueError(hour)
    return number % 12 + (12 if half == "p" else 0)


def _zone(zone: str | None, offset: str | None) -> tzinfo:
    if zone is None:
        return LONDON
    if zone == "bst":
        return timezone(timedelta(hours=1))
    if offset is None:
        return UTC
    hours, minutes = re.fullmatch(r".(\d\d?):?(\d\d)?", offset).groups()  # type: ignore[union-attr]  # as in _ZONE
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if offset.startswith("-") else ahead)
