"""A store on a server: what may happen to the server and on the way to it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from integration.errors import StoreError, StoreUnreachableError
from tests.unit.integration.adapters.stored import NOW, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.model import RawResponse
    from tests.postgresql import Server


def test_a_store_goes_on_after_its_server_was_killed_and_started_again(postgresql: Server, postgresql_url: str) -> None:
    with closing(open_store(postgresql_url)) as store:
        store.responses.land("pulse", [response("before")], received_at=NOW)
        postgresql.kill()
        with pytest.raises(StoreUnreachableError, match="cannot be reached now") as told:
            store.responses.versions_after("pulse", 0)
        assert (told.value.permanent, told.value.exit_code) == (False, 75)
        postgresql.start()
        assert store.responses.land("pulse", [response("before"), response("after")], received_at=NOW).new == 1
        assert [version.response_id for version in store.responses.versions_after("pulse", 0)] == ["before", "after"]


def test_a_server_killed_in_the_middle_of_a_landing_keeps_nothing_of_it(
    postgresql: Server, postgresql_url: str
) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield from (response(f"R{place}") for place in range(6000))
        postgresql.kill()
        postgresql.start()
        yield response("last")

    with closing(open_store(postgresql_url)) as store:
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
