"""Erasure where the store is a PostgreSQL database: nothing is left in the server's files of tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from tests.system.erasure.small_programme import CODE, PHRASES, fill, make_programme, read_every_file, unpacked_chunk

if TYPE_CHECKING:
    from tests.postgresql import Server

OLD_LOG = "pg_wal"
"""The server's log of changes: the receipt says that it is not ours."""


def test_not_one_byte_is_left_in_the_tables_files(own_postgresql: Server, tmp_path: Path) -> None:
    url = own_postgresql.new_database()
    programme = make_programme(tmp_path, database_url=url)
    fill(programme)
    folder = data_folder(url)
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    assert "the first version" in found_in(folder)
    done = programme.forget(code=CODE)
    assert done.result.are_files_clean
    assert "pg_wal" in done.receipt
    assert "home folders of other machines: run the same command there" in done.receipt
    assert "forget --form pulse --response mine-1" in done.in_full()
    assert found_in(folder) == set()
    programme.run(pack=False)
    assert found_in(folder) == set()
    assert not any(
        phrase.encode() in content for _, content in read_every_file(programme.home) for phrase in PHRASES.values()
    )
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        chunks = [unpacked_chunk(body) for (body,) in connection.execute("SELECT body FROM chunks")]
    assert not any(phrase.encode() in chunk for chunk in chunks for phrase in PHRASES.values())


def data_folder(url: str) -> Path:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0])


def found_in(folder: Path) -> set[str]:
    """Return which phrases stand in the server's files, checkpointed."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and OLD_LOG not in path.parts:
            content = path.read_bytes()
            found |= {what for what, phrase in PHRASES.items() if phrase.encode() in content}
    return found
