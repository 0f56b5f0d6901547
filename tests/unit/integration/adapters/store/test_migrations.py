"""A store that an older version wrote is brought up to date, and nothing of it is lost."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
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
from integration.adapters.store.copy import move_to_server
from integration.adapters.store.restore import restore_to_file
from integration.model import AlertMail, AlertMailStatus, Correction, Slot
from tests.unit.integration.adapters.store.first_release import RESPONSES_EACH, put_first_release
from tests.unit.integration.adapters.store.stored import LATER, NOW, dump, response, url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from integration.adapters.store import Store
    from tests.postgresql import Server

MIGRATIONS = Path(__file__).parents[5] / "integration" / "adapters" / "store" / "migrations"
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
def opened(first: Path) -> Iterator[Store]:
    with closing(open_store(url_of(first.parent))) as store:
        yield store


def test_the_store_of_the_first_release_is_what_it_says(first: Path) -> None:
    before = dump(url_of(first.parent))
    assert before["alembic_version"] == [("0001",)]
    assert not {"images", "slots", "tombstones"} & set(before)


def test_everything_of_the_first_release_is_there(opened: Store) -> None:
    for form in FORMS:
        versions = opened.responses.versions_after(form, 0)
        assert len(versions) == RESPONSES_EACH
        assert all(json.loads(version.body)["responseId"] == version.response_id for version in versions)
    assert all(opened.sheets.newest(sheet) for sheet in SHEETS)
    pulse = opened.responses.versions_after("pulse", 0)[0]
    assert opened.corrections.newest() == [
        Correction("pulse", pulse.response_id, "team", "elm", "2022-07-31T09:00:00.000000000Z", by="Ada")
    ]
    assert set(opened.runs.last()) == {"sync", "publish", "pack"}
    packs = opened.packs.all()
    assert [(pack.authority, pack.month, pack.version) for pack in packs] == [
        ("northbrook", "2022-07", 1), ("southmere", "2022-07", 1),
    ]  # fmt: skip
    assert all(pack.mailed_at for pack in packs)


def test_what_the_first_release_had_is_left_as_it_was(first: Path) -> None:
    before = dump(url_of(first.parent))
    open_store(url_of(first.parent)).close()
    after = dump(url_of(first.parent))
    assert after["alembic_version"] == [(tables.NEWEST,)]
    had = {name: rows for name, rows in before.items() if name != "alembic_version"}
    assert {name: after[name] for name in had} == had
    assert not any(after[name] for name in set(after) - set(before)), "what is new is empty"


def test_it_works_as_a_store_of_today(opened: Store, first: Path) -> None:
    assert differences(url_of(first.parent)) == []
    there = opened.responses.versions_after("pulse", 0)
    assert opened.responses.land("pulse", [response("new")], received_at=LATER, wake="publish").new == 1
    assert opened.responses.versions_after("pulse", there[-1].seq)[0].response_id == "new"
    assert opened.ledger.ready(now=LATER) == [Slot(LATER, "publish")]
    opened.images.set("data", b"image")


def test_a_store_of_the_second_version_keeps_its_images(first: Path) -> None:
    url = url_of(first.parent)
    upgrade_to("0002", url)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("INSERT INTO images VALUES ('data', x'00ff')")
    with closing(open_store(url)) as store:
        assert store.images.get("data") == b"\0\xff"
        assert len(store.responses.versions_after("pulse", 0)) == RESPONSES_EACH
    assert differences(url) == []


@pytest.mark.parametrize("since", ["0001", "0002", "0003"])
def test_the_migrations_make_the_same_tables_on_a_server(since: str, postgresql: Server) -> None:
    url = postgresql.new_database(migrated=False)
    upgrade_to(since, url)
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql("INSERT INTO memories VALUES ('bookmark.pulse', 'value')")
    with closing(open_store(url)) as store:
        assert store.state.bookmark("pulse").get() == "value"
    assert differences(url) == []
    postgresql.drop_database(url)


UNDER_WAY = {
    "wrong": [3, 5], "over": [2], "at": "2026-03-03T09:00:00.000017+00:00", "tried_at": "2026-03-03T09:06:00+00:00",
    "problem": "Grüße: nobody knows whether it took it.", "tries": 2,
}  # fmt: skip
AT = datetime(2026, 3, 3, 9, 0, 0, 17, tzinfo=UTC)
ODD = "nul \0, substitute \x1a0041 and \x1ad800, half a pair \ud83d, all of it 🙂"
MAILS = [
    (
        UNDER_WAY,
        AlertMail(
            AlertMailStatus.UNDER_WAY, wrong=(3, 5), over=(2,), dated_at=AT,
            tried_at=datetime(2026, 3, 3, 9, 6, tzinfo=UTC), tries=2, problem=str(UNDER_WAY["problem"]),
        ),
    ),
    (
        {"wrong": [], "over": [], "at": "", "tried_at": "2026-03-03T09:00:00.000017+00:00", "problem": "It is away."},
        AlertMail(AlertMailStatus.NOT_SENT, tried_at=AT, problem="It is away."),
    ),
    ({"problem": "It counts as sent."}, AlertMail(AlertMailStatus.ASSUMED_SENT, problem="It counts as sent.")),
    ({"problem": ODD}, AlertMail(AlertMailStatus.ASSUMED_SENT, problem=ODD)),
    (None, AlertMail()),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
@pytest.mark.parametrize(("written", "mail"), MAILS, ids=["under way", "not sent", "assumed sent", "odd", "sent"])
def test_the_state_of_alerts_is_carried_over_into_tables(
    kind: str, written: dict[str, Any] | None, mail: AlertMail, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The release before kept it as JSON under names; after a mail that was sent nothing stood there."""
    server: Server | None = request.getfixturevalue("postgresql") if kind == "PostgreSQL" else None
    url = server.new_database(migrated=False) if server else url_of(tmp_path)
    upgrade_to("0003", url)
    memories = [
        {"name": "alerts.mail", "value": json.dumps(written, ensure_ascii=False) if written else ""},
        {"name": "alerts.claims", "value": json.dumps({"<1@x>": AT.isoformat(), "<gone@x>": AT.isoformat()})},
    ]
    delivery = {"authority": "northbrook", "month": "2026-02", "version": 1}
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(tables.memories.insert(), memories)
        for place in (1, 2):
            mail_of_pack = {"recipient": f"{place}@x.example", "message_id": f"<{place}@x>"}
            connection.execute(tables.deliveries.insert(), delivery | mail_of_pack)
    with closing(open_store(url)) as store:
        assert store.alerts.last_mail() == mail
        first, second = store.deliveries.unconfirmed()
        assert (first.message_id, first.since, second.since) == ("<1@x>", AT, None)
        assert [each.since for each in store.deliveries.notice_unconfirmed(LATER)] == [AT, LATER]
        assert [each.since for each in store.deliveries.notice_unconfirmed(NOW)] == [AT, LATER]
    assert dump(url)["memories"] == []
    assert differences(url) == []
    if server:
        server.drop_database(url)


def test_a_backup_of_the_first_release_can_be_restored(first: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    restore_to_file(first, home / "crescendo.db", buried=[], now=NOW, blank=bytes)
    with closing(open_store(url_of(home))) as store:
        assert len(store.responses.versions_after("pulse", 0)) == RESPONSES_EACH
    assert dump(url_of(tmp_path))["alembic_version"] == [("0001",)], "the backup stays as it is"


def test_the_first_release_moves_to_a_server(first: Path, postgresql_url: str) -> None:
    move_to_server(first, postgresql_url, now=NOW)
    with closing(open_store(postgresql_url)) as store:
        assert [len(store.responses.versions_after(form, 0)) for form in FORMS] == [RESPONSES_EACH] * 4
        assert len(store.corrections.newest()) == 1


def test_two_processes_that_bring_it_up_to_date_at_once_do_it_once(
    first: Path, in_parallel: Callable[..., None]
) -> None:
    in_parallel(lambda: open_store(url_of(first.parent)).close())
    with closing(open_store(url_of(first.parent))) as store:
        assert len(store.responses.versions_after("pulse", 0)) == RESPONSES_EACH


@pytest.fixture
def in_parallel() -> Callable[..., None]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # here alone

    def run(work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(work) for _ in range(3)]:
                done.result()

    return run
