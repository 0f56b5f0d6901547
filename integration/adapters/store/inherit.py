"""What a restored copy takes over from the store that it replaces: what was forgotten, and who did what since."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from integration.adapters.clock import write_moment
from integration.adapters.store import audit, erasure, memory, tombstone
from integration.adapters.store.database import Database
from integration.adapters.store.erasures import TOUCHED
from integration.adapters.store.file import check_file, check_store
from integration.adapters.store.tables import audit as audit_table
from integration.adapters.store.tables import corrections, responses, tombstones
from integration.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection

    from integration.model import AuditEntry

WHY = "forget"


@dataclass(frozen=True, slots=True)
class Inherited:
    """What was taken over: how many responses were erased from the copy again, and how many lines of the audit trail.

    `is_same_trail` is False where the two trails are not one, so that the copy kept its own. `problem` says why the
    old store could not be asked, or not be trusted to have told everything; "" where it could.
    """

    responses: int = 0
    lines: int = 0
    is_same_trail: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Will:
    """What the old store holds of what is to be taken over."""

    tombstones: Sequence[Mapping[str, Any]] = ()
    lines: Sequence[AuditEntry] = ()
    unfinished: str | None = None


def inherit(copy: Path, old: Path, *, now: datetime, blank: Callable[[bytes], bytes]) -> Inherited:
    """Keep forgotten in the copy what was forgotten in the old store, and let its audit trail go on from the copy's.

    Nobody may have either file open. The old store is only read; one that cannot be read leaves the copy as it is.
    `blank` takes the cells out of an image. Raises StoreError where the copy cannot be written.
    """
    try:
        will = _read(old)
    except (SQLAlchemyError, sqlite3.Error):
        return Inherited(problem=f"{old} could not be read")
    with closing(Database(f"sqlite:///{copy}")) as database:
        with database.writing() as connection:
            before = memory.recall(connection, erasure.UNFINISHED)
            gone = _forget_again(connection, will, now=write_moment(now), blank=blank)
            if unfinished := will.unfinished or before:  # what is still to do outside the store may be done twice
                memory.remember(connection, erasure.UNFINISHED, unfinished)
            lines, is_same = _go_on(connection, will.lines)
        if gone:
            database.scrub(TOUCHED)
        check_store(database)
    return Inherited(gone, lines, is_same, _damage(old))


def _read(old: Path) -> _Will:
    """Return it; a store of an older version has no such tables, and forgot nothing.

    Raises SQLAlchemyError, or sqlite3.Error.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True), poolclass=NullPool
    )
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        if not names >= {tombstones.name, audit_table.name}:
            return _Will()
        buried = [dict(row) for row in connection.execute(select(tombstones)).mappings()]
        return _Will(buried, audit.lines(connection), memory.recall(connection, erasure.UNFINISHED))


def _damage(old: Path) -> str:
    try:
        check_file(old)
    except StoreError:
        return f"{old} is damaged, and may not have told everything"
    return ""


def _forget_again(connection: Connection, will: _Will, *, now: str, blank: Callable[[bytes], bytes]) -> int:
    """Take over the tombstones and erase what lies under them; return how many responses that were."""
    known = set(connection.execute(select(tombstones.c.digest)).scalars())
    new = [row for row in will.tombstones if row["digest"] not in known]
    if not new:
        return 0
    connection.execute(insert(tombstones), new)
    doomed = _under(connection, {str(row["digest"]) for row in new})
    if doomed:
        erasure.erase_in_copy(connection, doomed, why=WHY, now=now, blank=blank)
    return sum(map(len, doomed.values()))


def _under(connection: Connection, digests: set[str]) -> dict[str, set[str]]:
    """Return the responses by source, stored or corrected, of which the digest is one of these."""
    stored = select(responses.c.source, responses.c.response_id)
    found: dict[str, set[str]] = {}
    for source, each in connection.execute(stored.union(select(corrections.c.source, corrections.c.key))):
        if tombstone.digest(source, each) in digests:
            found.setdefault(source, set()).add(each)
    return found


def _go_on(connection: Connection, lines: Sequence[AuditEntry]) -> tuple[int, bool]:
    """Append the lines that follow the copy's last one; return how many, and whether the two trails are one."""
    own = [line.digest for line in audit.lines(connection)]
    last = own[-1] if own else ""
    more = next((lines[place:] for place, line in enumerate(lines) if line.previous == last), ())
    for line in more:
        connection.execute(
            insert(audit_table).values(
                at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail,
                previous=line.previous, digest=line.digest,
            )
        )  # fmt: skip
    is_same = bool(more) or not lines or lines[-1].digest in own
    return len(more), is_same
