"""What a restored store takes over from the one that it replaces: all that people and recipients did since the backup.

Each table has a rule (`TABLE_RULES`), each thing remembered between runs is listed in `state.py` (`CARRIED_OVER`). The
store that is replaced is only read, a damaged one as far as it can be: in the order of its rows from both ends.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, create_engine, delete, func, insert, inspect, literal_column, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from integration.adapters.store.audit import lines_within
from integration.adapters.store.erasure import Erasures
from integration.adapters.store.file import check_file, copy_of_file, open_to_read
from integration.adapters.store.received import Tombstones
from integration.adapters.store.state import State, is_carried_over
from integration.adapters.store.store import Database, bring_up_to_date
from integration.adapters.store.tables import (
    NEWEST,
    audit,
    corrections,
    deliveries,
    memories,
    metadata,
    responses,
    slots,
    tombstones,
)
from integration.errors import CrescendoError, StoreError
from integration.model import SlotState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection, Table

UNREADABLE = "could not be read"
"""How the problem of an old store ends of which nothing was read."""
AT_ONCE = 500
"""Rows read in one call."""
WHY = "forget"

Row = dict[str, Any]


class OnRestore(Enum):
    """What a restore does with the rows of a table in the store that is replaced."""

    ADDS = "a row that the backup does not have is added, in the order of the rows"
    WINS = "the same, and of two rows with the same key this one counts, for it is the later one"
    REPLACES = "all rows stand in the place of the backup's: what was last known of something outside"
    CONTINUES = "the rows that follow the backup's last one are added: they are a chain"
    STAYS = "nothing: it is worked out of the rest"


@dataclass(frozen=True, slots=True)
class TableRule:
    """What is done with a table, by which columns a row is known, and what one is called; "" where none is counted."""

    on_restore: OnRestore
    known_by: tuple[str, ...] = ()
    noun: str = ""
    counts_of: int = 0
    """By so many of these columns the newest row is the one that counts; 0 where each does."""


TABLE_RULES: dict[str, TableRule] = {
    "tombstones": TableRule(OnRestore.ADDS, ("digest",)),
    "responses": TableRule(OnRestore.ADDS, ("source", "response_id", "last_submitted_at"), "answer version"),
    "readings": TableRule(OnRestore.ADDS, ("source", "digest", "received_at"), "sheet reading", counts_of=1),
    "corrections": TableRule(
        OnRestore.ADDS, ("source", "key", "field", "value", "seen_at", "by_whom"), "correction", counts_of=3
    ),
    "packs": TableRule(OnRestore.WINS, ("authority", "month", "version"), "pack version"),
    "deliveries": TableRule(OnRestore.WINS, ("authority", "month", "recipient"), "pack mail"),
    "published_figures": TableRule(
        OnRestore.ADDS, ("authority", "measure", "team", "period_kind", "period", "since", "shown_as")
    ),
    "unconfirmed_deliveries": TableRule(OnRestore.REPLACES),
    "alerts": TableRule(OnRestore.REPLACES, noun="alert"),
    "alert_mails": TableRule(OnRestore.REPLACES, noun="alert mail"),
    "alert_mail_parts": TableRule(OnRestore.REPLACES),
    "runs": TableRule(OnRestore.ADDS, ("job", "started_at", "ended_at"), "run"),
    "slots": TableRule(OnRestore.WINS, ("job", "due_at")),
    "issues": TableRule(OnRestore.ADDS, ("digest",)),
    "images": TableRule(OnRestore.REPLACES),
    "memories": TableRule(OnRestore.WINS, ("name",)),
    "audit": TableRule(OnRestore.CONTINUES, ("digest",), "audit line"),
    "chunks": TableRule(OnRestore.STAYS),
}  # fmt: skip
"""One rule a table, in the order in which they are taken over; a test holds it against the tables."""


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What was taken over: how many rows by what one is called, lines of the audit trail, and what was erased again.

    `versions` are those of answers, by their source. `is_same_trail` is False where the two trails are not one, so that
    the copy kept its own. `unread` names what of the old store could not be read whole, `problem` says why it could not
    be asked, or may have handed over only a part; "" where it could. `heard` are the forms that webhooks told of;
    `was_asked` says whether there was an old store at all, `also_in_old` what it may
    still hold of what was erased; `uncleaned` why it could not be erased from that file too.
    """

    responses: int = 0
    lines: int = 0
    is_same_trail: bool = True
    problem: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()
    was_asked: bool = False
    also_in_old: dict[str, set[str]] = field(default_factory=dict)
    uncleaned: str = ""


def inherit(
    copy: Path, old: Path | None, *, buried: Sequence[Row], now: datetime, blank: Callable[[bytes], bytes]
) -> Inheritance:
    """Take over into the copy what happened in the old store since, and keep erased what was erased there.

    `buried` are tombstones known from elsewhere. No process may have either file open. The old store is only read; one
    that cannot be read leaves the copy as it is, but for these. `blank` takes the cells out of an image. Raises
    StoreError where the copy cannot be written.
    """
    with closing(Database(f"sqlite:///{copy}")) as database, _open_old(old, copy.parent) as source:
        state = State(database)
        erasures, unfinished, note = Erasures(database, state), state.unfinished_erasure, state.vacuum_note
        with database.writing() as connection:
            heir = _Heir(connection, source)
            heir.take_over(buried)
            to_do, noted = unfinished.get_within(connection), note.get_within(connection)
            doomed = _find_erased(connection)
            if doomed:
                erasures.erase_from_copy(connection, doomed, why=WHY, now=now, blank=blank)
            if to_do:  # what is still to do outside the store may be done twice
                unfinished.set_within(connection, to_do)
            if noted:
                note.set_within(connection, noted)
            heard = State.heard_of_within(connection)
        if doomed:
            erasures.vacuum()
        database.check_pages()
    erased = sum(map(len, doomed.values()))
    return replace(
        heir.taken, was_asked=old is not None, responses=erased, problem=source.problem, unread=tuple(source.unread),
        heard=heard, also_in_old=doomed if heir.is_older_than_receipts and source.connection else {},
    )  # fmt: skip


def _find_erased(connection: Connection) -> dict[str, set[str]]:
    """Return the responses, stored or corrected, for which there is a tombstone, by source."""
    digests = set(connection.execute(select(tombstones.c.digest)).scalars())
    stored = select(responses.c.source, responses.c.response_id)
    found: dict[str, set[str]] = {}
    for source, each in connection.execute(stored.union(select(corrections.c.source, corrections.c.key))):
        if Tombstones.digest(source, each) in digests:
            found.setdefault(source, set()).add(each)
    return found


@dataclass(slots=True)
class _Old:
    """The store that is replaced, read as far as it can be; `connection` is None where there is nothing to read."""

    connection: Connection | None = None
    problem: str = ""
    tables: frozenset[str] = frozenset()
    unread: dict[str, None] = field(default_factory=dict)

    def rows(self, table: Table, columns: Iterable[Any] = ()) -> dict[int, Row]:
        """Return the rows by their numbers in the file, in its order; of a damaged table those at both its ends."""
        if self.connection is None or table.name not in self.tables:
            return {}
        number: ColumnElement[int] = literal_column(f"{table.name}.rowid")
        query = select(number.label(_NUMBER), *(columns or table.c))
        found: dict[int, Row] = {}
        for order in (number, number.desc()):
            try:
                for row in self.connection.execute(query.order_by(order)).mappings():
                    if row[_NUMBER] in found:
                        break
                    found[row[_NUMBER]] = {name: value for name, value in row.items() if name != _NUMBER}
            except _UNREADABLE:
                self.unread[TABLE_RULES[table.name].noun or table.name] = None
            else:
                break
        return {each: found[each] for each in sorted(found)}

    def rows_at(self, table: Table, numbers: Sequence[int]) -> list[Row]:
        """Return the rows with these numbers, in their order; what cannot be read is noted."""
        assert self.connection is not None  # noqa: S101  # for the type checker
        number: ColumnElement[int] = literal_column(f"{table.name}.rowid")
        try:
            query = select(table).where(number.in_(numbers)).order_by(number)
            rows = [dict(row) for row in self.connection.execute(query).mappings()]
        except _UNREADABLE:
            if len(numbers) > 1:
                return [row for each in numbers for row in self.rows_at(table, [each])]
            rows = []
        sound = [row for row in rows if not self.problem or _is_sound(table, row)]
        if len(sound) < len(numbers):
            self.unread[TABLE_RULES[table.name].noun or table.name] = None
        return sound


_NUMBER = "number_in_the_file"
_UNREADABLE = (SQLAlchemyError, sqlite3.Error, ValueError)
_IN_JSON = {"responses": "body", "readings": "cells", "packs": "body"}
"""The columns that are JSON."""


def _is_sound(table: Table, row: Row) -> bool:
    """Return whether a row of a damaged store can be what was written: nothing lacks, and JSON is JSON."""
    if any(row[column.name] is None and not column.nullable for column in table.c):
        return False
    try:
        json.loads(row[_IN_JSON[table.name]] if table.name in _IN_JSON else "0")
    except (ValueError, TypeError, RecursionError):
        return False
    return True


@contextmanager
def _open_old(old: Path | None, folder: Path) -> Iterator[_Old]:
    """Give the old store to read; one of an older version as a copy in the folder that is brought up to date."""
    if old is None:
        yield _Old()
        return
    problem = ""
    try:
        check_file(old)
    except StoreError:
        problem = f"{old} is damaged, and may not have told everything"
    path = old if problem else _bring_copy_up_to_date(old, folder / f"{old.name}.before")
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True),
        poolclass=NullPool,
    )
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(engine.connect())
            tables = frozenset(inspect(connection).get_table_names())
        except _UNREADABLE:
            source = _Old(problem=f"{old} {UNREADABLE}")
        else:
            source = _Old(connection, problem, tables)
        yield source


def _bring_copy_up_to_date(old: Path, path: Path) -> Path:
    """Return a copy of a store of an older version, in the tables of today; the file itself where it needs none."""
    try:
        with closing(open_to_read(old)) as connection:
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if version is None or version[0] >= NEWEST:
            return old
        copy_of_file(old, path)
        with closing(Database(f"sqlite:///{path}")) as database:
            bring_up_to_date(database)
    except (sqlite3.Error, CrescendoError):
        return old
    return path


class _Heir:
    """Takes rows over into a copy, in a transaction that has begun."""

    def __init__(self, connection: Connection, old: _Old) -> None:
        self._connection = connection
        self._old = old
        self.taken = Inheritance()
        self.is_older_than_receipts = False

    def take_over(self, buried: Sequence[Row]) -> None:
        """Do with each table what its rule says; `buried` are tombstones beside those of the old store."""
        known = set(self._connection.execute(select(tombstones.c.digest)).scalars())
        self._enter(tombstones, [row for row in buried if row["digest"] not in known])
        in_old = {row["digest"] for row in self._old.rows(tombstones, [tombstones.c.digest]).values()}
        self.is_older_than_receipts = any(row["digest"] not in in_old for row in buried)
        for name, rule in TABLE_RULES.items():
            table = metadata.tables[name]
            match rule.on_restore:
                case OnRestore.ADDS:
                    self._add(table, rule)
                case OnRestore.WINS:
                    self._put_first(table, rule)
                case OnRestore.REPLACES:
                    self._replace(table, rule)
                case OnRestore.CONTINUES:
                    self._continue_audit()
                case OnRestore.STAYS:
                    pass

    def _add(self, table: Table, rule: TableRule) -> None:
        columns = [table.c[name] for name in rule.known_by]
        known = {tuple(row) for row in self._connection.execute(select(*columns))}
        there = self._old.rows(table, columns)
        new = [number for number, row in there.items() if tuple(row.values()) not in known]
        if rule.counts_of and not known <= {tuple(row.values()) for row in there.values()}:
            new = self._not_overtaken(table, rule, {number: there[number] for number in new})
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            entered = self._enter(table, [_unnumbered(row) for row in self._old.rows_at(table, some)])
            self._count(rule, len(entered))
            for row in entered if table is responses else ():
                self.taken.versions[row["source"]] = self.taken.versions.get(row["source"], 0) + 1

    def _not_overtaken(self, table: Table, rule: TableRule, new: dict[int, Row]) -> list[int]:
        """Return those of the rows than which the copy has none later of the same; the old store may be an earlier one.

        A row that is added last is the one that counts.
        """
        at = next(name for name in ("received_at", "seen_at") if name in table.c)
        of = [table.c[name] for name in rule.known_by[: rule.counts_of]]
        query = select(*of, func.max(table.c[at])).group_by(*of)
        newest = {tuple(row[:-1]): row[-1] for row in self._connection.execute(query)}
        names = rule.known_by[: rule.counts_of]
        return [number for number, row in new.items() if row[at] >= newest.get(tuple(row[each] for each in names), "")]

    def _put_first(self, table: Table, rule: TableRule) -> None:
        rows = [dict(row) for row in self._connection.execute(select(table)).mappings()]
        own = {_key(row, rule): row for row in rows}
        begun = {row["job"] for row in own.values() if row.get("state") == SlotState.BEGAN}
        for row in self._old.rows(table).values():
            before = own.get(_key(row, rule))
            if row == before or (self._old.problem and not _is_sound(table, row)):
                continue
            if table is memories and not is_carried_over(row["name"]):
                continue
            if table is slots and row["state"] == SlotState.BEGAN and row["job"] in begun:
                continue  # a job is registered once
            if table is deliveries and before and before["sent_at"] and not row["sent_at"]:
                continue  # it was sent: never again
            if before:
                this = and_(*(table.c[name] == row[name] for name in rule.known_by))
                self._connection.execute(delete(table).where(this))
            self._count(rule, len(self._enter(table, [row])))

    def _replace(self, table: Table, rule: TableRule) -> None:
        """Put all rows in the place of the copy's; where not all can be read, the copy keeps its own."""
        noted = len(self._old.unread)
        rows = list(self._old.rows(table).values())
        if self._old.connection is None or table.name not in self._old.tables or self._old.problem:
            if self._old.problem and rows:
                self._old.unread[rule.noun or table.name] = None
            return
        if len(self._old.unread) > noted:
            return
        self._connection.execute(delete(table))
        self._enter(table, rows)

    def _continue_audit(self) -> None:
        """Append the lines that follow the copy's last one, as far as each follows the one before it."""
        own = [line.digest for line in lines_within(self._connection)]
        lines = list(self._old.rows(audit).values())
        last, more = own[-1] if own else "", []
        start = next((place for place, line in enumerate(lines) if line["previous"] == last), len(lines))
        for line in lines[start:]:
            if line["previous"] != last:
                self._old.unread[TABLE_RULES[audit.name].noun] = None
                break
            more.append(_unnumbered(line))
            last = line["digest"]
        entered = len(self._enter(audit, more))
        is_same = bool(more) or not lines or lines[-1]["digest"] in own
        self.taken = replace(self.taken, lines=entered, is_same_trail=is_same)

    def _enter(self, table: Table, rows: Sequence[Row]) -> Sequence[Row]:
        """Enter the rows; return them, without those that the table does not take, as a damaged store may have."""
        if not rows:
            return rows
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(table), rows)
        except IntegrityError:
            if len(rows) > 1:
                return [row for each in rows for row in self._enter(table, [each])]
            self._old.unread[TABLE_RULES[table.name].noun or table.name] = None
            return ()
        return rows

    def _count(self, rule: TableRule, number: int) -> None:
        if number and rule.noun:
            self.taken.rows[rule.noun] = self.taken.rows.get(rule.noun, 0) + number


def _key(row: Mapping[str, Any], rule: TableRule) -> tuple[Any, ...]:
    return tuple(row[name] for name in rule.known_by)


def _unnumbered(row: Row) -> Row:
    """Return the row without its number: it gets the next one of the copy."""
    return {name: value for name, value in row.items() if name != "seq"}
