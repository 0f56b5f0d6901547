"""The heartbeat, sent to an outside monitor. When none comes for a while, the monitor rings."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from requests import RequestException, Session

from config.mail_server import LOOPBACK

TIMEOUT_SECONDS = 10.0


def send_heartbeat(url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> str | None:
    """Request the address once, and follow no redirect; return None, or why that failed, in a sentence.

    Nothing is raised, and nothing of the address stands in the sentence.
    """
    with Session() as session:
        session.trust_env = urlsplit(url).hostname not in LOOPBACK
        try:
            with session.get(url, timeout=timeout_seconds, allow_redirects=False, stream=True) as response:
                status = response.status_code
        except (RequestException, UnicodeError, OSError) as error:
            return (
                f"The monitor at HEARTBEAT_URL cannot be reached ({type(error).__name__}); check the address, and "
                "whether this machine may reach it."
            )
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    moved = " (it sends on to another address, which is not followed)" if status < HTTPStatus.BAD_REQUEST else ""
    return f"The monitor at HEARTBEAT_URL answered {status}{moved}; set the address that it gave you."
