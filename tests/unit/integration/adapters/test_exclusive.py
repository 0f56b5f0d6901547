"""Locks in a database that several machines share: one holder at a time, and none that goes on after it has lost it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from integration.adapters.store.postgresql import conninfo_of, hold_in_database
from integration.errors import BusyError, StoreUnreachableError

if TYPE_CHECKING:
    from tests.postgresql import Server


def test_a_lock_is_held_by_one_at_a_time_and_others_are_free(postgresql_url: str) -> None:
    with hold_in_database(postgresql_url, ("publish", "pack")):
        with pytest.raises(BusyError, match="job pack"), hold_in_database(postgresql_url, ("pack",), wait_seconds=0.1):
            pytest.fail("two hold it")
        with hold_in_database(postgresql_url, ("sync/form:pulse",), wait_seconds=0.1):
            pass
    with hold_in_database(postgresql_url, ("pack",), wait_seconds=0.1):
        pass


def test_a_holder_that_loses_its_lock_is_broken_off(postgresql_url: str) -> None:
    def cut() -> None:
        with psycopg.connect(conninfo_of(postgresql_url), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")

    began, cutter = time.monotonic(), threading.Timer(0.2, cut)
    cutter.start()
    with pytest.raises(StoreUnreachableError, match="broken off"), hold_in_database(postgresql_url, ("publish",)):
        time.sleep(30)
    cutter.join()
    assert time.monotonic() - began < 20
    with hold_in_database(postgresql_url, ("publish",), wait_seconds=1):
        pass


def test_a_lock_in_a_database_that_is_away_is_one_sentence(postgresql: Server) -> None:
    away = postgresql.url("nowhere").replace("postgres@", "postgres:s3cret@")
    with (
        pytest.raises(StoreUnreachableError, match="cannot be reached") as caught,
        hold_in_database(away, ("publish",)),
    ):
        pytest.fail("it was held")
    assert "s3cret" not in str(caught.value)
