"""Exclusive rights in a PostgreSQL database that several machines share: freed when their holder's connection ends."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from integration.errors import BusyError, StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_NAMESPACE = 0x63726573
"""Keeps our locks apart from those of other programs in the same database."""
KEEP_ALIVE = {
    "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000,
}  # fmt: skip
"""So that a machine that has died is noticed before what ran there is taken over."""
LOOK_SECONDS = 2.0
"""How often it is looked whether the right is still held."""


def conninfo_of(url: str) -> str:
    """Return the address of the database as PostgreSQL's own library reads it, so that a dead machine is noticed."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return make_conninfo(address, **KEEP_ALIVE)


@contextmanager
def hold_in_database(url: str, names: tuple[str, ...], *, wait_seconds: float = 30) -> Iterator[None]:
    """Hold the named rights for as long as the block runs, on a connection of its own; broken off when it is lost.

    Raises BusyError where another process still holds one after `wait_seconds`, StoreUnreachableError where there is
    no connection.
    """
    try:
        connection = psycopg.connect(conninfo_of(url), autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise _away(error) from None
    try:
        connection.execute(f"SET lock_timeout = '{round(wait_seconds * 1000)}ms'")
        for name in sorted(names):  # always in the same order, so that no two wait for each other
            _take(connection, name, wait_seconds)
    except psycopg.OperationalError as error:
        connection.close()
        raise _away(error) from None
    except BaseException:
        connection.close()
        raise
    try:
        with _broken_off_when_lost(connection):
            yield
    finally:
        connection.close()


@contextmanager
def _broken_off_when_lost(connection: psycopg.Connection) -> Iterator[None]:
    """Stop the block with StoreUnreachableError when the connection, and with it the right, is lost. Main thread only.

    Else it would go on while somebody else takes the right and does the same.
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

    before = signal.signal(signal.SIGUSR1, stop)
    looker = threading.Thread(target=_look, args=(connection, is_over), name="right", daemon=True)
    looker.start()
    try:
        yield
    finally:
        is_on = False
        is_over.set()
        looker.join()
        signal.signal(signal.SIGUSR1, before)


def _look(connection: psycopg.Connection, is_over: threading.Event) -> None:
    while not is_over.wait(LOOK_SECONDS):
        try:
            connection.execute("SELECT 1")
        except psycopg.Error:
            # Again and again, because the first may be swallowed.
            while not is_over.wait(LOOK_SECONDS / 2):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
            return


def _take(connection: psycopg.Connection, name: str, wait_seconds: float) -> None:
    try:
        connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (_NAMESPACE, name))
    except psycopg.errors.LockNotAvailable:
        raise BusyError(
            f"The job {name} is being run by another process, and still was after {wait_seconds:g} seconds; try again "
            "when it has ended."
        ) from None


def _away(error: psycopg.Error) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"The database that DATABASE_URL names cannot be reached ({type(error).__name__}); check that it runs, and the "
        "address, then run again."
    )
