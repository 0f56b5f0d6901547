"""The store: everything received, every version of it, and what the service works out and remembers.

A `Store` has a repository for each family of tables, each in a module of this package. Under them all is one
`Database`: its transactions, its errors in words, and the migration to this version of the tables. What SQLite and
PostgreSQL do differently stands in `sqlite` and `postgresql`; the migrations lie in `migrations/versions`.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, literal, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from integration.adapters.clock import as_datetime
from integration.adapters.store.alerts import Alerts
from integration.adapters.store.audit import Audit
from integration.adapters.store.derived import Chunks, Images, Issues
from integration.adapters.store.erasure import Erasures
from integration.adapters.store.faults import Fault, LockTimeoutError
from integration.adapters.store.ledger import Ledger, Runs
from integration.adapters.store.packs import Deliveries, Packs, PublishedFigures
from integration.adapters.store.received import Corrections, Responses, Sheets, Tombstones
from integration.adapters.store.sqlite import Sqlite
from integration.adapters.store.state import State
from integration.adapters.store.tables import (
    NEWEST,
    VERSION_TABLE,
    corrections,
    is_version_of_ours,
    metadata,
    published_figures,
    readings,
    responses,
)
from integration.errors import StoreError, StoreLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from integration.adapters.store.ledger import Queue


MAX_FINDING_LENGTH = 120
FOREIGN = "has tables that this service did not make; name another database"


def shorten_finding(found: object) -> str:
    """Return what SQLite found wrong, on one line."""
    return " ".join(str(found).split())[:MAX_FINDING_LENGTH]


def open_store(url: str, queue: Queue | None = None, *, lost: Callable[[str], str] | None = None) -> Store:
    """Open the store at an SQLAlchemy URL, made or brought up to date. Raises StoreError or BusyError.

    `queue` is where slots go that are to be run, in the transaction that enters them. `lost` is asked where nothing was
    ever stored, by the name of the database: why that cannot be, for StoreLostError; "" where it is a new one.
    """
    database = Database(url)
    try:
        if lost:
            _refuse_blank(database, lost)
        bring_up_to_date(database)
        if queue:
            with database.writing() as connection:
                queue.prepare(connection)
    except BaseException:
        database.close()
        raise
    return Store(database, queue)


def _refuse_blank(database: Database, lost: Callable[[str], str]) -> None:
    if is_blank(database) and (reason := lost(database.name)):
        raise StoreLostError(reason)


class Store:
    """A repository for each family of tables, in SQLite or in PostgreSQL.

    Each method of a repository is one transaction: when it returns, what it wrote is on disk. Threads may share a
    store, they wait for each other; an iterable that is handed in must not read from the store itself.
    """

    def __init__(self, database: Database, queue: Queue | None = None) -> None:
        self.database = database
        self._pages_checked_at: float | None = None
        self.state = State(database)
        self.ledger = Ledger(database, queue)
        self.runs = Runs(database)
        self.responses = Responses(database, self.ledger, self.state)
        self.sheets = Sheets(database, self.ledger)
        self.corrections = Corrections(database)
        self.tombstones = Tombstones(database)
        self.erasures = Erasures(database, self.state)
        self.chunks = Chunks(database, self.state)
        self.issues = Issues(database)
        self.images = Images(database)
        self.packs = Packs(database)
        self.published_figures = PublishedFigures(database)
        self.deliveries = Deliveries(database)
        self.alerts = Alerts(database)
        self.audit = Audit(database)

    def newest_received(self) -> dict[str, datetime]:
        """Return, for each source with anything stored, when the newest thing of it was stored."""
        newest: dict[str, str] = {}
        with self.database.reading() as connection:
            for table in (responses, readings):
                of_each = select(func.max(table.c.seq)).group_by(table.c.source)
                query = select(table.c.source, table.c.received_at).where(table.c.seq.in_(of_each))
                for source, moment in connection.execute(query):
                    newest[source] = max(moment, newest.get(source, ""))
        return {source: as_datetime(moment) for source, moment in newest.items()}

    def generation(self) -> str:
        """Return something short that changes with all that figures and what leaders see of them depend on.

        That is every response, reading or correction stored or erased, and every published figure that a person
        withdrew or put right.
        """
        growing = (responses, readings, corrections)
        query = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in growing))
        with self.database.reading() as connection:
            newest = connection.execute(query).one()
            erasures = self.state.erasure_count.get_within(connection) or 0
            of_person = select(func.count()).where(published_figures.c.reason != "")
            decided = connection.execute(of_person).scalar_one()
        return "-".join(str(number or 0) for number in (*newest, erasures, decided))

    def is_blank(self) -> bool:
        """Return whether nothing was ever stored."""
        return is_blank(self.database)

    def check_pages(self, *, not_within_seconds: float) -> None:
        """Check every page as `Database.check_pages` does, where this process did not do so within so many seconds."""
        now, checked_at = time.monotonic(), self._pages_checked_at
        if checked_at is None or now - checked_at >= not_within_seconds:
            self.database.check_pages()
            self._pages_checked_at = now

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()


class Database:
    """One database and our connections to it."""

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite":
                self._kind: Sqlite | PostgreSql = Sqlite(parsed)
            else:
                from integration.adapters.store.postgresql import PostgreSql  # noqa: PLC0415  # psycopg is not for SQLite

                self._kind = PostgreSql(parsed)
        except (ArgumentError, ImportError):
            raise StoreError(
                "DATABASE_URL is not the address of a database that we can use;"
                " write it as sqlite:///folder/crescendo.db or postgresql+psycopg://user@host/name."
            ) from None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return isinstance(self._kind, Sqlite)

    @property
    def name(self) -> str:
        """What people are shown of its address: the path of a file, or everything but the password."""
        return self._kind.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database."""
        with self.as_store_errors(), self._kind.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer shares: all of it is kept, or nothing.

        What it writes is on disk when the block has ended. Raises BusyError after 30 seconds of waiting.
        """
        with self.as_store_errors(), self._kind.writing() as connection:
            yield connection

    def now(self) -> datetime:
        """Return the time now by the clock of the database's own machine, aware UTC."""
        with self.reading() as connection:
            moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Keep every other writer out for as long as the block runs. Raises BusyError after 30 seconds of waiting."""
        with self.as_store_errors(), self._kind.exclusive():
            yield

    @contextmanager
    def as_store_errors(self) -> Iterator[None]:
        """Turn what this database runs into, in the block, into errors in words."""
        try:
            yield
        except (PoolTimeoutError, LockTimeoutError):
            raise Fault(is_busy=True).error(self.name) from None
        except DBAPIError as error:
            raise self._kind.to_fault(error).error(self.name) from None

    def vacuum(self, tables: Sequence[str]) -> bool:
        """Leave nothing of erased rows of these tables in the database's files; return whether that is sure already.

        Raises BusyError where another process reads all the while.
        """
        with self.as_store_errors():
            return self._kind.vacuum(tables)

    def check_pages(self) -> None:
        """Read every page of a SQLite file. Raises StoreError where one is damaged; PostgreSQL looks after its own."""
        if not self.is_sqlite:
            return
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise self.error(
                f"is damaged (found: {shorten_finding(found)}); put the last backup in its place: restore FILE"
            )

    def error(self, what: str) -> StoreError:
        """Return an error of this database; `what` goes after its name."""
        return StoreError(f"The store {self.name} {what}.")

    def close(self) -> None:
        """Let go of the connections."""
        self._kind.close()


def bring_up_to_date(database: Database) -> None:
    """Make the tables, or change those of an older version; all of it, or nothing.

    Raises StoreError for a store of a newer version of the service, or of something else.
    """
    if is_up_to_date(database):
        return
    with database.writing() as connection:
        # Read once more, because another process may have done it in between.
        version = version_of(connection)
        if version == NEWEST:
            return
        if version is None and has_foreign_tables(connection):
            raise database.error(FOREIGN)
        if version is not None and version > NEWEST:
            raise database.error("was written by a newer version of this service; install that version")
        from alembic import command  # noqa: PLC0415  # 0.2 s that a store of today need not spend
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_up_to_date(database: Database) -> bool:
    """Return whether the tables are those of today; nothing is changed."""
    with database.reading() as connection:
        return version_of(connection) == NEWEST


def is_blank(database: Database) -> bool:
    """Return whether nothing was ever stored: there are no tables of ours, or no row in any of them."""
    with database.reading() as connection:
        if version_of(connection) is None:
            return True
        there = set(inspect(connection).get_table_names())
        ours = [table for table in metadata.sorted_tables if table.name in there]
        return all(connection.execute(select(literal(1)).select_from(table).limit(1)).first() is None for table in ours)


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables; None where there are none of ours."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608  # a constant
    return version if version and is_version_of_ours(version) else None


def has_foreign_tables(connection: Connection) -> bool:
    """Return whether there are tables that keep ours from being made, where there are none of ours yet.

    A database server may hold those of others beside ours, but not of the same names.
    """
    others = set(inspect(connection).get_table_names())
    is_file = connection.dialect.name == "sqlite"
    return bool(others if is_file else others & {*metadata.tables, VERSION_TABLE})
