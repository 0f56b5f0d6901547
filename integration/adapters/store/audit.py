"""Who did what: each line carries a digest over itself and the line before, so that none can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from integration.adapters.clock import write_moment
from integration.adapters.store.tables import audit
from integration.model import AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.store import Database


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit trail. Each method is one transaction."""

    _database: Database

    def write(self, *, who: str, action: str, about: str, detail: str, now: datetime) -> AuditEntry:
        """Add a line, chained to the newest one."""
        at = write_moment(now)
        newest = select(audit.c.digest).order_by(audit.c.seq.desc()).limit(1)
        with self._database.writing() as connection:
            previous = connection.execute(newest).scalar() or ""
            digest = line_digest(previous, at=at, who=who, action=action, about=about, detail=detail)
            row = {
                "at": at, "who": who, "action": action, "about": about, "detail": detail, "previous": previous,
                "digest": digest,
            }  # fmt: skip
            seq = connection.execute(insert(audit).values(row).returning(audit.c.seq)).scalar_one()
        return AuditEntry(seq, at, who, action, about, detail, previous, digest)

    def lines(self) -> list[AuditEntry]:
        """Return all lines in order."""
        with self._database.reading() as connection:
            return lines_within(connection)


def lines_within(connection: Connection) -> list[AuditEntry]:
    """Return all lines in order, in a transaction that has begun."""
    return [AuditEntry(*row) for row in connection.execute(select(audit).order_by(audit.c.seq))]


def line_digest(  # noqa: PLR0913  # a line has so many parts
    previous: str, *, at: str, who: str, action: str, about: str, detail: str
) -> str:
    """Return the digest of a line that follows the one with the digest `previous`."""
    # The standard library's JSON is ASCII, and writes any character that Python knows.
    return hashlib.sha256(json.dumps([previous, at, who, action, about, detail]).encode()).hexdigest()
