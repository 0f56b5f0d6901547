"""A store that an older version wrote is brought up to date, and nothing of it is lost."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from integration.adapters.store import open_store, tables
from integration.adapters.store.backup import restore_to_file
from integration.adapters.store.move import move_to_server
from integration.model import Correction, Slot
from tests.unit.integration.adapters.first_release import RESPONSES_EACH, put_first_release
from tests.unit.integration.adapters.stored import LATER, NOW, dump, response, url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integration.adapters.store import SqlStore
    from tests.postgresql import Server

MIGRATIONS = Path(__file__).parents[4] / "integration" / "adapters" / "store" / "migrations"
FORMS = ("pulse", "time_and_barriers", "families", "change_idea")
SHEETS = ("small_changes", "blueprint", "reviews", "teams")


def upgrade_to(revision: str, url: str) -> None:
    """Do what the version that had this revision as its newest did."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(url, poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def differences(url: str) -> list[Any]:
    """Return in what the tables differ from those that the code knows."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), tables.metadata))


@pytest.fixture
def first(tmp_path: Path) -> Path:
    return put_first_release(tmp_path)


@pytest.fixture
def opened(first: Path) -> Iterator[SqlStore]:
    with closing(open_store(url_of(first.parent))) as store:
        yield store


def test_the_store_of_the_first_release_is_what_it_says(first: Path) -> None:
    before = dump(url_of(first.parent))
    assert before["alembic_version"] == [("0001",)]
    assert not {"images", "slots", "tombstones"} & set(before)


def test_everything_of_the_first_release_is_there(opened: SqlStore) -> None:
    for form in FORMS:
        versions = opened.versions_after(form, 0)
        assert len(versions) == RESPONSES_EACH
        assert all(json.loads(version.body)["responseId"] == version.response_id for version in versions)
    assert all(opened.newest_sheet(sheet) for sheet in SHEETS)
    pulse = opened.versions_after("pulse", 0)[0]
    assert opened.corrections() == [
        Correction("pulse", pulse.response_id, "team", "elm", "2022-07-31T09:00:00.000000000Z", by="Ada")
    ]
    assert set(opened.last_runs()) == {"sync", "publish", "pack"}
    packs = opened.packs()
    assert [(authority, month, version) for authority, month, version, *_ in packs] == [
        ("northbrook", "2022-07", 1), ("southmere", "2022-07", 1),
    ]  # fmt: skip
    assert all(mailed_at for *_, mailed_at in packs)


def test_what_the_first_release_had_is_left_as_it_was(first: Path) -> None:
    before = dump(url_of(first.parent))
    open_store(url_of(first.parent)).close()
    after = dump(url_of(first.parent))
    assert after["alembic_version"] == [(tables.NEWEST,)]
    had = {name: rows for name, rows in before.items() if name != "alembic_version"}
    assert {name: after[name] for name in had} == had
    assert not any(after[name] for name in set(after) - set(before)), "what is new is empty"


def test_it_works_as_a_store_of_today(opened: SqlStore, first: Path) -> None:
    assert differences(url_of(first.parent)) == []
    there = opened.versions_after("pulse", 0)
    assert opened.land_responses("pulse", [response("new")], received_at=LATER, wake="publish").new == 1
    assert opened.versions_after("pulse", there[-1].seq)[0].response_id == "new"
    assert opened.ledger.waiting(now=LATER) == [Slot(LATER, "publish")]
    opened.keep_image("data", b"image")


def test_a_store_of_the_second_version_keeps_its_images(first: Path) -> None:
    url = url_of(first.parent)
    upgrade_to("0002", url)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("INSERT INTO images VALUES ('data', x'00ff')")
    with closing(open_store(url)) as store:
        assert store.image("data") == b"\0\xff"
        assert len(store.versions_after("pulse", 0)) == RESPONSES_EACH
    assert differences(url) == []


@pytest.mark.parametrize("since", ["0001", "0002"])
def test_the_migrations_make_the_same_tables_on_a_server(since: str, postgresql: Server) -> None:
    url = postgresql.new_database(migrated=False)
    upgrade_to(since, url)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("INSERT INTO memories VALUES ('name', 'value')")
    with closing(open_store(url)) as store:
        assert store.recall("name") == "value"
    assert differences(url) == []
    postgresql.drop_database(url)


def test_a_backup_of_the_first_release_can_be_restored(first: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restore_to_file(first, home / "crescendo.db", now=NOW, blank=bytes)
    with closing(open_store(url_of(home))) as store:
        assert len(store.versions_after("pulse", 0)) == RESPONSES_EACH
    assert dump(url_of(tmp_path))["alembic_version"] == [("0001",)], "the backup stays as it is"


def test_the_first_release_moves_to_a_server(first: Path, postgresql_url: str) -> None:
    move_to_server(first, postgresql_url, now=NOW)
    with closing(open_store(postgresql_url)) as store:
        assert [len(store.versions_after(form, 0)) for form in FORMS] == [RESPONSES_EACH] * 4
        assert len(store.corrections()) == 1


def test_two_processes_that_bring_it_up_to_date_at_once_do_it_once(
    first: Path, in_parallel: Callable[..., None]
) -> None:
    in_parallel(lambda: open_store(url_of(first.parent)).close())
    with closing(open_store(url_of(first.parent))) as store:
        assert len(store.versions_after("pulse", 0)) == RESPONSES_EACH


@pytest.fixture
def in_parallel() -> Callable[..., None]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # here alone

    def run(work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(work) for _ in range(3)]:
                done.result()

    return run
