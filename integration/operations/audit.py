"""The audit trail: records what an operator did, lists it, and finds out whether a line was changed since."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from integration.adapters.clock import as_datetime
from integration.adapters.home import current_user
from integration.text_format import format_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.model import AuditEntry
    from integration.wiring import Service

DIGEST_LENGTH, SHOWN_OF_A_DIGEST, SHOWN_NAMES = 64, 12, 5
EMPTY = "Nothing has been written down yet."


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Every line of the audit trail, oldest first, and the first that is not as it was written; None where all hold."""

    lines: tuple[AuditEntry, ...]
    broken: AuditEntry | None

    def as_data(self) -> dict[str, Any]:
        """Return what `audit --json` prints."""
        return {
            "whole": self.broken is None,
            "first_broken": self.broken.seq if self.broken else None,
            "lines": [asdict(line) for line in self.lines],
        }

    def in_words(self) -> str:
        """Return the lines as a person reads them; digests are cut short."""
        return "\n".join(map(_describe_line, self.lines)) or EMPTY

    def verdict(self) -> str:
        """Return in a sentence whether the lines hold."""
        if self.broken is None:
            return f"All {len(self.lines)} lines hold." if self.lines else EMPTY
        return (
            f"Line {self.broken.seq} of the audit trail is not as it was written, or the line before it is gone: "
            "somebody has changed the store by hand; compare it with a backup."
        )


def record_action(service: Service, action: str, about: str, detail: str = "") -> AuditEntry:
    """Write down that the person at this machine did something; neither text may hold an answer, a code or an id.

    `about` is what it was done to, such as a job, a source or the digest of a response; `detail` is one sentence.
    """
    now = service.clock.now()
    return service.store.audit.write(who=current_user(), action=action, about=about, detail=detail, now=now)


def read_audit(service: Service) -> AuditReport:
    """Return every line, and the first that does not hold."""
    lines = tuple(service.store.audit.lines()) if service.has_store else ()
    return AuditReport(lines, find_broken_line(lines))


def find_broken_line(lines: Sequence[AuditEntry]) -> AuditEntry | None:
    """Return the first line that is not as it was written, or before which a line is gone; None where all hold.

    What lies before the first line may have been taken away because its time was over.
    """
    from integration.adapters.store.audit import line_digest  # noqa: PLC0415  # SQLAlchemy is slow to import

    previous = lines[0].previous if lines else ""
    for line in lines:
        expected = line_digest(
            previous, at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail
        )
        if line.previous != previous or line.digest != expected:
            return line
        previous = line.digest
    return None


def _describe_line(line: AuditEntry) -> str:
    names = [name[:SHOWN_OF_A_DIGEST] if len(name) == DIGEST_LENGTH else name for name in line.about.split()]
    more = [f"and {len(names) - SHOWN_NAMES} more"] if len(names) > SHOWN_NAMES else []
    about = " ".join([*names[:SHOWN_NAMES], *more])
    when = format_time(as_datetime(line.at).isoformat())
    return " · ".join(part for part in (when, line.who, line.action, about, line.detail) if part)
