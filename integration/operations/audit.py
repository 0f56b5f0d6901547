"""audit: who did what, and whether anybody has changed it since."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from integration.adapters.clock import as_datetime
from integration.adapters.home import current_user
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import AuditEntry
    from integration.wiring import Service

DIGEST, SHOWN_OF_A_DIGEST, SHOWN_NAMES = 64, 12, 5


def record_action(service: Service, action: str, about: str, detail: str = "") -> AuditEntry:
    """Write down that the person at this machine did something; neither text may hold an answer, a code or an id.

    `about` is what it was done to, such as a job, a source or the digest of a response; `detail` is one sentence.
    """
    return service.store.audit.write(
        who=current_user(), action=action, about=about, detail=detail, now=service.clock.now()
    )


def list_lines(service: Service) -> list[AuditEntry]:
    """Return every line, oldest first."""
    return service.store.audit.lines() if service.has_store else []


def find_broken_line(lines: Sequence[AuditEntry]) -> AuditEntry | None:
    """Return the first line that is not as it was written, or whose neighbour before it is gone; None where all hold.

    What lies before the first line may have been taken away because its time was over.
    """
    from integration.adapters.store.audit import digest  # noqa: PLC0415  # SQLAlchemy is slow to import

    previous = lines[0].previous if lines else ""
    for line in lines:
        meant = digest(previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail)
        if line.previous != previous or line.digest != meant:
            return line
        previous = line.digest
    return None


def as_dicts(lines: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return the lines as `audit --json` prints them."""
    return [asdict(line) for line in lines]


def describe_lines(lines: Sequence[AuditEntry]) -> str:
    """Return the lines as a person reads them; digests are cut short."""
    return "\n".join(_line(line) for line in lines) or "Nothing has been written down yet."


def _line(line: AuditEntry) -> str:
    names = [name[:SHOWN_OF_A_DIGEST] if len(name) == DIGEST else name for name in line.about.split()]
    more = [f"and {len(names) - SHOWN_NAMES} more"] if len(names) > SHOWN_NAMES else []
    about = " ".join([*names[:SHOWN_NAMES], *more])
    when = format_time(as_datetime(line.at).isoformat())
    return " · ".join(part for part in (when, line.who, line.action, about, line.detail) if part)
