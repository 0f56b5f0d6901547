"""Restoring a backup: in the place of a store's file, or to a server.

The file that is replaced hands over what was erased and who did what since.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from integration.adapters.store.audit import lines_within
from integration.adapters.store.copy import copy_store
from integration.adapters.store.erasure import Erasures
from integration.adapters.store.faults import LockTimeoutError
from integration.adapters.store.file import (
    check_file,
    check_store,
    copy_of_file,
    put_aside,
    put_in_place,
    refuse_others,
    temporary_folder,
)
from integration.adapters.store.health import check_store_file
from integration.adapters.store.received import Tombstones
from integration.adapters.store.sqlite import lock_file
from integration.adapters.store.state import State
from integration.adapters.store.store import Database, bring_up_to_date
from integration.adapters.store.tables import audit, corrections, responses, tombstones
from integration.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Connection

    from integration.model import AuditEntry, Erasure

WHY = "forget"


@dataclass(frozen=True, slots=True)
class ReplacedStore:
    """The file that a backup has replaced: where it lies now, and what the restored store took over from it."""

    aside: Path
    inherited: Inheritance


def restore_to_file(
    backup: Path, path: Path, *, now: datetime, blank: Callable[[bytes], bytes]
) -> ReplacedStore | None:
    """Put a backup in the place of the SQLite file at the path; return what became of the file before it, if any.

    What was erased from that file stays erased, and its audit trail goes on; `blank` takes the cells out of an
    image. The backup stays as it is; the copy is brought up to date. Raises StoreError where the backup is damaged, or
    of a newer version of the service; BusyError where another process has the store open. Then nothing has changed.
    """
    try:
        with _copy_of_today(backup, path) as copy, lock_file(path, wait_seconds=1):
            if not path.exists():
                put_in_place(copy, path)
                return None
            refuse_others(path)
            inherited = inherit(copy, path, now=now, blank=blank)
            aside = put_aside(path, why="before-restore", now=now)
            put_in_place(copy, path)
    except LockTimeoutError:
        raise BusyError(
            f"The store {path} is being written by somebody; stop the jobs of this home, then run again."
        ) from None
    return ReplacedStore(aside or path, inherited)


def restore_to_server(backup: Path, url: str, folder: Path) -> str:
    """Put a backup into an empty database; return its address without the password.

    Raises StoreError where the backup cannot be used, or where the database holds anything.
    """
    with (
        _copy_of_today(backup, folder / backup.name) as copy,
        closing(Database(f"sqlite:///{copy}")) as source,
        closing(Database(url)) as target,
    ):
        bring_up_to_date(target)
        copy_store(source, target)
        return target.name


@contextmanager
def _copy_of_today(backup: Path, path: Path) -> Iterator[Path]:
    """Give a temporary copy of the backup beside the path, brought up to date. Raises StoreError if unusable."""
    if problem := check_store_file(backup).problem:
        raise problem
    check_file(backup)
    with temporary_folder(path.parent) as made_in:
        copy = made_in / path.name
        copy_of_file(backup, copy)
        with closing(Database(f"sqlite:///{copy}")) as database:
            bring_up_to_date(database)
        yield copy


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What was taken over: how many responses were erased from the copy again, and how many lines of the audit trail.

    `is_same_trail` is False where the two trails are not one, so that the copy kept its own. `problem` says why the
    old store could not be asked, or may have handed over only a part; "" where it could.
    """

    responses: int = 0
    lines: int = 0
    is_same_trail: bool = True
    problem: str = ""


def inherit(copy: Path, old: Path, *, now: datetime, blank: Callable[[bytes], bytes]) -> Inheritance:
    """Keep erased in the copy what was erased in the old store, and let its audit trail go on from the copy's.

    No process may have either file open. The old store is only read; one that cannot be read leaves the copy as it is.
    `blank` takes the cells out of an image. Raises StoreError where the copy cannot be written.
    """
    with closing(Database(f"sqlite:///{copy}")) as database:
        state = State(database)
        try:
            buried, lines, to_do = _read(old, state)
        except (SQLAlchemyError, sqlite3.Error):
            return Inheritance(problem=f"{old} could not be read")
        erasures, unfinished = Erasures(database, state), state.unfinished_erasure
        with database.writing() as connection:
            to_do = to_do or unfinished.get_within(connection)
            doomed = _take_over_tombstones(connection, buried)
            if doomed:
                erasures.erase_from_copy(connection, doomed, why=WHY, now=now, blank=blank)
            if to_do:  # what is still to do outside the store may be done twice
                unfinished.set_within(connection, to_do)
            added, is_same = _continue_audit(connection, lines)
        if doomed:
            erasures.vacuum()
        check_store(database)
    try:
        check_file(old)
    except StoreError:
        problem = f"{old} is damaged, and may not have told everything"
    else:
        problem = ""
    return Inheritance(sum(map(len, doomed.values())), added, is_same, problem)


def _read(old: Path, state: State) -> tuple[list[dict[str, Any]], list[AuditEntry], Erasure | None]:
    """Return the old store's tombstones, its audit trail, and its unfinished erasure.

    A store of an older version has no such tables, and erased nothing.

    Raises SQLAlchemyError, or sqlite3.Error.
    """
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(f"{old.absolute().as_uri()}?mode=ro", uri=True), poolclass=NullPool
    )
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        if not names >= {tombstones.name, audit.name}:
            return [], [], None
        buried = [dict(row) for row in connection.execute(select(tombstones)).mappings()]
        return buried, lines_within(connection), state.unfinished_erasure.get_within(connection)


def _take_over_tombstones(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Enter the tombstones that are new; return the responses under them by source, stored or corrected."""
    known = set(connection.execute(select(tombstones.c.digest)).scalars())
    new = [row for row in rows if row["digest"] not in known]
    if not new:
        return {}
    connection.execute(insert(tombstones), new)
    digests = {str(row["digest"]) for row in new}
    stored = select(responses.c.source, responses.c.response_id)
    doomed: dict[str, set[str]] = {}
    for source, each in connection.execute(stored.union(select(corrections.c.source, corrections.c.key))):
        if Tombstones.digest(source, each) in digests:
            doomed.setdefault(source, set()).add(each)
    return doomed


def _continue_audit(connection: Connection, lines: Sequence[AuditEntry]) -> tuple[int, bool]:
    """Append the lines that follow the copy's last one; return how many, and whether the two trails are one."""
    own = [line.digest for line in lines_within(connection)]
    last = own[-1] if own else ""
    more = next((lines[place:] for place, line in enumerate(lines) if line.previous == last), ())
    for line in more:
        connection.execute(
            insert(audit).values(
                at=line.at, who=line.who, action=line.action, about=line.about, detail=line.detail,
                previous=line.previous, digest=line.digest,
            )
        )  # fmt: skip
    is_same = bool(more) or not lines or lines[-1].digest in own
    return len(more), is_same
