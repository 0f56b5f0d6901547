"""What may go wrong with a store, whichever database it lies in."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from integration.adapters.store import open_store, tables
from integration.errors import BusyError, StoreError
from integration.model import Correction
from tests.unit.integration.adapters.store.filled import ODD
from tests.unit.integration.adapters.store.stored import LATER, NOW, dump, response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.store import Store
    from integration.model import RawResponse

PROJECT = Path(__file__).parents[5]

KILLED_LANDING = """
import sys, time
from datetime import UTC, datetime
from integration.adapters.store import open_store
from integration.model import RawResponse

def arriving():
    for place in range(12_000):
        yield RawResponse(f"R{place}", "2022-03-01T09:00:00.000000000Z", "2022-03-01T09:00:00.000000000Z", "{}" * 200)
    print("in the middle", flush=True)
    time.sleep(60)

open_store(sys.argv[1]).responses.land("pulse", arriving(), received_at=datetime(2022, 7, 31, tzinfo=UTC))
"""


def run(script: str, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", script, url], stdout=subprocess.PIPE, cwd=PROJECT
    )


def change(url: str, statement: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


# --- what may go wrong ------------------------------------------------------------------------------------


def test_a_landing_killed_in_the_middle_leaves_nothing_of_it(store: Store, url: str) -> None:
    store.responses.land("pulse", [response("before")], received_at=NOW)
    store.close()
    with run(KILLED_LANDING, url) as landing:
        assert landing.stdout is not None
        assert landing.stdout.readline() == b"in the middle\n"
        landing.send_signal(signal.SIGKILL)
    with closing(open_store(url)) as reopened:
        assert [version.response_id for version in reopened.responses.versions_after("pulse", 0)] == ["before"]
        assert reopened.responses.land("pulse", [response("after")], received_at=NOW).new == 1


def test_a_landing_that_fails_half_way_is_taken_back(store: Store) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield from (response(f"R{place}") for place in range(6000))
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        store.responses.land("pulse", arriving(), received_at=NOW)
    assert store.responses.versions_after("pulse", 0) == []


def test_any_character_that_a_person_can_send_is_kept(store: Store) -> None:
    store.responses.land("pulse", [response(f"R{ODD}", body=ODD)], received_at=NOW)
    assert store.responses.land("pulse", [response(f"R{ODD}", body=ODD)], received_at=NOW).duplicates == 1
    (version,) = store.responses.versions_after("pulse", 0)
    assert (version.response_id, version.body) == (f"R{ODD}", ODD)
    typed = Correction("pulse", ODD, ODD, ODD, "2022-07-31", by=ODD)
    assert store.corrections.add([typed]) == 1
    assert store.corrections.add([typed]) == 0
    assert store.corrections.newest() == [typed]
    store.state.bookmark(ODD).set(ODD)
    assert store.state.bookmark(ODD).get() == ODD


def test_a_text_longer_than_anybody_thought_is_kept(store: Store) -> None:
    long = Correction("pulse", "k" * 300, "f" * 300, "v" * 100_000, "2022-07-31", by="b" * 1000)
    store.corrections.add([long])
    assert store.corrections.newest() == [long]


def test_what_is_read_at_once_is_one_state(store: Store, url: str) -> None:
    store.state.bookmark("name").set("before")
    with closing(open_store(url)) as other, other.database.reading() as connection:  # its promise
        seen = [connection.execute(text("SELECT value FROM memories")).scalar()]
        store.state.bookmark("name").set("after")
        seen.append(connection.execute(text("SELECT value FROM memories")).scalar())
    assert seen == ["before", "before"]
    assert store.state.bookmark("name").get() == "after"


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store: Store, url: str) -> None:
    store.close()
    change(url, "UPDATE alembic_version SET version_num = '9999'")
    before = dump(url)
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)
    assert dump(url) == before


def test_a_database_of_something_else_is_refused(store: Store, url: str) -> None:
    store.close()
    change(url, "DROP TABLE alembic_version")
    with pytest.raises(StoreError, match="did not make"):
        open_store(url)


def test_two_stores_over_one_database_wait_for_each_other(store: Store, url: str) -> None:
    with closing(open_store(url)) as other:
        store.responses.land("pulse", [response("R1")], received_at=NOW)
        other.responses.land("pulse", [response("R2")], received_at=NOW)
        assert [v.response_id for v in store.responses.versions_after("pulse", 0)] == ["R1", "R2"]


def test_a_store_that_stays_locked_is_busy(store: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integration.adapters.store.faults.WAIT_SECONDS", 0.1)
    with closing(open_store(url)) as hasty:
        with store.database.writing():  # somebody who takes long
            with pytest.raises(BusyError, match="try again later"):
                hasty.state.bookmark("name").set("value")
            assert hasty.state.bookmark("name").get() is None, "reading does not wait"
        hasty.state.bookmark("name").set("value")
        assert hasty.state.bookmark("name").get() == "value"


def test_threads_share_a_store(store: Store) -> None:
    def land(thread: int) -> None:
        for number in range(10):
            store.responses.land("pulse", [response(f"R{thread}-{number}")], received_at=NOW)
            store.responses.versions_after("pulse", 0)

    threads = [threading.Thread(target=land, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.responses.versions_after("pulse", 0)) == 40


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"):
        store.responses.land("pulse", [], received_at=NOW.replace(tzinfo=None))


def test_an_error_of_the_database_holds_no_answer(store: Store) -> None:
    row = {"job": "sync", "started_at": "x", "ended_at": "x", "outcome": "x", "note": "a secret", "seq": 1}

    def write_twice() -> None:
        with store.database.writing() as connection:  # its promise
            connection.execute(tables.runs.insert().values(row))
            connection.execute(tables.runs.insert().values(row))

    with pytest.raises(StoreError) as told:
        write_twice()
    assert "secret" not in str(told.value)
    assert store.runs.last() == {}


# --- the tables -------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_code_knows(store: Store, url: str) -> None:
    store.close()
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "integration/adapters/store/migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == tables.NEWEST


def test_a_store_of_today_opens_without_loading_alembic(store: Store, url: str) -> None:
    store.runs.record("sync", started_at=NOW, ended_at=LATER, outcome="done", note="")
    store.close()
    script = (
        "import sys; from integration.adapters.store import open_store; open_store(sys.argv[1]).close();"
        " print('alembic' in sys.modules)"
    )
    with run(script, url) as opening:
        assert opening.communicate()[0] == b"False\n"
