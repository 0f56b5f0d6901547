from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from tests.postgresql import shared_postgresql_server

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

SHARES_AND_WAITS = """
import sys
from pathlib import Path
from tests.postgresql import shared_postgresql_server
with shared_postgresql_server(Path(sys.argv[1])) as server:
    print(server.folder, flush=True)
    sys.stdin.read()
"""


def wait_until_gone(folder: Path) -> None:
    for _ in range(600):
        if not folder.exists():
            return
        time.sleep(0.05)
    pytest.fail("the server's folder is still there")


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
    wait_until_gone(folder)
    assert not Path(f"/proc/{pid}").exists()


def test_processes_share_a_server_that_outlives_the_first_and_goes_with_the_last(
    postgresql: Server, tmp_path: Path
) -> None:
    assert postgresql.port  # so that this is skipped where there is no PostgreSQL
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-c", SHARES_AND_WAITS, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        folder = Path(first.stdout.readline().strip())
        with shared_postgresql_server(tmp_path) as second:
            assert second.folder == folder
            first.kill()
            first.wait()
            open_store(second.new_database()).close()
    wait_until_gone(folder)


@pytest.mark.parametrize("migrated", [True, False])
def test_a_database_is_given_with_and_without_tables(postgresql: Server, *, migrated: bool) -> None:
    url = postgresql.new_database(migrated=migrated)
    store = open_store(url)
    store.state.bookmark("at").set(NOW.isoformat())
    store.close()
    postgresql.drop_database(url)
