"""The database under the store: transactions, and its errors in words.

What SQLite and PostgreSQL do differently stands in `sqlite` and `postgresql`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from integration.adapters.store import waiting
from integration.adapters.store.postgresql import PostgreSql
from integration.adapters.store.sqlite import Sqlite
from integration.adapters.store.waiting import Busy
from integration.errors import BusyError, CrescendoError, StoreError, StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import URL, Connection, Engine

    from integration.adapters.store.waiting import Fault


class Kind(Protocol):
    """What the two kinds of database do in their own way. `name` is what people are shown: never a password."""

    name: str
    engine: Engine

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection in a transaction that sees one state of the database."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """Give a connection in a transaction that no other writer shares. Raises Busy."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Keep every other writer out for as long as the block runs; writing is possible within. Raises Busy."""
        ...

    def scrub(self, tables: Sequence[str]) -> bool:
        """Leave nothing of erased rows of these tables in the files; return whether that is sure. Raises Busy."""
        ...

    def explain(self, error: DBAPIError) -> Fault:
        """Return what has happened; nothing that is said of it may hold an answer."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class Database:
    """One database and our connections to it."""

    def __init__(self, url: str) -> None:
        try:
            self._kind: Kind = _kind(make_url(url))
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
        with self.explained(), self._kind.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that no other writer shares: all of it is kept, or nothing.

        What it writes is on disk when the block has ended. Raises BusyError after 30 seconds of waiting.
        """
        with self.explained(), self._kind.writing() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other writer out for as long as the block runs. Raises BusyError after 30 seconds of waiting."""
        with self.explained(), self._kind.alone():
            yield

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what this database runs into, in the block, into errors in words."""
        try:
            yield
        except (PoolTimeoutError, Busy):
            raise self._busy() from None
        except DBAPIError as error:
            raise self._told(self._kind.explain(error)) from None

    def scrub(self, tables: Sequence[str]) -> bool:
        """Leave nothing of erased rows of these tables in the database's files; return whether that is sure already.

        Raises BusyError where somebody reads all the while.
        """
        with self.explained():
            return self._kind.scrub(tables)

    def error(self, what: str) -> StoreError:
        """Return an error of this database; `what` goes after its name."""
        return StoreError(f"The store {self.name} {what}.")

    def close(self) -> None:
        """Let go of the connections."""
        self._kind.close()

    def _told(self, fault: Fault) -> CrescendoError:
        if fault.is_busy:
            return self._busy()
        return (StoreUnreachableError if fault.passes else StoreError)(f"The store {self.name} {fault.says}.")

    def _busy(self) -> BusyError:
        return BusyError(
            f"The store {self.name} was in use by somebody else for {waiting.WAIT_SECONDS:g} seconds; try again later."
        )


def _kind(url: URL) -> Kind:
    return Sqlite(url) if url.get_backend_name() == "sqlite" else PostgreSql(url)
