"""PostgreSQL: a server that several machines share. One writer at a time, by an advisory lock of the transaction."""

from __future__ import annotations

import signal
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from integration.adapters.store import faults
from integration.adapters.store.faults import Fault
from integration.errors import BusyError, StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from psycopg import Connection as Raw
    from sqlalchemy import URL, Connection, Engine

CONNECTIONS = 4
"""How many threads of a process may be in the database at once."""
_WRITERS_LOCK = 0x6372657363  # any number that no other program in the database uses
# Both ends notice within a minute that the other machine has died, and the lock that it held is freed.
_CALLING = {"connect_timeout": 10, "keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3}
_SETTINGS = (
    "SET tcp_keepalives_idle = 20",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    "SET synchronous_commit = on",  # what was committed survives a power cut
)
_LOCK = text("SELECT set_config('lock_timeout', :wait, true), pg_advisory_xact_lock(:n)")
_NOT_ALLOWED = "42501"
_BUSY = {"55P03", "40001", "40P01"}
_AWAY = "cannot be reached now; check that the database server runs, then run again"
_FAULTS = {
    "53100": "is on a full disk; make room, then run again",
    "25006": "cannot be written, because the server is a read-only copy; name the one that takes writing",
    "42501": "does not let this user do that; make the user the owner of the database",
}
_PASSING = ("08", "57P", "53")
"""How the codes of faults begin that pass by themselves: a lost connection, a server that stops, one that is full."""
_LOST = {"OperationalError", "InterfaceError", "ConnectionTimeout"}
_REFUSED = ("authentication failed", "does not exist", "pg_hba.conf", "permission denied", "no password supplied")


class PostgreSql:
    """A database on a server."""

    def __init__(self, url: URL) -> None:
        if "@" in (url.host or ""):
            # The rest of the password would be taken for the server's name, and shown.
            raise ArgumentError
        self.name = url.render_as_string()
        calling = {name: value for name, value in _CALLING.items() if name not in url.query}
        self.engine: Engine = create_engine(
            url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=faults.WAIT_SECONDS, pool_pre_ping=True,
            hide_parameters=True,  # parameters are answers: they must not appear in an error
            isolation_level="READ COMMITTED", connect_args=calling,
        )  # fmt: skip
        event.listen(self.engine, "connect", _set_up)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a transaction that sees one state of the database."""
        with self.engine.connect() as connection:
            still = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with still.begin():
                yield still

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction that holds the writers' lock; it sees what others committed before."""
        with self.engine.connect() as connection, connection.begin():
            wait = f"{int(faults.WAIT_SECONDS * 1000)}ms"
            connection.execute(_LOCK, {"wait": wait, "n": _WRITERS_LOCK})
            yield connection

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Do nothing: on a server a job that needs the database for longer uses one transaction."""
        yield

    def vacuum(self, tables: Sequence[str]) -> bool:
        """Write the tables anew, and what the server has counted in them: it keeps samples of what stood there.

        The old files go at the next checkpoint; it is made now where we have the right to.
        """
        with self.engine.connect() as connection:
            bare = connection.execution_options(isolation_level="AUTOCOMMIT")
            bare.execute(text(f"SET lock_timeout = '{int(faults.WAIT_SECONDS * 1000)}ms'"))
            try:
                bare.execute(text(f"VACUUM (FULL, ANALYZE) {', '.join(tables)}"))
                bare.execute(text("VACUUM (FULL) pg_catalog.pg_statistic"))
                bare.execute(text("CHECKPOINT"))
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
                    raise
                return False
            finally:
                bare.execute(text("RESET lock_timeout"))
        return True

    def to_fault(self, error: DBAPIError) -> Fault:
        """Return what has happened, without PostgreSQL's own words: they may hold an answer."""
        kind, state = type(error.orig).__name__, getattr(error.orig, "sqlstate", None)
        if state in _BUSY:
            return Fault(is_busy=True)
        if state in _FAULTS:
            return Fault(_FAULTS[state])
        # A fault that kept us from connecting, or broke the connection, has no code.
        refused = None if state else next((words for words in _REFUSED if words in str(error.orig)), None)
        if refused:
            return Fault(
                f"lets nobody in with this DATABASE_URL (the server says: {refused}); check user, password, name"
            )
        if state.startswith(_PASSING) if state else kind in _LOST:
            return Fault(_AWAY, passes=True)
        return Fault(f"failed ({f'{kind}, {state}' if state else kind}); look into the server's log")

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()


def _set_up(connection: Raw, _: object) -> None:
    before, connection.autocommit = connection.autocommit, True
    for setting in _SETTINGS:
        connection.execute(setting.encode())
    connection.autocommit = before


_NAMESPACE = 0x63726573
"""Keeps our locks apart from those of other programs in the same database."""
KEEP_ALIVE = {
    "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000,
}  # fmt: skip
"""So that a machine that has died is noticed before what ran there is taken over."""
CHECK_SECONDS = 2.0
"""How often it is checked whether the lock is still held."""


def conninfo_of(url: str) -> str:
    """Return the address of the database as PostgreSQL's own library reads it, so that a dead machine is noticed."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return make_conninfo(address, **KEEP_ALIVE)


@contextmanager
def hold_in_database(
    url: str, names: tuple[str, ...], *, wait_seconds: float = 30, check_seconds: float = CHECK_SECONDS
) -> Iterator[None]:
    """Hold the named rights for as long as the block runs, on a connection of its own; broken off when it is lost.

    Raises BusyError where another process still holds one after `wait_seconds`, StoreAway where there is no connection.
    """
    try:
        connection = psycopg.connect(conninfo_of(url), autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise _unreachable(error) from None
    name = ""
    with closing(connection):
        try:
            connection.execute(f"SET lock_timeout = '{round(wait_seconds * 1000)}ms'")
            for name in sorted(names):  # always in the same order, so that no two wait for each other
                connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (_NAMESPACE, name))
        except psycopg.errors.LockNotAvailable:
            raise BusyError(
                f"The job {name} is being run by another process, and still was after {wait_seconds:g} seconds; try "
                "again when it has ended."
            ) from None
        except psycopg.OperationalError as error:
            raise _unreachable(error) from None
        with _stopped_when_lost(connection, check_seconds):
            yield


@contextmanager
def _stopped_when_lost(connection: psycopg.Connection, check_seconds: float) -> Iterator[None]:
    """Break the block off with StoreAway when the connection, and with it the right, is lost. In the main thread.

    Else it would go on while another machine takes the lock and does the same.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    is_on, is_over = True, threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if is_on:  # once the block is being left, nothing may strike into its tidying up
            raise StoreUnreachableError(
                "The connection to the database was lost, so what ran was broken off; it is tried again."
            )

    def check() -> None:
        while not is_over.wait(check_seconds):
            try:
                connection.execute("SELECT 1")
            except psycopg.Error:
                # More than once, because the first may be swallowed.
                while not is_over.wait(check_seconds / 2):
                    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
                return

    before = signal.signal(signal.SIGUSR1, stop)
    checker = threading.Thread(target=check, name="right", daemon=True)
    checker.start()
    try:
        yield
    finally:
        is_on = False
        is_over.set()
        checker.join()
        signal.signal(signal.SIGUSR1, before)


def _unreachable(error: psycopg.Error) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"The database that DATABASE_URL names cannot be reached ({type(error).__name__}); check that it runs, and the "
        "address, then run again."
    )
