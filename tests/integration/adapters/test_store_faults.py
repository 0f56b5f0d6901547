from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from integration.adapters.store import open_store, tables
from integration.errors import BusyError, StoreError
from tests.integration.adapters.stored import NOW, dump, response, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from integration.adapters.store import SqlStore
    from integration.model import RawResponse

PROJECT = Path(__file__).parents[3]

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

open_store(sys.argv[1]).land_responses("pulse", arriving(), received_at=datetime(2022, 7, 31, tzinfo=UTC))
"""
FULL_DISK = """
import resource, sys
from datetime import UTC, datetime
from integration.adapters.store import open_store
from integration.errors import StoreError
from integration.model import RawResponse

store = open_store(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
at = "2022-03-01T09:00:00.000000000Z"
try:
    arriving = (RawResponse(f"R{n}", at, at, "secret" * 500) for n in range(5000))
    store.land_responses("pulse", arriving, received_at=datetime(2022, 7, 31, tzinfo=UTC))
except StoreError as error:
    print(error)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    with closing(open_store(url_of(tmp_path))) as opened:
        yield opened


def run(script: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # ourselves
        [sys.executable, "-c", script, url_of(folder)], stdout=subprocess.PIPE, cwd=PROJECT
    )


# --- what may go wrong ------------------------------------------------------------------------------------


def test_a_landing_killed_in_the_middle_leaves_nothing_of_it(store: SqlStore, tmp_path: Path) -> None:
    store.land_responses("pulse", [response("before")], received_at=NOW)
    store.close()
    with run(KILLED_LANDING, tmp_path) as landing:
        assert landing.stdout is not None
        assert landing.stdout.readline() == b"in the middle\n"
        landing.send_signal(signal.SIGKILL)
    with closing(open_store(url_of(tmp_path))) as reopened:
        assert [version.response_id for version in reopened.versions_after("pulse", 0)] == ["before"]
        assert reopened.land_responses("pulse", [response("after")], received_at=NOW).new == 1
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_landing_that_fails_half_way_is_taken_back(store: SqlStore) -> None:
    def arriving() -> Iterator[RawResponse]:
        yield from (response(f"R{place}") for place in range(6000))
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        store.land_responses("pulse", arriving(), received_at=NOW)
    assert store.versions_after("pulse", 0) == []


def test_a_full_disk_is_one_sentence_and_leaves_the_store_whole(store: SqlStore, tmp_path: Path) -> None:
    store.land_responses("pulse", [response("before")], received_at=NOW)
    store.close()
    with run(FULL_DISK, tmp_path) as landing:
        said = landing.communicate()[0].decode()
    assert "crescendo.db" in said
    assert "disk" in said
    assert said.count("\n") == 1
    assert "secret" not in said
    with closing(open_store(url_of(tmp_path))) as reopened:
        assert len(reopened.versions_after("pulse", 0)) == 1


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "crescendo.db").write_text("Ref,Change\n" * 100)
    with pytest.raises(StoreError, match=r"crescendo\.db is not a database"):
        open_store(url_of(tmp_path))


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store: SqlStore, tmp_path: Path) -> None:
    store.close()
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = dump(tmp_path)
    with pytest.raises(StoreError, match="newer version"):
        open_store(url_of(tmp_path))
    assert dump(tmp_path) == before


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as connection:
        connection.execute("CREATE TABLE responses (x)")
    with pytest.raises(StoreError, match="did not make"):
        open_store(url_of(tmp_path))


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(url_of(tmp_path / "home"))
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["crescendo.db", "oracle9://x", "mysql+nodriver://x/y", ""])
def test_an_address_that_is_none_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError, match="DATABASE_URL"):
        open_store(url)


def test_two_stores_over_one_file_wait_for_each_other(store: SqlStore, tmp_path: Path) -> None:
    with closing(open_store(url_of(tmp_path))) as other:
        store.land_responses("pulse", [response("R1")], received_at=NOW)
        other.land_responses("pulse", [response("R2")], received_at=NOW)
        assert [v.response_id for v in store.versions_after("pulse", 0)] == ["R1", "R2"]


def test_a_store_that_stays_locked_is_busy(store: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    monkeypatch.setattr("integration.adapters.store.database.WAIT_SECONDS", 0.05)
    with closing(open_store(url_of(tmp_path))) as hasty, closing(sqlite3.connect(tmp_path / "crescendo.db")) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(BusyError, match="try again later"):
            hasty.remember("name", "value")
        assert hasty.recall("name") is None, "reading does not wait"
        holder.rollback()
        hasty.remember("name", "value")


def test_a_naive_time_is_refused(store: SqlStore) -> None:
    with pytest.raises(ValueError, match="aware"):
        store.land_responses("pulse", [], received_at=NOW.replace(tzinfo=None))


# --- the tables -------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_code_knows(store: SqlStore, tmp_path: Path) -> None:
    store.close()
    engine = create_engine(url_of(tmp_path))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "integration/adapters/store"))
    assert ScriptDirectory.from_config(config).get_current_head() == tables.NEWEST


def test_a_store_of_today_opens_without_loading_alembic(store: SqlStore, tmp_path: Path) -> None:
    store.close()
    script = (
        "import sys; from integration.adapters.store import open_store; open_store(sys.argv[1]).close();"
        " print('alembic' in sys.modules)"
    )
    with run(script, tmp_path) as opening:
        assert opening.communicate()[0] == b"False\n"


def test_the_store_is_for_its_owner_alone_and_survives_a_power_cut_by_its_settings(
    store: SqlStore, tmp_path: Path
) -> None:
    store.remember("name", "value")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    with closing(sqlite3.connect(tmp_path / "crescendo.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with store._database.reading() as own:  # noqa: SLF001  # its settings are what is tested
        found = [own.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "secure_delete")]
    assert found == [2, 1]
