"""Whether the store can be opened is seen without opening it for use: nothing is made beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from integration.adapters.store import open_store
from integration.adapters.store.health import check_server, check_store_file, sqlite_warnings
from integration.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgresql import Server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the place of a store that was made and closed."""
    place = tmp_path / "home of ours #1" / "crescendo.db"
    place.parent.mkdir()
    store = open_store(f"sqlite:///{place}")
    store.state.bookmark("a").set("b")
    store.close()
    return place


def beside(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_store_of_today_can_be_opened(path: Path) -> None:
    before = beside(path)
    seen = check_store_file(path)
    assert (seen.state, seen.problem) == ("can be opened.", None)
    assert beside(path) == before


def test_a_store_that_is_in_use_is_seen_as_it_stands(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    store.state.bookmark("a").set("c")
    assert path.with_name("crescendo.db-wal").stat().st_size
    assert check_store_file(path).problem is None
    assert store.state.bookmark("a").get() == "c"
    store.close()


def test_where_there_is_no_store_none_is_made(tmp_path: Path) -> None:
    seen = check_store_file(tmp_path / "home" / "crescendo.db")
    assert (seen.state, seen.problem) == ("is not there yet; the first run makes it.", None)
    assert not list(tmp_path.iterdir())


def test_an_older_store_will_be_brought_up_to_date(path: Path) -> None:
    change(path, "UPDATE alembic_version SET version_num = '0001'")
    before = beside(path)
    seen = check_store_file(path)
    assert seen.problem is None
    assert "brings it up to date" in seen.state
    assert beside(path) == before


@pytest.mark.parametrize(
    ("content", "said"), [(b"this is no database at all, " * 40, "is no database"), (b"", "")]
)  # fmt: skip
def test_a_file_that_is_no_store(path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    seen = check_store_file(path)
    assert said in str(seen.problem)
    assert bool(seen.problem) == bool(said), "an empty file is one in which the tables are made"


def test_a_store_of_a_newer_version_is_a_problem(path: Path) -> None:
    change(path, "UPDATE alembic_version SET version_num = '9999'")
    seen = check_store_file(path)
    assert isinstance(seen.problem, StoreError)
    assert "install that version" in str(seen.problem)


def test_a_home_that_is_a_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    seen = check_store_file(tmp_path / "home" / "crescendo.db")
    assert "is a file; name another folder with --home" in str(seen.problem)


@pytest.mark.parametrize(
    ("library", "is_mended"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True),
    ],
)  # fmt: skip
def test_a_library_that_may_lose_pages_is_told_once_with_what_protects(
    library: tuple[int, ...], *, is_mended: bool
) -> None:
    warnings = sqlite_warnings(library)
    assert len(warnings) == (0 if is_mended else 1)
    assert all("under a lock" in warning for warning in warnings)


def test_a_server_is_asked_for_its_version(postgresql: Server, postgresql_url: str) -> None:
    seen = check_server(postgresql_url)
    assert seen.state.startswith("answers (PostgreSQL ")
    assert (seen.problem, seen.warnings) == (None, ())
    unused = postgresql.new_database(migrated=False)
    assert check_server(unused).state.endswith("; the next run makes the tables.")
    assert check_server(unused).state.endswith("; the next run makes the tables."), "looking makes nothing"
    postgresql.say("UPDATE alembic_version SET version_num = '0001'", postgresql_url)
    assert "brings it up to date" in check_server(postgresql_url).state
    postgresql.say("UPDATE alembic_version SET version_num = '9999'", postgresql_url)
    assert "install that version" in str(check_server(postgresql_url).problem)


def test_a_server_that_is_not_there_is_a_problem() -> None:
    seen = check_server("postgresql+psycopg://ada:s3cret@127.0.0.1:1/nowhere")
    assert "cannot be reached now" in str(seen.problem)
    assert "s3cret" not in f"{seen}"
