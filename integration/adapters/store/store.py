"""The store: everything received, every version of it, and what the service works out and remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integration.adapters.clock import as_datetime
from integration.adapters.store.alerts import Alerts
from integration.adapters.store.audit import Audit
from integration.adapters.store.database import Database, bring_up_to_date
from integration.adapters.store.derived import Chunks, Images, Issues
from integration.adapters.store.erasure import Erasures
from integration.adapters.store.ledger import Ledger, Runs
from integration.adapters.store.packs import Deliveries, Packs
from integration.adapters.store.received import Corrections, Responses, Sheets, Tombstones
from integration.adapters.store.state import State
from integration.adapters.store.tables import corrections, readings, responses

if TYPE_CHECKING:
    from datetime import datetime

    from integration.adapters.store.ledger import Queue


def open_store(url: str, queue: Queue | None = None) -> Store:
    """Open the store at an SQLAlchemy URL, made or brought up to date. Raises StoreError or BusyError.

    `queue` is where slots go that are to be run, in the transaction that enters them.
    """
    database = Database(url)
    try:
        bring_up_to_date(database)
        if queue:
            with database.writing() as connection:
                queue.prepare(connection)
    except BaseException:
        database.close()
        raise
    return Store(database, queue)


class Store:
    """A repository for each family of tables, in SQLite or in PostgreSQL.

    Each method of a repository is one transaction: when it returns, what it wrote is on disk. Threads may share a
    store, they wait for each other; an iterable that is handed in must not read from the store itself.
    """

    def __init__(self, database: Database, queue: Queue | None = None) -> None:
        self.database = database
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
        """Return something short that changes with every response, reading or correction stored or erased."""
        growing = (responses, readings, corrections)
        query = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in growing))
        with self.database.reading() as connection:
            newest = connection.execute(query).one()
            erasures = self.state.erasure_count.get_within(connection) or 0
        return "-".join(str(number or 0) for number in (*newest, erasures))

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()
