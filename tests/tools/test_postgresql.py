from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store

if TYPE_CHECKING:
    from tests.postgresql import Server

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
STARTS_AND_WAITS = """
import sys
from tests.postgresql import postgresql_server
with postgresql_server() as server:
    print(server.folder, flush=True)
    sys.stdin.read()
"""


def test_each_test_has_a_database_of_its_own(postgresql: Server) -> None:
    first, second = postgresql.new_database(), postgresql.new_database()
    assert first != second
    one, other = open_store(first), open_store(second)
    one.state.bookmark("whose").set("the first's")
    assert (one.state.bookmark("whose").get(), other.state.bookmark("whose").get()) == ("the first's", None)
    one.close()
    other.close()


def test_what_was_stored_is_there_after_the_server_was_killed(own_postgresql: Server) -> None:
    url = own_postgresql.new_database()
    store = open_store(url)
    store.state.bookmark("stored").set("yes")
    store.close()
    own_postgresql.kill()
    own_postgresql.start()
    store = open_store(url)
    assert store.state.bookmark("stored").get() == "yes"
    store.close()


def test_nothing_is_left_of_the_server_of_a_process_that_was_killed(postgresql: Server) -> None:
    assert postgresql.port  # so that this is skipped where there is no PostgreSQL
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", STARTS_AND_WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        process.kill()
    for _ in range(600):
        if not folder.exists():
            break
        time.sleep(0.05)
    assert not folder.exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("migrated", [True, False])
def test_a_database_is_given_with_and_without_tables(postgresql: Server, *, migrated: bool) -> None:
    url = postgresql.new_database(migrated=migrated)
    store = open_store(url)
    store.state.bookmark("at").set(NOW.isoformat())
    store.close()
    postgresql.drop_database(url)
