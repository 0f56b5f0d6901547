"""What an operator does with the store as a whole: backing up, restoring, moving over, upgrading."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from filelock import FileLock

from integration.adapters.store import open_store
from tests.system.commands import SAMPLE, run, run_process
from tests.system.test_demo import files
from tests.truth.compare import compare
from tests.unit.integration.adapters.store.first_release import RESPONSES_EACH, put_first_release
from tests.unit.integration.adapters.store.stored import dump

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgresql import Server

TRUTH = Path(__file__).parents[2] / "tests" / "truth" / "sample.json"
NOTHING = ("nothing new", "nothing had changed")
LEAVES_OPEN = {("list",), ("pack", "list")}
"""These leave their connection to the end of their process."""


@pytest.fixture
def own(home: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo's home folder."""
    return Path(shutil.copytree(home, tmp_path / "own"))


def stored(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is stored, but what each command adds to, the fingerprints of files, and the queue's own."""
    left_out = {"runs", "audit", "memories", "sqlite_sequence"}
    return {
        name: rows for name, rows in dump(url).items() if name not in left_out and not name.startswith("procrastinate_")
    }


def test_a_lost_store_is_restored_from_a_backup_and_nothing_differs(own: Path) -> None:
    ran = run("run", "backup", "--home", own)
    assert ran.code == 0, ran.err
    assert "written and checked" in ran.out
    assert "keys.json is in no backup" in ran.out
    (backup,) = (own / "backups").glob("*.db")
    before, published = stored(f"sqlite:///{own / 'crescendo.db'}"), files(own)
    (own / "crescendo.db").unlink()
    ran = run("demo", "--home", own)
    assert ran.code == 2
    assert f"(restore {backup})" in ran.err
    ran = run("restore", backup, "--home", own)
    assert ran.code == 0, ran.err
    assert "forget it again" in ran.out
    assert ran.out.endswith("from where they are held: run sync, then reconcile.\n")
    ran = run("demo", "--home", own)
    assert all(words in ran.out for words in NOTHING), ran.out + ran.err
    assert stored(f"sqlite:///{own / 'crescendo.db'}") == before
    assert files(own) == published


def test_a_store_in_use_is_not_replaced_by_a_backup(own: Path, tmp_path: Path) -> None:
    backup = tmp_path / "a backup.db"
    shutil.copy(own / "crescendo.db", backup)
    with closing(open_store(f"sqlite:///{own / 'crescendo.db'}")) as pages:
        pages.generation()  # the web pages read
        ran = run("restore", backup, "--home", own)
    assert (ran.code, ran.out) == (75, "")
    assert "stop the web pages and jobs" in ran.err
    ran = run("restore", tmp_path / "nothing.db", "--home", own)
    assert ran.code == 2
    assert "There is no file" in ran.err


def test_a_damaged_store_is_said_to_be_one(own: Path) -> None:
    path = own / "crescendo.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 40_000)
    ran = run("run", "backup", "--home", own)
    assert ran.code == 1
    assert "damaged" in ran.err
    assert "restore FILE" in ran.err
    assert not list((own / "backups").glob("*.db"))


def test_a_store_that_is_moved_to_a_server_and_back_loses_nothing(own: Path, postgresql_url: str) -> None:
    there = {"DATABASE_URL": postgresql_url}
    before, published = stored(f"sqlite:///{own / 'crescendo.db'}"), files(own)
    ran = run("move-store", "--home", own, environment=there)
    assert ran.code == 0, ran.err
    assert "each table was compared" in ran.out
    assert len(list(own.glob("crescendo.db.moved-*"))) == 1
    ran = run("demo", "--home", own, environment=there)
    assert all(words in ran.out for words in NOTHING), ran.out + ran.err
    assert stored(postgresql_url) == before
    assert files(own) == published
    assert not (own / "crescendo.db").exists()
    assert run("move-store", "--to-sqlite", "--home", own, environment=there).code == 0
    assert stored(f"sqlite:///{own / 'crescendo.db'}") == before
    for words in (["status"], ["run", "publish"], ["worker"]):
        still_there = run(*words, "--home", own, environment=there)
        assert still_there.code == 2, "two stores would each hold a part"
        assert f"was carried over into {own / 'crescendo.db'}, which counts since then" in still_there.err
    assert all(words in run("demo", "--home", own).out for words in NOTHING)


def test_a_database_from_before_an_erasure_is_refused(own: Path, postgresql_url: str, tmp_path: Path) -> None:
    there = {"DATABASE_URL": postgresql_url}
    backup = shutil.copy(own / "crescendo.db", tmp_path / "before.db")
    assert run("move-store", "--home", own, environment=there).code == 0
    (response,) = [row[2] for row in stored(postgresql_url)["responses"]][:1]
    assert run("forget", "--response", response, "--yes", "--home", own, environment=there).code == 0
    assert run("status", "--home", own, environment=there).code == 0
    older = postgresql_url.rpartition("/")[0] + "/older"
    with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE DATABASE older")
        try:
            elsewhere = {"DATABASE_URL": older}
            assert run("restore", backup, "--home", tmp_path / "other", environment=elsewhere).code == 0
            for words in (["status"], ["run", "publish"]):
                refused = run(*words, "--home", own, environment=elsewhere)
                assert refused.code == 2
                assert "does not know what receipts/forget-" in refused.err
                assert "(DATABASE_URL)" in refused.err
        finally:
            server.execute("DROP DATABASE older WITH (FORCE)")


def test_a_move_to_nowhere_or_of_nothing_is_one_sentence(tmp_path: Path, postgresql_url: str) -> None:
    ran = run("move-store", "--home", tmp_path / "home")
    assert ran.code == 2
    assert "DATABASE_URL is not set" in ran.err
    ran = run("move-store", "--home", tmp_path / "home", environment={"DATABASE_URL": postgresql_url})
    assert ran.code == 2
    assert "There is no store" in ran.err


@pytest.fixture(scope="module")
def shared(
    postgresql: Server, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, str]]]:
    """Return home folder and environment of the demo on PostgreSQL, a copy of the one that is made once a run."""
    made, address = shared_folder / "demo-on-postgresql", shared_folder / "demo-on-postgresql.url"
    with FileLock(made.with_suffix(".lock")):
        if not address.exists():
            url = postgresql.new_database(migrated=False)
            ran = run("demo", "--home", made, environment={"DATABASE_URL": url})
            assert ran.code == 0, ran.err
            address.write_text(url, encoding="utf-8")
        url = postgresql.copy_database(address.read_text(encoding="utf-8"))
    yield shutil.copytree(made, tmp_path_factory.mktemp("shared") / "home"), {"DATABASE_URL": url}
    postgresql.drop_database(url)


def test_every_fact_about_the_sample_is_right_on_a_server(shared: tuple[Path, dict[str, str]]) -> None:
    home, _ = shared
    right, wrong = compare(SAMPLE, json.loads(TRUTH.read_text(encoding="utf-8")), home)
    assert wrong == []
    assert right > 3000
    assert not list(home.glob("crescendo.db*"))


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("status",), "pulse"),
        (("list",), "backup"),
        (("pack", "list"), "northbrook"),
        (("check", "--live", "--data", SAMPLE), "answers (PostgreSQL"),
        (("run", "sync", "--dry-run", "--data", SAMPLE), "nothing new"),
        (("run", "publish", "--dry-run", "--as-of", "2022-07-31"), "nothing had changed"),
    ],
)
def test_every_command_asks_the_server(
    shared: tuple[Path, dict[str, str]], command: tuple[str, ...], says: str
) -> None:
    home, environment = shared
    ask = run_process if command in LEAVES_OPEN else run
    ran = ask(*command, "--home", home, environment=environment)
    assert ran.code == 0, ran.err
    assert says in ran.out
    assert not list(home.glob("crescendo.db*")), "a dry run leaves nothing behind"


def test_a_server_is_backed_up_into_a_file_and_restored_into_an_empty_database(
    shared: tuple[Path, dict[str, str]], postgresql_url: str
) -> None:
    home, environment = shared
    ran = run("run", "backup", "--home", home, environment=environment)
    assert ran.code == 0, ran.err
    (backup,) = (home / "backups").glob("*.db")
    ran = run("restore", backup, "--home", home, environment=environment)
    assert ran.code == 1
    assert "is not empty" in ran.err
    ran = run("restore", backup, "--home", home, environment={"DATABASE_URL": postgresql_url})
    assert ran.code == 0, ran.err
    assert stored(postgresql_url) == stored(environment["DATABASE_URL"])


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    away = {"DATABASE_URL": "postgresql+psycopg://ada:s3cret@127.0.0.1:1/nowhere", "PSEUDONYM_KEY": "x" * 32}
    ran = run("run", "sync", "--data", SAMPLE, "--home", tmp_path, environment=away)
    assert ran.code == 75
    assert "cannot be reached now" in ran.err
    live = run("check", "--live", "--home", tmp_path, environment=away)
    assert live.code == 75
    assert "s3cret" not in ran.err + ran.out + live.err + live.out


def test_the_demo_goes_on_where_the_first_release_stopped(tmp_path: Path) -> None:
    data, home = tmp_path / "data", tmp_path / "home"
    home.mkdir()
    shutil.copytree(SAMPLE, data)
    for path in data.glob("forms/*/responses.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(content | {"responses": content["responses"][:RESPONSES_EACH]}), encoding="utf-8")
    url = f"sqlite:///{put_first_release(home)}"
    before = dump(url)
    ran = run("demo", "--data", data, "--home", home, "--as-of", "2022-07-31", environment={"PSEUDONYM_KEY": "k" * 32})
    assert ran.code == 0, ran.err
    after = dump(url)
    for table in ("responses", "readings", "corrections", "packs", "deliveries"):
        assert set(before[table]) <= set(after[table])
    assert len(after["responses"]) == len(before["responses"]), "they are known, and not stored again"
    assert "mailed before" in ran.out
