"""Exclusive rights in a PostgreSQL database that several machines share: freed when their holder's connection ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import make_url

from integration.errors import BusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMESPACE = 0x63726573
"""Keeps our locks apart from those of other programs in the same database."""
KEEP_ALIVE = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""So that a machine that has died is noticed within half a minute, by either side."""


def conninfo_of(url: str) -> str:
    """Return the address of the database as PostgreSQL's own library reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def hold_in_database(url: str, names: tuple[str, ...], *, wait_seconds: float = 30) -> Iterator[None]:
    """Hold the named rights for as long as the block runs, on a connection of its own.

    Raises BusyError where somebody else still holds one after `wait_seconds`, StoreError where there is no connection.
    """
    try:
        connection = psycopg.connect(conninfo_of(url), autocommit=True, connect_timeout=10, **KEEP_ALIVE)  # type: ignore[arg-type]  # libpq's own parameters
    except psycopg.Error as error:
        raise StoreError(
            f"The database that DATABASE_URL names cannot be reached ({type(error).__name__}); check that it runs, and "
            "the address, then run again."
        ) from None
    with connection:
        connection.execute(f"SET lock_timeout = '{round(wait_seconds * 1000)}ms'")  # type: ignore[arg-type]  # a number of ours
        for name in sorted(names):  # always in the same order, so that no two wait for each other
            _take(connection, name, wait_seconds)
        yield


def _take(connection: psycopg.Connection, name: str, wait_seconds: float) -> None:
    try:
        connection.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (_NAMESPACE, name))
    except psycopg.errors.LockNotAvailable:
        raise BusyError(
            f"The job {name} is being run by another process, and still was after {wait_seconds:g} seconds; try again "
            "when it has ended."
        ) from None
