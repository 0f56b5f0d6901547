"""The heartbeat, sent to an outside monitor. When none comes for a while, the monitor rings."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from requests import RequestException, Session

from config.addresses import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

TIMEOUT_SECONDS = 10.0


def send_heartbeat(
    url: str, *, timeout_seconds: float = TIMEOUT_SECONDS, on_date: Callable[[datetime], None] | None = None
) -> str | None:
    """Request the address once, and follow no redirect; return None, or why that failed, in a sentence.

    `on_date` is called with what the monitor's own clock shows, where it says so. Nothing is raised, and nothing of the
    address stands in the sentence.
    """
    with Session() as session:
        session.trust_env = urlsplit(url).hostname not in LOOPBACK
        try:
            with session.get(url, timeout=timeout_seconds, allow_redirects=False, stream=True) as response:
                status, date = response.status_code, read_http_date(response.headers.get("Date", ""))
        except (RequestException, UnicodeError, OSError) as error:
            return (
                f"The monitor at HEARTBEAT_URL cannot be reached ({type(error).__name__}); check the address, and "
                "whether this machine may reach it."
            )
    if on_date and date:
        on_date(date)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    moved = " (it sends on to another address, which is not followed)" if status < HTTPStatus.BAD_REQUEST else ""
    return f"The monitor at HEARTBEAT_URL answered {status}{moved}; set the address that it gave you."


def read_http_date(header: str) -> datetime | None:
    """Return the moment that a Date header names; None where it names none, or without a zone."""
    try:
        date = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo else None
