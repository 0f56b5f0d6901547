"""Since when each issue has been reported. What was found is kept as a digest alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from integration.adapters.store.tables import issues

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


def digest(issue: tuple[str, str, str, str, str]) -> str:
    """Return what stands for an issue (source, key, field, code, found)."""
    return hashlib.sha256(msgspec.json.encode(issue)).hexdigest()


def update(connection: Connection, reported: Iterable[str], now: str) -> dict[str, str]:
    """Return since when each of the issues (their digests) has been reported; forget all others."""
    known = dict(connection.execute(select(issues.c.digest, issues.c.since)).all())
    since = {one: known.get(one, now) for one in reported}
    gone = [{"gone": one} for one in known.keys() - since.keys()]
    new = [{"digest": one, "since": now} for one in since.keys() - known.keys()]
    if gone:
        connection.execute(delete(issues).where(issues.c.digest == bindparam("gone")), gone)
    if new:
        connection.execute(insert(issues), new)
    return since
