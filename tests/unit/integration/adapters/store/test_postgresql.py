"""PostgreSQL: what two processes of one database may do, and the exclusive rights of several machines."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from integration.adapters.store import open_store
from integration.adapters.store.postgresql import conninfo_of, hold_in_database
from integration.errors import BusyError, StoreError, StoreUnreachableError
from tests.unit.integration.adapters.store.stored import NOW, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.model import RawResponse
    from tests.postgresql import Server


def test_a_store_goes_on_after_its_server_was_killed_and_started_again(own_postgresql: Server) -> None:
    with closing(open_store(own_postgresql.new_database())) as store:
        store.responses.land("pulse", [response("before")], received_at=NOW)
        own_postgresql.kill()
        with pytest.raises(StoreUnreachableError, match="cannot be reached now") as told:
            store.responses.versions_after("pulse", 0)
        assert (told.value.permanent, told.value.exit_code) == (False, 75)
        own_postgresql.start()
        assert store.responses.land("pulse", [response("before"), response("after")], received_at=NOW).new == 1
        assert [version.response_id for version in store.responses.versions_after("pulse", 0)] == ["before", "after"]


def test_a_server_killed_in_the_middle_of_a_landing_keeps_nothing_of_it(own_postgresql: Server) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield from (response(f"R{place}") for place in range(6000))
        own_postgresql.kill()
        own_postgresql.start()
        yield response("last")

    with closing(open_store(own_postgresql.new_database())) as store:
        with pytest.raises(StoreUnreachableError):
            store.responses.land("pulse", arriving(), received_at=NOW)
        assert store.responses.versions_after("pulse", 0) == []


def test_a_server_that_is_not_there_is_one_sentence_without_the_password() -> None:
    with pytest.raises(StoreUnreachableError, match=r"127\.0\.0\.1:1/nowhere") as told:
        open_store("postgresql+psycopg://ada:s3cret@127.0.0.1:1/nowhere")
    assert "s3cret" not in str(told.value)
    assert "run again" in str(told.value)


def test_a_database_that_is_not_there_is_one_sentence(postgresql: Server) -> None:
    with pytest.raises(StoreError, match="does not exist") as told:
        open_store(postgresql.url("nowhere"))
    assert told.value.permanent


def test_a_password_with_an_unwritten_at_sign_is_not_shown() -> None:
    with pytest.raises(StoreError, match="DATABASE_URL is not the address") as told:
        open_store("postgresql+psycopg://ada:s3@cret@127.0.0.1/crescendo")
    assert "cret@" not in str(told.value)


def test_the_store_says_what_it_needs_where_it_may_not_write(postgresql: Server, postgresql_url: str) -> None:
    postgresql.say("CREATE ROLE guest LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", postgresql_url)
    with closing(open_store(postgresql_url.replace("//postgres@", "//guest@"))) as store:
        assert store.state.bookmark("name").get() is None
        with pytest.raises(StoreError, match="does not let this user"):
            store.state.bookmark("name").set("value")
    postgresql.say("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM guest; DROP ROLE guest", postgresql_url)


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
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
                "WHERE locktype = 'advisory' AND datname = current_database()"
            )

    began, cutter = time.monotonic(), threading.Timer(0.2, cut)
    cutter.start()
    holding = hold_in_database(postgresql_url, ("publish",), check_seconds=0.1)
    with pytest.raises(StoreUnreachableError, match="broken off"), holding:
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
