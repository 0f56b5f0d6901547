"""PostgreSQL: a server that several machines share. One writer at a time, by an advisory lock of the transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import ArgumentError

from integration.adapters.store import waiting
from integration.adapters.store.waiting import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection as Raw
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.exc import DBAPIError

CONNECTIONS = 4
"""How many threads of a process may be in the database at once."""
_WRITERS_LOCK = 0x6372657363  # any number that no other program in the database uses
# Both ends find out within a minute that the other machine is gone, and with it the lock that it held.
_CALLING = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
_SETTINGS = (
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET synchronous_commit = on",  # what was committed survives a power cut
)
_LOCK = text("SELECT set_config('lock_timeout', :wait, true), pg_advisory_xact_lock(:n)")
_BUSY = {"55P03", "40001", "40P01"}
_AWAY = "cannot be reached now; check that the database server runs, then run again"
_FAULTS = {
    "53100": "is on a full disk; make room, then run again",
    "25006": "cannot be written, because the server is a read-only copy; name the one that takes writing",
    "42501": "does not let this user do that; make the user the owner of the database",
}
_PASSING = ("08", "57P", "53")
"""How the codes of faults begin that pass by themselves: a lost connection, a server that stops, one that is full."""
_REFUSED = ("authentication failed", "does not exist", "pg_hba.conf", "permission denied", "no password supplied")


class PostgreSql:
    """A database on a server."""

    def __init__(self, url: URL) -> None:
        if "@" in (url.host or ""):
            # The rest of the password would be taken for the server's name, and shown.
            raise ArgumentError
        self.name = url.render_as_string()
        calling = {name: value for name, value in _CALLING.items() if name not in url.query}
        engine = create_engine(
            url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=waiting.WAIT_SECONDS, pool_pre_ping=True,
            hide_parameters=True,  # parameters are answers: they must not appear in an error
            isolation_level="READ COMMITTED", connect_args=calling,
        )  # fmt: skip
        event.listen(engine, "connect", _set_up)
        self.engine: Engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one state of the database."""
        with self.engine.connect() as connection:
            still = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with still.begin():
                yield still

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that holds the writers' lock; what others committed before is seen."""
        with self.engine.connect() as connection, connection.begin():
            wait = f"{int(waiting.WAIT_SECONDS * 1000)}ms"
            connection.execute(_LOCK, {"wait": wait, "n": _WRITERS_LOCK})
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nothing more is needed here: whoever needs the database for longer does it in one transaction."""
        yield

    def explain(self, error: DBAPIError) -> Fault:
        """Return what has happened, without PostgreSQL's own words: they may hold what somebody answered."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            return _without_code(error)
        if state in _BUSY:
            return Fault(is_busy=True)
        if state in _FAULTS:
            return Fault(_FAULTS[state])
        if state.startswith(_PASSING):
            return Fault(_AWAY, passes=True)
        kind = type(error.orig).__name__
        return Fault(f"failed ({kind}, {state}); look into the server's log")

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()


def _without_code(error: DBAPIError) -> Fault:
    """Return what kept us from connecting, or broke the connection: such faults have no code."""
    said = str(error.orig)
    refused = next((words for words in _REFUSED if words in said), None)
    if refused:
        return Fault(f"lets nobody in with this DATABASE_URL (the server says: {refused}); check user, password, name")
    if type(error.orig).__name__ in {"OperationalError", "InterfaceError", "ConnectionTimeout"}:
        return Fault(_AWAY, passes=True)
    return Fault(f"failed ({type(error.orig).__name__}); look into the server's log")


def _set_up(connection: Raw, _: object) -> None:
    before, connection.autocommit = connection.autocommit, True
    for setting in _SETTINGS:
        connection.execute(setting.encode())
    connection.autocommit = before
